/** `handoff clients`: the programs that may ask for tokens. */
import { remoteCommand } from './remote.ts'

const one = ({ id = '' }: Readonly<Record<string, string>>) => `/clients/${encodeURIComponent(id)}`

export const clients = remoteCommand('clients', 'Registers clients, lists, changes and removes them.', {
  list: { args: [], summary: 'all clients', method: 'GET', path: () => '/clients?limit=200' },
  show: { args: ['id'], summary: 'one client', method: 'GET', path: one },
  add: { args: ['file'], summary: 'registers a client', method: 'POST', path: () => '/clients' },
  replace: { args: ['id', 'file'], summary: 'registers it anew; its tokens become void', method: 'PUT', path: one },
  remove: { args: ['id'], summary: 'removes it; its tokens become void', method: 'DELETE', path: one },
})
