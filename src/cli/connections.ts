/** `handoff connections`: the EHRs, payers and hospitals that are spoken to. */
import { remoteCommand } from './remote.ts'

const one = ({ name = '' }: Readonly<Record<string, string>>) => `/connections/${encodeURIComponent(name)}`

export const connections = remoteCommand('connections', 'Adds connections, lists, tests and removes them.', {
  list: { args: [], summary: 'all connections', method: 'GET', path: () => '/connections' },
  show: { args: ['name'], summary: 'one connection', method: 'GET', path: one },
  add: { args: ['file'], summary: 'adds a connection', method: 'POST', path: () => '/connections' },
  replace: { args: ['name', 'file'], summary: 'adds or replaces it', method: 'PUT', path: one },
  test: {
    args: ['name'],
    summary: 'speaks to the partner, changing nothing',
    method: 'POST',
    path: (args) => `${one(args)}/test`,
  },
  remove: { args: ['name'], summary: 'removes it', method: 'DELETE', path: one },
})
