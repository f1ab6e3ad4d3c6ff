/** Episodes of care: entered, interrupted, and finished when nothing of them is open any more. */
import type { CarePlan, EpisodeOfCare } from '@medplum/fhirtypes'
import mapping from '../../../mappings/episode.episode-of-care.ts'
import { core } from '../../../mappings/shared/extension.ts'
import { type Episode, EpisodeCommand, episodeMachine, labelled } from '../../domain/episode.ts'
import { fail, type Issue, ok } from '../../domain/problem.ts'
import { ask, type Steps } from '../../store/store.ts'
import { endAssignments } from '../assignments.ts'
import { storedValue } from '../keep.ts'
import { isActive, openReferrals, patientIs } from '../open-referrals.ts'
import { every } from '../stays.ts'
import { collection } from './collection.ts'

interface OfEpisode {
  readonly extension?: readonly { readonly url: string; readonly valueReference?: { readonly reference?: string } }[]
}
const isOf = (id: string, resource: OfEpisode | undefined): boolean =>
  resource?.extension?.some(
    ({ url, valueReference }) => url === core('workflow-episodeOfCare') && valueReference?.reference === `EpisodeOfCare/${id}`,
  ) === true

/** What of an episode is still open: active plans, and referrals on which somebody works. */
function* openOf(id: string, clientId: string): Steps<readonly Issue[]> {
  const plans = (yield* ask(every('CarePlan', patientIs(clientId), isActive))).items
  const referrals = yield* openReferrals(clientId)
  return [
    ...(plans.some((stored) => isOf(id, storedValue<CarePlan>(stored)))
      ? [{ path: 'care-plans', message: 'one of this episode is active' }]
      : []),
    ...(referrals.some((referral) => isOf(id, referral)) ? [{ path: 'referrals', message: 'one of this episode is open' }] : []),
  ]
}

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
  *prepare(_ctx, value, before) {
    if (value.state !== 'finished' || before === undefined || before.value.state === 'finished') return ok(labelled(value))
    const issues = yield* openOf(before.id, value.clientId)
    return issues.length > 0 ? fail('rule-broken', 'Something of this episode is still open.', { issues }) : ok(labelled(value))
  },
  concerns: (anchor) => ended.has((anchor as EpisodeOfCare).status),
  *after(_ctx, { id, value }, _before, at) {
    return ok(yield* endAssignments(value.clientId, id, at))
  },
})
