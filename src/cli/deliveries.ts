/** `handoff deliveries`: what partners are owed, and what they refused. */
import { remoteCommand } from './remote.ts'

export const deliveries = remoteCommand('deliveries', 'Lists what partners are owed, and tries dead deliveries again.', {
  list: {
    args: ['[state]'],
    summary: 'pending, waiting, delivered or dead ones',
    method: 'GET',
    path: ({ state }) => `/deliveries?limit=200${state === undefined ? '' : `&state=${encodeURIComponent(state)}`}`,
  },
  replay: {
    args: ['id'],
    summary: 'tries one again',
    method: 'POST',
    path: ({ id = '' }) => `/deliveries/${encodeURIComponent(id)}/replay`,
  },
  'replay-all': { args: [], summary: 'tries all dead ones again', method: 'POST', path: () => '/deliveries/replay' },
})
