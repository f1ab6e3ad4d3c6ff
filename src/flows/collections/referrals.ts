/** Referrals: the closed loop, from the draft to the client's word that help arrived. */
import type { Resource, ServiceRequest, Task } from '@medplum/fhirtypes'
import { isReferral, isReferralWork } from '../../../mappings/codes/referral.ts'
import needMapping from '../../../mappings/need.condition.ts'
import referral, { type ReferralParts } from '../../../mappings/referral.service-request.ts'
import { stateChanges } from '../../domain/last-change.ts'
import { applyNeedEvent } from '../../domain/need.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { type Referral, ReferralCommand, type ReferralState, referralMachine } from '../../domain/referral.ts'
import {
  alternative,
  answerWanted,
  applyReferralEvent,
  isStale,
  referralDetails,
  requestStatusOf,
  shownState,
  unsentChanges,
} from '../../domain/referral-rules.ts'
import { startWanted } from '../../domain/start-by.ts'
import type { Change, Put } from '../../store/change.ts'
import { ask, type Steps, write } from '../../store/store.ts'
import { isAgreed, needsNamed } from '../care-plans/activation.ts'
import { activeCrises } from '../clients/active-crises.ts'
import { dayOf, zoneOf } from '../clients/client-facts.ts'
import { consentInForce } from '../clients/consent-in-force.ts'
import type { Context } from '../context.ts'
import { nextOf } from '../next-version.ts'
import { restated } from '../read-as.ts'
import { keepWork, workItemId } from '../worklists/house-work.ts'
import { collection, type EventInput, type Held, onEach } from './collection.ts'
import { withLabelsOf } from './labels-of.ts'

/** A new Task points at its referral, and carries its labels. */
const ofReferral = (part: Resource, anchor: string, value: object): Resource =>
  withLabelsOf({ ...(part as Task), focus: { reference: anchor } }, referral.write(value as Referral).ServiceRequest)

function* onEvent(ctx: Context, value: Referral, event: EventInput, at: string): Steps<Result<Referral>> {
  if (event.type === 'send') return yield* send(ctx, value, event, at)
  const applied = applyReferralEvent(value, event, at)
  if (applied.ok && event.type === 'confirm-with-client' && applied.value.needResolved === 'yes')
    yield* write(...(yield* resolved(applied.value, event.at ?? at, at)))
  return applied
}

function* send(ctx: Context, value: Referral, event: EventInput, at: string): Steps<Result<Referral>> {
  // Disclosing needs a consent of this client's that stands at this moment.
  const { consentId, clientId } = value
  const allowed = consentId === undefined ? ok(undefined) : yield* consentInForce(ctx, consentId, clientId, event.at ?? at)
  if (!allowed.ok) return allowed
  if (!(yield* needsNamed(value.reasons)).every(isAgreed))
    return fail('guard-failed', 'A social need is acted on when the client agrees that it is one.', {
      issues: [{ path: 'reasons', message: 'names a need that the client has not agreed to' }],
    })
  if (value.priority === 'stat' && (yield* activeCrises(clientId)).length === 0)
    return fail('guard-failed', 'Nothing is as pressing as this without a crisis.', {
      issues: [{ path: 'priority', message: 'is stat in a crisis alone, and none of this client is on record' }],
    })
  return applyReferralEvent(value, event, at, yield* zoneOf(clientId))
}

/** The client says that the need is met: so it is, unless it was settled otherwise before. */
function* resolved({ reasons, clientId }: Referral, moment: string, at: string): Steps<readonly Change[]> {
  const day = yield* dayOf(clientId, moment)
  const standing = (yield* needsNamed(reasons)).filter(({ value }) => value.state === 'confirmed' || value.state === 'recurred')
  return standing.flatMap((need) => {
    const met = applyNeedEvent({ ...need.value, state: 'resolved', verification: 'confirmed' }, { type: 'resolve' }, day)
    return restated(needMapping, need, met, at)
  })
}

/** What the authorisation is now. A closed loop keeps the one that it was closed with. */
function authorised(value: Referral, before: Referral | undefined): Referral {
  const closed = value.state === 'closed-confirmed' || value.state === 'closed-unconfirmed'
  const requestStatus =
    closed && before?.state === value.state
      ? before.requestStatus
      : requestStatusOf(value.state, before?.state ?? value.state, value.outcome?.kind)
  return { ...value, requestStatus }
}

type Holding = Held<Referral, ReferralParts>

/** A Task that ended elsewhere ends the authorisation; a Task never bears fewer labels than its referral. */
function* settled({ id, value, parts }: Holding, at: string): Steps<readonly Change[]> {
  const { ServiceRequest: request, Task: task } = parts
  const changes: Change[] = []
  const due = value.state === 'completed' || value.state === 'cancelled' ? authorised(value, undefined).requestStatus : undefined
  if (task && due && (request.status === 'active' || request.status === 'on-hold')) {
    const current = yield* ask({ ask: 'resource', type: 'ServiceRequest', id })
    changes.push(nextOf<ServiceRequest>({ ...request, status: due }, id, current, at))
  }
  const labelled = task && withLabelsOf(task, request)
  if (labelled?.id && labelled !== task)
    changes.push(nextOf<Task>(labelled, labelled.id, yield* ask({ ask: 'resource', type: 'Task', id: labelled.id }), at))
  return changes
}

/** The id of the work that going after a referral is. */
export const chasing = (id: string): string => workItemId({ why: 'unanswered', type: 'ServiceRequest', id })

/** Somebody asks after what nobody has answered, until it is answered. */
export function* chase(id: string, about: ServiceRequest, value: Referral, at: string): Steps<readonly Put[]> {
  const { clientId } = value
  return clientId === undefined ? [] : yield* keepWork({ why: 'unanswered', about, id, clientId }, answerWanted(value), at)
}

/** What somebody does about a referral that was turned down, and about one that was accepted, while it is so. */
const steps = [
  { state: 'rejected', why: 'alternative', wanted: alternative },
  { state: 'accepted', why: 'unstarted', wanted: startWanted },
] as const

function* onward(about: ServiceRequest, { id, value }: Holding, before: Holding | undefined, at: string): Steps<readonly Put[]> {
  const { clientId } = value
  if (clientId === undefined) return []
  const puts: Put[] = []
  for (const { state, why, wanted } of steps) {
    if (value.state !== state && before?.value.state !== state) continue
    const zone = value.state === state ? yield* zoneOf(clientId) : undefined
    puts.push(...(yield* keepWork({ why, about, id, clientId }, (since) => wanted(value, since, zone), at)))
  }
  return puts
}

/** Whoever takes the authorisation back, or uses it up, says it of the work; a draft that becomes active is sent. */
const workOf: Readonly<Partial<Record<Referral['requestStatus'], ReferralState>>> = {
  revoked: 'cancelled',
  completed: 'completed',
  'entered-in-error': 'entered-in-error',
}
function meant(now: Referral, before: Referral): ReferralState | undefined {
  if (now.state !== before.state || now.requestStatus === before.requestStatus) return undefined
  return before.state === 'draft' && now.requestStatus === 'active' ? 'requested' : workOf[now.requestStatus]
}

export const referrals = collection<Referral, ReferralParts>({
  name: 'referrals',
  prefix: 'ref',
  anchor: 'ServiceRequest',
  parts: [
    {
      type: 'Task',
      many: false,
      by: 'focus',
      only: (part) => isReferralWork(part as Task),
      link: ofReferral,
      anchorOf: (part) => (part as Task).focus?.reference,
    },
  ],
  mapping: referral,
  command: ReferralCommand,
  claims: (anchor) => isReferral(anchor as ServiceRequest),
  client: 'patient',
  ofEpisode: true,
  sort: '-authored',
  machine: { field: 'state', states: referralMachine, initial: 'draft' },
  computed: ['stale'],
  shown: ['history', 'lastChange'],
  told: (versions) => ({ history: stateChanges(versions, referralMachine, shownState) }),
  byEvents: ['closure'],
  details: referralDetails,
  meant,
  *view({ value }) {
    const { at } = yield* ask({ ask: 'now' })
    return { state: shownState(value), ...(isStale(value, at) && { stale: true as const }) }
  },
  *prepare(_ctx, { stale: _, ...value }, before, at) {
    const issues = before && value.state === before.value.state ? unsentChanges(before.value, value) : []
    if (issues.length > 0) return fail('rule-broken', 'What was sent cannot be another request.', { issues })
    return ok(authorised({ ...value, ...(isStale(value, at) && { stale: true as const }) }, before?.value))
  },
  on: onEach(referralMachine, onEvent),
  *after(_ctx, now, before, at) {
    const changes = [...(yield* settled(now, at))]
    const { id, value, parts } = now
    if (before?.value.stale && !value.stale) changes.push(...(yield* chase(id, parts.ServiceRequest, value, at)))
    return ok([...changes, ...(yield* onward(parts.ServiceRequest, now, before, at))])
  },
})
