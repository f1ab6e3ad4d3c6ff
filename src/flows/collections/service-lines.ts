/** `service-lines`: what signed sessions are billed as. Computed; people void a line, have it checked again, or say how its claim went. */
import type { ChargeItem } from '@medplum/fhirtypes'
import { z } from 'zod'
import mapping, { statusesOf } from '../../../mappings/service-line.charge-item.ts'
import { sameClaim, withNews } from '../../billing/claim-news.ts'
import { isForOtherPayer, isHeld } from '../../billing/reconcile.ts'
import { Payment, ReasonCode } from '../../domain/adjudication.ts'
import { detailsOf } from '../../domain/event-details.ts'
import { conflictIds } from '../../domain/line-checks.ts'
import { fail, ok } from '../../domain/problem.ts'
import { isBilledElsewhere, ServiceLine, serviceLineMachine } from '../../domain/service-line.ts'
import type { Put } from '../../store/change.ts'
import { type Steps, write } from '../../store/store.ts'
import { isOurLine, putsFor, readLine } from '../billing/lines.ts'
import { linesBeside, recheck, sourceOf } from '../billing/recheck.ts'
import { reviewPayer } from '../worklists/billed-elsewhere.ts'
import { collection, type Rule } from './collection.ts'

type Parts = { ChargeItem: ChargeItem }
type LineRule = Rule<ServiceLine, Parts>

const ClaimNumber = z.string().min(1).max(200).optional()
const ClaimDetail = z.object({
  ...{
    claim: ClaimNumber,
    payerClaim: ClaimNumber,
    paid: Payment.optional(),
    reasonCodes: z.array(ReasonCode).max(50).optional(),
  },
})

const ofClaim: LineRule = function* (_ctx, value, event, _at, { parts, value: before }) {
  const detail = detailsOf(ClaimDetail, event)
  if (!detail.ok) return detail
  const version = value.billedVersion ?? Number(parts.ChargeItem.meta?.versionId)
  const news = { ...detail.value, version, reason: event.reason }
  if (!sameClaim(before, news)) return fail('conflict', 'The line went out with another claim.')
  return ok(withNews(value, news))
}

/** Made void by somebody, before it was billed or after it was refused: what was said of a claim stays. */
const voided: LineRule = function* (_ctx, value, event) {
  return ok({ ...value, ...(event.reason !== undefined && { adjudicationReason: event.reason }) })
}

const OverrideDetail = z.object({ checks: z.array(z.enum(conflictIds)).min(1).max(conflictIds.length) })

/** Somebody answers, by name, for what a payer may question. What denies a line nobody lifts. */
const override: LineRule = function* (ctx, value, event) {
  const detail = detailsOf(OverrideDetail, event)
  if (!detail.ok) return detail
  const asked = new Set(detail.value.checks)
  const open = value.checks.filter(({ outcome }) => outcome === 'warn').map(({ conflictId }) => conflictId)
  const others = [...asked].filter((id) => !open.includes(id))
  if (others.length > 0)
    return fail('rule-broken', 'Only what is told as a warning is answered for.', {
      issues: others.map((id) => ({ path: 'checks', message: `${id} is no warning of this line` })),
    })
  const answer = { overriddenBy: event.actor ?? ctx.principal.id, ...(event.reason !== undefined && { reason: event.reason }) }
  return ok({ ...value, checks: value.checks.map((one) => (asked.has(one.conflictId) ? { ...one, ...answer } : one)) })
}

/** Other held lines of the session, or of the month, move with it. */
const rechecked: LineRule = function* (_ctx, value, _event, at, { id }) {
  const unmoved: ServiceLine = { ...value, state: 'held' }
  const standing = yield* linesBeside(value)
  const moves = yield* recheck(value, standing, isHeld, at)
  const others = moves.filter((move) => move.id !== id)
  yield* write(...(yield* putsFor(sourceOf(value) ?? '', standing, others, at)))
  return ok(moves.find((move) => move.id === id)?.value ?? unmoved)
}

function* reviewed(id: string, item: ChargeItem, at: string): Steps<readonly Put[]> {
  const line = readLine(item)
  return line ? yield* reviewPayer(id, item, line, at) : []
}

/** With all that was billed to the wrong one of the same session, or month. */
const rebilled: LineRule = function* (_ctx, value, _event, at, { id, value: before }) {
  if (!isBilledElsewhere(before))
    return fail('guard-failed', 'The line was billed to whoever pays for it, as far as is known.', {
      issues: [{ path: 'warnings', message: 'do not say that the coverage has changed' }],
    })
  const standing = yield* linesBeside(value)
  const moves = yield* recheck(value, standing, isBilledElsewhere, at)
  const others = yield* putsFor(
    sourceOf(value) ?? '',
    standing,
    moves.filter((move) => move.id !== id),
    at,
  )
  yield* write(...others)
  for (const { id: other, resource } of others) yield* write(...(yield* reviewed(other, resource as ChargeItem, at)))
  const own = moves.find((move) => move.id === id)
  return own ? ok(own.value) : fail('guard-failed', 'The session would be billed just the same.')
}

export const serviceLines = collection<ServiceLine, Parts>({
  name: 'service-lines',
  prefix: 'chg',
  anchor: 'ChargeItem',
  parts: [],
  mapping,
  command: ServiceLine,
  claims: isOurLine,
  sealed: true,
  client: 'patient',
  sort: '-occurrence',
  inState: (state) => ['status', statusesOf(state)],
  machine: { field: 'state', states: serviceLineMachine, initial: 'draft' },
  concerns(item) {
    const line = readLine(item as ChargeItem)
    return line?.state === 'corrected' || line?.warnings.includes('coverage-changed') === true
  },
  *after(_ctx, { id, value, parts }, _before, at) {
    const work = yield* reviewPayer(id, parts.ChargeItem, value, at)
    if (value.state !== 'rejected') return ok(work)
    // Whoever turns it down at the door after all has never had it.
    const standing = yield* linesBeside(value)
    const moves = yield* recheck(value, standing, isForOtherPayer, at)
    return ok([...work, ...(yield* putsFor(sourceOf(value) ?? '', standing, moves, at))])
  },
  derived: 'Service lines follow from signed sessions, and months of them; they move by events alone.',
  on: {
    ...{ recheck: rechecked, rebill: rebilled, override, void: voided },
    ...{ bill: ofClaim, accept: ofClaim, reject: ofClaim, pay: ofClaim, 'pay-in-part': ofClaim, deny: ofClaim },
  },
})
