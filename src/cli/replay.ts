/** `handoff replay`: messages that could not be read, read again after a table was corrected. */
import { remoteCommand } from './remote.ts'

const one = ({ id = '' }: Readonly<Record<string, string>>) => `/messages/${encodeURIComponent(id)}`

export const replay = remoteCommand('replay', 'Lists messages by state (held: not readable yet), and reads one again.', {
  list: {
    args: ['[state]'],
    summary: 'applied, held or test messages',
    method: 'GET',
    path: ({ state = 'held' }) => `/messages?limit=200&state=${encodeURIComponent(state)}`,
  },
  show: { args: ['id'], summary: 'a message as it was received', method: 'GET', path: one },
  message: { args: ['id'], summary: 'reads it again', method: 'POST', path: (args) => `${one(args)}/replay` },
})
