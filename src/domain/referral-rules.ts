/** The rules of a referral's events: what each needs, and what it changes besides the state. Pure; the machine has moved the state already. */
import { z } from 'zod'
import { afterBusinessDays, dayMs, epoch } from './calendar.ts'
import { detailsOf } from './event-details.ts'
import { Moment, type Priority } from './kernel.ts'
import { fail, type Issue, ok, type Result } from './problem.ts'
import {
  needResolutions,
  Outcome,
  type OutcomeKind,
  outcomeKinds,
  type Referral,
  type ReferralState,
  type RequestStatus,
} from './referral.ts'
import type { HouseWork } from './work-item.ts'

const hour = 3600_000

/**
 * Until when an answer is due: stat 1 hour, asap 4 hours, urgent 1 business day, routine 5 business days (at the same time of day) after
 * the request. Business days are the zone's.
 */
export function respondByDefault(priority: z.infer<typeof Priority>, requestedAt: string, zone?: string): string | undefined {
  if (priority === 'urgent' || priority === 'routine') return afterBusinessDays(requestedAt, priority === 'urgent' ? 1 : 5, zone)
  const from = epoch(requestedAt)
  return from === undefined ? undefined : new Date(from + (priority === 'stat' ? 1 : 4) * hour).toISOString()
}

const isPast = (moment: string | undefined, now: string): boolean => {
  const due = moment === undefined ? undefined : epoch(moment)
  return due !== undefined && due < epoch(now)!
}
const unanswered = (state: ReferralState): boolean => state === 'requested' || state === 'received'

/** Nobody answered until `respondBy`. */
export const isStale = ({ state, respondBy }: Referral, now: string): boolean => unanswered(state) && isPast(respondBy, now)

/** Nobody answered until `expiresAt`: time for the clock's event `expire`. */
export const isExpired = ({ state, expiresAt }: Referral, now: string): boolean => unanswered(state) && isPast(expiresAt, now)

/** The state in the house: how the loop was closed hides how the work ended. */
export const shownState = ({ state, closure }: Pick<Referral, 'state' | 'closure'>): ReferralState =>
  closure === undefined || !closable(state, closure) ? state : `closed-${closure}`

const closable = (state: ReferralState, closure: 'confirmed' | 'unconfirmed'): boolean =>
  state === 'completed' || state === 'failed' || state === 'rejected' || (state === 'cancelled' && closure === 'unconfirmed')

const authorised: Readonly<Record<Exclude<ReferralState, `closed-${string}`>, RequestStatus>> = {
  draft: 'draft',
  requested: 'active',
  received: 'active',
  accepted: 'active',
  // A rejected referral stays authorised: another Task may take it up.
  rejected: 'active',
  'in-progress': 'active',
  'on-hold': 'active',
  completed: 'completed',
  failed: 'active',
  cancelled: 'revoked',
  'entered-in-error': 'entered-in-error',
}

/** The authorisation that goes with a state; `workEnded` is what the Task says below a closed state. */
export function requestStatusOf(state: ReferralState, workEnded: ReferralState, outcome: OutcomeKind | undefined): RequestStatus {
  if (state === 'closed-confirmed') return outcome === 'service-provided' || outcome === 'partial' ? 'completed' : 'revoked'
  if (state === 'closed-unconfirmed') return workEnded === 'completed' ? 'completed' : 'revoked'
  return authorised[state]
}

/** Details of an event, as they come in: each rule checks its own. */
interface ReferralEventInput {
  readonly type: string
  readonly at?: string
  readonly reason?: string
  readonly [detail: string]: unknown
}

const SendDetails = z.object({ respondBy: Moment.optional(), expiresAt: Moment.optional() })
const EndDetails = z.object({ outcome: Outcome.optional() })
const ConfirmDetails = EndDetails.extend({
  needResolved: z.enum(needResolutions),
  clientConfirmed: z.object({ at: Moment.optional(), saidReceived: z.boolean(), stillNeeded: z.boolean() }),
})

const kinded = Outcome.extend({ kind: z.enum(outcomeKinds) })
/** What a person must say of an event; a partner's Task may say less. */
export const referralDetails = {
  complete: z.object({ outcome: kinded }),
  fail: z.object({ outcome: kinded.optional() }),
  'confirm-with-client': z.object({ outcome: kinded.optional() }),
  'close-unconfirmed': z.object({ outcome: kinded.optional() }),
}

/** Three attempts to reach the client, or thirty days: then a loop may be closed without the client's word. */
function triedLongEnough({ contactAttempts, endedAt, requestedAt }: Referral, at: string): boolean {
  const since = epoch(endedAt ?? requestedAt ?? at)
  return contactAttempts.length >= 3 || (since !== undefined && epoch(at)! - since >= 30 * dayMs)
}

/** Work that did not end in completion did not provide the service; how it ended better is the caller's to say. */
const outcomeAtClosing = ({ outcome }: Referral, said: Outcome | undefined): Outcome =>
  [said, outcome].find((one) => one?.kind) ?? { procedures: [], ...outcome, ...said, kind: 'not-provided' }

type Rule = (referral: Referral, event: ReferralEventInput, at: string, zone?: string) => Result<Referral>

function withOutcome(referral: Referral, event: ReferralEventInput, at: string): Result<Referral> {
  const given = detailsOf(EndDetails, event)
  return given.ok ? ok({ ...referral, ...given.value, endedAt: at }) : given
}

const rules: Readonly<Record<string, Rule>> = {
  send(referral, event, at, zone) {
    if (!referral.consentId)
      return fail('guard-failed', 'Sending a referral discloses it: it needs a consent.', {
        issues: [{ path: 'consentId', message: 'is required to send' }],
      })
    const given = detailsOf(SendDetails, event)
    if (!given.ok) return given
    const { expiresAt = referral.expiresAt } = given.value
    const respondBy = given.value.respondBy ?? referral.respondBy ?? respondByDefault(referral.priority ?? 'routine', at, zone)
    return ok({
      ...referral,
      requestedAt: at,
      ...(respondBy !== undefined && { respondBy }),
      ...(expiresAt !== undefined && { expiresAt }),
    })
  },
  start: (referral, _, at) => ok({ ...referral, startedAt: referral.startedAt ?? at }),
  complete: withOutcome,
  fail: withOutcome,
  'confirm-with-client'(referral, event, at) {
    const given = detailsOf(ConfirmDetails, event)
    if (!given.ok) return given
    const { needResolved, clientConfirmed, outcome } = given.value
    return ok({
      ...referral,
      closure: 'confirmed',
      needResolved,
      clientConfirmed: { ...clientConfirmed, at: clientConfirmed.at ?? at },
      outcome: outcomeAtClosing(referral, outcome),
    })
  },
  'close-unconfirmed'(referral, event, at) {
    if (!triedLongEnough(referral, at))
      return fail('guard-failed', 'Three contact attempts or thirty days come before closing without the client.', {
        issues: [{ path: 'contactAttempts', message: 'are fewer than three, and thirty days have not passed' }],
      })
    const given = detailsOf(EndDetails, event)
    return given.ok
      ? ok({ ...referral, closure: 'unconfirmed', outcome: outcomeAtClosing(referral, given.value.outcome) })
      : given
  },
  'mark-error': ({ closure: _, ...referral }) => ok(referral),
}
const ends: Rule = (referral, _, at) => ok({ ...referral, endedAt: at })
const ending = new Set(['reject', 'withdraw', 'cancel', 'discard', 'expire'])

/** What an event changes besides the state. A reason explains the state it led to, and goes when the state does. */
export function applyReferralEvent(moved: Referral, event: ReferralEventInput, now: string, zone?: string): Result<Referral> {
  const rule = rules[event.type] ?? (ending.has(event.type) ? ends : ok)
  const { statusReason: _, stale: __, ...rest } = moved
  const referral = { ...rest, ...(event.reason !== undefined && { statusReason: event.reason }) }
  return rule(referral, event, event.at ?? now, zone)
}

/** What was sent is what was consented to: who it is about and what is asked stay; a target is chosen once. */
export function unsentChanges(before: Referral, next: Referral): readonly Issue[] {
  if (before.state === 'draft') return []
  const same = (name: 'clientId' | 'service' | 'target' | 'consentId'): boolean =>
    JSON.stringify(before[name]) === JSON.stringify(next[name])
  const fixed = (['clientId', 'service', 'consentId', 'target'] as const).filter(
    (name) => before[name] !== undefined && !same(name),
  )
  return fixed.map((path) => ({ path, message: 'cannot change once the referral was sent' }))
}

/** Who is turned away is helped on: the matcher has the other services, without the one that said no. `since`: when that was. */
export function alternative(
  { state, priority }: Pick<Referral, 'state' | 'priority'>,
  since: string,
  zone?: string,
): HouseWork | undefined {
  if (state !== 'rejected') return undefined
  const wanted = priority ?? 'routine'
  return {
    kind: 'referral-chase',
    what: 'Turned down: find another service',
    dueAt: respondByDefault(wanted, since, zone) ?? since,
    priority: wanted,
  }
}

/** Nobody has answered in time: somebody goes after it. */
export function answerWanted({ stale, respondBy, priority }: Referral): HouseWork | undefined {
  if (!stale || respondBy === undefined) return undefined
  return { kind: 'referral-chase', what: 'Nobody has answered this referral', dueAt: respondBy, priority: priority ?? 'routine' }
}
