/** Care plans: one coordination plan is active at a time; a new one supersedes it in the commit that activates it. */
import type { CarePlan as CarePlanResource } from '@medplum/fhirtypes'
import mapping, { reviewEvery } from '../../../mappings/care-plan.care-plan.ts'
import { isSafetyPlan } from '../../../mappings/codes/safety-plan.ts'
import { type CarePlan, CarePlanCommand, carePlanMachine, notYetActive, rivals } from '../../domain/care-plan.ts'
import { revisionsOf } from '../../domain/last-change.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { ask, type Steps } from '../../store/store.ts'
import { hindered, isAgreed, needsNamed } from '../care-plans/activation.ts'
import { keepReview, withNextReview } from '../care-plans/plan-reviews.ts'
import { isAtRiskOfSuicide } from '../clients/suicide-risk.ts'
import type { Context } from '../context.ts'
import { inSightOf } from '../fhir/visible.ts'
import { storedValue } from '../next-version.ts'
import { every, isActive, patientIs, pointsAt } from '../questions.ts'
import { restated, type Standing, standingAs } from '../read-as.ts'
import { collection, type EventInput, onEach } from './collection.ts'
import { activeSafetyPlans } from './safety-plans.ts'
import { reasoned } from './with-reason.ts'

/**
 * Other active plans that this one cannot stand beside. One that the caller may not see is not theirs to end, nor to be named: both stand
 * until somebody who sees both moves either.
 */
export function* rivalsOf(ctx: Context, plan: CarePlan, id?: string): Steps<readonly Standing<CarePlan, CarePlanResource>[]> {
  if (plan.kind !== 'coordination') return []
  const { items } = yield* ask(every('CarePlan', patientIs(plan.clientId), isActive))
  return items.filter(inSightOf(ctx)).flatMap((stored) => {
    const other = stored.id === id ? undefined : standingAs(mapping, stored)
    return other && rivals(plan, other.value) ? [other] : []
  })
}

function* onEvent(ctx: Context, moved: CarePlan, event: EventInput, at: string): Steps<Result<CarePlan>> {
  const told = reasoned(moved, 'statusReason', event)
  const value = yield* withNextReview({ ...told, ...(event.type === 'review' && { reviewedAt: at }) })
  const issues = [...notYetActive(value), ...(event.type === 'activate' ? yield* hindered(ctx, value, at) : [])]
  if (issues.length > 0) return fail('guard-failed', 'The plan cannot be active as it stands.', { issues })
  if (value.state !== 'active') return ok(value)
  const [rival] = yield* rivalsOf(ctx, value)
  if (!rival) return ok(value)
  if (event.type === 'resume')
    return fail('conflict', 'Another coordination plan is active.', {
      issues: [{ path: 'state', message: 'another plan took its place' }],
    })
  return ok({ ...value, replaces: value.replaces ?? rival.stored.id })
}

const unagreed = { path: 'needs', message: 'names a social need that the client has not agreed to: ask before it is acted on' }
const unsafe = { path: 'crisisPlanId', message: 'names no active safety plan, and the client is at risk of suicide' }

export const carePlans = collection<CarePlan, { CarePlan: CarePlanResource }>({
  name: 'care-plans',
  prefix: 'cpl',
  anchor: 'CarePlan',
  parts: [],
  mapping,
  command: CarePlanCommand,
  /** A plan for the safety of a suicidal client is a safety plan. */
  claims: (anchor) => !isSafetyPlan(anchor as CarePlanResource),
  client: 'patient',
  ofEpisode: true,
  sort: '-date',
  machine: { field: 'state', states: carePlanMachine, initial: 'draft' },
  *view({ id, value }, seen) {
    if (value.state !== 'revoked') return {}
    const successor = pointsAt('replaces', `CarePlan/${id}`)
    const { items } = yield* ask(every('CarePlan', successor))
    const replaced = items.some((one) => seen(one) && storedValue<CarePlanResource>(one)?.status !== 'entered-in-error')
    return replaced ? { state: 'superseded' as const } : {}
  },
  *prepare(_ctx, value) {
    const issues = notYetActive(value)
    if (issues.length > 0) return fail('guard-failed', 'The plan cannot be active as it stands.', { issues })
    return ok(yield* withNextReview(value))
  },
  on: onEach(carePlanMachine, onEvent),
  /** One that is over has no review to wait for. */
  concerns: (anchor) =>
    (anchor as CarePlanResource).status === 'active' ||
    ((anchor as CarePlanResource).extension ?? []).some((one) => one?.url === reviewEvery),
  byEvents: ['reviewedAt'],
  computed: ['nextReviewOn'],
  shown: ['revisions', 'lastChange'],
  *warns({ value }, seen) {
    const isOpen = value.state === 'draft' || value.state === 'active' || value.state === 'on-hold'
    const isSafe = value.crisisPlanId !== undefined && (yield* activeSafetyPlans(value.clientId, seen)).length > 0
    if (!isOpen) return []
    const unasked = (yield* needsNamed(value.needs)).filter(({ stored }) => seen(stored)).every(isAgreed) ? [] : [unagreed]
    return !isSafe && (yield* isAtRiskOfSuicide(value.clientId, seen)) ? [unsafe, ...unasked] : unasked
  },
  told: (versions) => ({ revisions: revisionsOf(versions) }),
  *after(ctx, { id, value, parts }, _before, at) {
    const reviews = yield* keepReview(id, value, parts.CarePlan, at)
    if (value.state !== 'active') return ok(reviews)
    const superseded = yield* rivalsOf(ctx, value, id)
    const ended = superseded.flatMap((plan) => restated(mapping, plan, { ...plan.value, state: 'revoked' }, at))
    return ok([...ended, ...reviews])
  },
})
