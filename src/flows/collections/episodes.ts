/** Episodes of care: entered, interrupted, and finished when nothing of them is open any more. */
import type { EpisodeOfCare } from '@medplum/fhirtypes'
import mapping from '../../../mappings/episode.episode-of-care.ts'
import { type Episode, EpisodeCommand, episodeMachine, labelled } from '../../domain/episode.ts'
import { fail, ok } from '../../domain/problem.ts'
import { openWorkOf } from '../clients/open-work.ts'
import { endAssignments } from '../worklists/assignments.ts'
import { collection } from './collection.ts'

/** Nobody is assigned to what is over. */
const ended = new Set<EpisodeOfCare['status']>(['finished', 'cancelled', 'entered-in-error'])

export const episodes = collection<Episode, { EpisodeOfCare: EpisodeOfCare }>({
  name: 'episodes',
  prefix: 'epi',
  anchor: 'EpisodeOfCare',
  parts: [],
  mapping,
  command: EpisodeCommand,
  claims: () => true,
  client: 'patient',
  sort: '-date',
  machine: { field: 'state', states: episodeMachine, initial: 'planned' },
  *prepare(_ctx, value, before, at) {
    if (value.state !== 'finished' || before === undefined || before.value.state === 'finished') return ok(labelled(value))
    const issues = yield* openWorkOf(before.id, value.clientId, at)
    return issues.length > 0 ? fail('guard-failed', 'Something of this episode is still open.', { issues }) : ok(labelled(value))
  },
  concerns: (anchor) => ended.has((anchor as EpisodeOfCare).status),
  *after(_ctx, { id, value, parts }, _before, at) {
    return ok(ended.has(parts.EpisodeOfCare.status) ? yield* endAssignments(value.clientId, id, at) : [])
  },
})
