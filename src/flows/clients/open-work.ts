/** What keeps an episode of care from being finished: plans that have not ended, referrals, crises and follow-ups that are open. */
import type { CarePlan } from '@medplum/fhirtypes'
import followUp from '../../../mappings/follow-up.task.ts'
import { core } from '../../../mappings/shared/extension.ts'
import { isUnsettled } from '../../domain/crisis.ts'
import { isOverdue } from '../../domain/follow-up.ts'
import type { Issue } from '../../domain/problem.ts'
import type { Steps } from '../../store/store.ts'
import { storedValue } from '../next-version.ts'
import { allOf, ofStatus, owedFollowUp, patientIs } from '../questions.ts'
import { readStored } from '../read-as.ts'
import { activeCrises } from './active-crises.ts'
import { openReferrals } from './open-referrals.ts'

interface OfEpisode {
  readonly extension?: readonly { readonly url: string; readonly valueReference?: { readonly reference?: string } }[]
}
const isOf = (id: string, resource: OfEpisode | undefined): boolean =>
  resource?.extension?.some(
    ({ url, valueReference }) => url === core('workflow-episodeOfCare') && valueReference?.reference === `EpisodeOfCare/${id}`,
  ) === true

const hinder = (path: string, type: string, ids: readonly (string | undefined)[], message: string): readonly Issue[] =>
  ids.map((id) => ({ path, message: `${id} ${message}`, about: `${type}/${id}` }))

/** Follow-ups name no episode, and a crisis need not: as long as they are open, the client is not let go of. One that was missed is over. */
export function* openWorkOf(id: string, clientId: string, at: string): Steps<readonly Issue[]> {
  const plans = yield* allOf('CarePlan', patientIs(clientId), ofStatus('active', 'on-hold'))
  const referrals = yield* openReferrals(clientId)
  const crises = yield* activeCrises(clientId)
  const tasks = yield* allOf('Task', patientIs(clientId), ...owedFollowUp)
  const owed = tasks.filter((stored) => {
    const obligation = readStored(followUp, stored)
    return obligation !== undefined && !isOverdue(obligation, at)
  })
  const ofIt = crises.filter(({ value }) => isUnsettled(value) && (value.episodeId ?? id) === id)
  return [
    ...hinder(
      'care-plans',
      'CarePlan',
      plans.filter((stored) => isOf(id, storedValue<CarePlan>(stored))).map((stored) => stored.id),
      'has not ended',
    ),
    ...hinder(
      'referrals',
      'ServiceRequest',
      referrals.filter((one) => isOf(id, one)).map((one) => one.id),
      'is open',
    ),
    ...hinder(
      'crises',
      'Flag',
      ofIt.map(({ held }) => held.id),
      'is not resolved',
    ),
    ...hinder(
      'follow-ups',
      'Task',
      owed.map((stored) => stored.id),
      'is owed',
    ),
  ]
}
