/** Reviews of care plans: when the next one is due, and the work that it is for whoever has the client. */
import type { CarePlan as CarePlanResource, Flag } from '@medplum/fhirtypes'
import mapping from '../../../mappings/care-plan.care-plan.ts'
import { crisisNumber } from '../../../mappings/codes/crisis.ts'
import { isSafetyPlan } from '../../../mappings/codes/safety-plan.ts'
import workItem, { workItemKind } from '../../../mappings/work-item.task.ts'
import { localDate } from '../../domain/calendar.ts'
import type { CarePlan } from '../../domain/care-plan.ts'
import type { Labelled } from '../../domain/labels.ts'
import { nextReview, reviewRound, reviewWork } from '../../domain/plan-review.ts'
import { isDischarged, type Stay } from '../../domain/stay.ts'
import { isUnfinished } from '../../domain/work-item.ts'
import { guardOf } from '../../fhir/search/labels.ts'
import type { Put } from '../../store/change.ts'
import type { Steps } from '../../store/store.ts'
import { readStays, staysOf } from '../follow-ups/stays.ts'
import { storedValue } from '../next-version.ts'
import { allOf, hasToken, isActive, patientIs, pointsAt } from '../questions.ts'
import { restated, standingAs } from '../read-as.ts'
import { keepWork, workItemId } from '../worklists/house-work.ts'

/**
 * Days on which the client's stays ended and crises began; of the stay that is `told`, as it will stand. A plan that is less guarded than
 * they are would tell of them by its day.
 */
function* occasionsOf({ clientId, ...plan }: CarePlan, told?: Stay): Steps<readonly string[]> {
  const known: readonly Stay[] = yield* readStays(yield* allOf('Encounter', ...staysOf(clientId)))
  const stays = told ? [...known.filter(({ id }) => id !== told.id), told] : known
  const left = stays
    .filter((stay) => isDischarged(stay) && (isProtected(plan) || !isProtected(stay.value)))
    .map(({ value }) => localDate(value.dischargedAt!, value.timeZone))
  const flags = (yield* allOf('Flag', patientIs(clientId))).flatMap((one) => storedValue<Flag>(one) ?? [])
  const crises = flags.filter(
    (flag) =>
      crisisNumber(flag) !== undefined && flag.status !== 'entered-in-error' && (isProtected(plan) || guardOf(flag) === 0),
  )
  return [...left, ...crises.map(({ period }) => localDate(period?.start ?? ''))].filter((day) => day !== undefined)
}

const isProtected = ({ confidentiality, legalBasis }: Labelled): boolean =>
  confidentiality === 'V' || legalBasis.includes('42CFRPart2')

/** The plan with the day on which it is next reviewed. */
export function* withNextReview({ nextReviewOn: _, ...plan }: CarePlan, told?: Stay): Steps<CarePlan> {
  const wantsOne = plan.state === 'active' && plan.reviewEvery !== undefined
  const on = wantsOne ? nextReview(plan, yield* occasionsOf(plan, told)) : undefined
  return { ...plan, ...(on !== undefined && { nextReviewOn: on }) }
}

/** The client's active plans, where something has happened that moves their next review, and the work that it is. */
export function* movedReviews(clientId: string, at: string, told?: Stay): Steps<readonly Put[]> {
  const puts: Put[] = []
  for (const stored of yield* allOf('CarePlan', patientIs(clientId), isActive)) {
    const plan = standingAs(mapping, stored)
    if (!plan || isSafetyPlan(plan.resource)) continue
    const next = yield* withNextReview(plan.value, told)
    if (next.nextReviewOn === plan.value.nextReviewOn) continue
    puts.push(...restated(mapping, plan, next, at), ...(yield* keepReview(stored.id, next, plan.resource, at)))
  }
  return puts
}

/** This review as work once it is time, and none of those before. */
export function* keepReview(id: string, plan: CarePlan, resource: CarePlanResource, at: string): Steps<readonly Put[]> {
  const cause = { why: reviewRound(plan), about: resource, id, clientId: plan.clientId }
  const own = workItemId({ ...cause, type: 'CarePlan' })
  const code = hasToken('code', { system: workItemKind, code: 'review-plan' })
  const about = pointsAt('focus', `CarePlan/${id}`)
  const former = (yield* allOf('Task', code, about)).flatMap((stored) => {
    const item = stored.id === own ? undefined : standingAs(workItem, stored)
    return item && isUnfinished(item.value) ? restated(workItem, item, { ...item.value, state: 'done' }, at) : []
  })
  return [...former, ...(yield* keepWork(cause, reviewWork(plan, at.slice(0, 10)), at))]
}
