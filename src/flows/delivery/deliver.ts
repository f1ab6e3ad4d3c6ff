/**
 * The outbox at work, for one connection: the first due delivery of every lane, so many lanes at once. A lane keeps its order; a lane
 * whose head waits holds up nobody else. Each attempt is counted in a commit before it leaves, and its outcome kept in one after it returned.
 */
import type { Resource } from '@medplum/fhirtypes'
import type { Connection, Outcome } from '../../connectors/connector.ts'
import { ok } from '../../domain/problem.ts'
import { valueIn } from '../../fhir/exact.ts'
import type { Change, Delivery, Link } from '../../store/change.ts'
import { ask, askAll, type Steps, write } from '../../store/store.ts'
import { tell, versionName } from '../audit/line.ts'
import { consequences } from '../collections/consequences.ts'
import { commit } from '../commit.ts'
import { endAgreed } from '../conflicts/agreed.ts'
import { noteConflict } from '../conflicts/conflict.ts'
import { noteDeletion } from '../conflicts/deletion.ts'
import { connections, standsAsRead } from '../connections.ts'
import type { Context } from '../context.ts'
import { linkedAs } from '../linked-as.ts'
import { nextOf, storedValue } from '../next-version.ts'
import { isOlder } from '../pull/pulled.ts'
import { sidesOf } from '../pull/sides.ts'
import { tied } from '../pull/ties.ts'
import { targetOf } from '../references.ts'
import { waitMs } from './backoff.ts'
import type { Breaker } from './breaker.ts'
import { type Carried, type Carrier, carrierOf } from './carrier.ts'
import { becameOf } from './disclose.ts'
import { connectionRemoved, heldBack } from './held.ts'
import { withLabels } from './labels.ts'
import type { Learnt, Sent } from './sent.ts'

/** An attempt that has not come back within this time is taken for lost. */
const leaseMs = 120_000

interface Round {
  /** Deliveries attempted. */
  readonly attempted: number
  /** When to come again: milliseconds since the epoch; undefined if nothing waits. */
  readonly next: number | undefined
}

/** An attempt to be made. */
interface Claimed {
  readonly claimed: Delivery
  /** The one before never came back. */
  readonly lost: boolean
}

/** An attempt whose answer is known and not yet kept. */
type Returned = Pick<Claimed, 'claimed'> & Omit<Carried, 'untried'>

/** What whoever started a round tells it while attempts are under way. */
export interface Guide {
  /** Nothing more is to leave: the round ends with what is under way. */
  isOver(): boolean
  /** Settles with the next commit, or when the time has come that was asked for. */
  news(): Promise<void>
  /** Asks for news at this time, in milliseconds since the epoch. */
  newsAt(at: number): void
}

const alone: Guide = { isOver: () => false, news: () => new Promise(() => {}), newsAt() {} }

/** Milliseconds until the store is asked again that could not write. */
const storeRestsMs = 1000

/** Works until nothing more is due, or the partner is not to be disturbed. An attempt that hangs holds up its own lane. */
export async function deliverDue(ctx: Context, connection: Connection, breaker: Breaker, guide = alone): Promise<Round> {
  const carrier = carrierOf(ctx, connection)
  if (!carrier.ok) return { attempted: 0, next: undefined }
  const returned: Returned[] = []
  const flying = new Set<Promise<void>>()
  let attempted = 0
  try {
    for (;;) {
      const news = guide.news()
      const most = guide.isOver() ? 0 : breaker.room(ctx.clock(), connection.maxInFlight)
      const claimed = await settleAndClaim(ctx, connection, carrier.value, returned.splice(0), Math.max(0, most - flying.size))
      const leaving = claimed === 'changed' ? [] : (claimed ?? [])
      attempted += leaving.length
      for (const one of leaving) {
        const flight = attempt(ctx, carrier.value, breaker, one)
          .then((one) => void returned.push(one))
          .finally(() => flying.delete(flight))
        flying.add(flight)
      }
      const mayClaim = claimed !== undefined && claimed !== 'changed'
      if (mayClaim && flying.size < most) await untilMore(ctx, connection, guide, news, flying, returned)
      else if (flying.size > 0) await Promise.race(flying)
      if (flying.size > 0 || returned.length > 0) continue
      if (claimed === undefined) return { attempted, next: ctx.clock() + storeRestsMs }
      if (most === 0) return { attempted, next: breaker.openUntil }
      break
    }
  } finally {
    await Promise.allSettled(flying)
  }
  return { attempted, next: await nextDue(ctx, connection) }
}

/** Until an attempt has returned, or another delivery is due for which there is room. */
async function untilMore(
  ctx: Context,
  connection: Connection,
  guide: Guide,
  news: Promise<void>,
  flying: ReadonlySet<Promise<void>>,
  returned: readonly Returned[],
): Promise<void> {
  for (let next = news; flying.size > 0 && returned.length === 0; next = guide.news()) {
    const due = await nextDue(ctx, connection)
    if (due !== undefined && due <= ctx.clock()) return
    if (due !== undefined) guide.newsAt(due)
    if (returned.length === 0) await Promise.race([next, ...flying])
  }
}

async function nextDue(ctx: Context, { name: connection }: Connection): Promise<number | undefined> {
  const next = await ctx.store.look({ ask: 'nextDue', connection })
  return next === undefined ? undefined : Date.parse(next)
}

async function attempt(ctx: Context, carrier: Carrier, breaker: Breaker, { claimed, lost }: Claimed): Promise<Returned> {
  const { untried, ...returned } = await carrier.carry(claimed, lost)
  if (untried) return { claimed, ...returned }
  if (returned.outcome.outcome === 'try-again') breaker.failed(ctx.clock())
  else breaker.succeeded()
  return { claimed, ...returned }
}

/**
 * One commit keeps what came of the attempts that have returned, and marks the next ones, as many as there is room for, before they leave.
 * Answers the latter, none of a connection that is spoken to otherwise by now; undefined where the store cannot write: what has returned is then found in flight when its lease has ended.
 */
async function settleAndClaim(
  ctx: Context,
  connection: Connection,
  carrier: Carrier,
  returned: readonly Returned[],
  room: number,
): Promise<readonly Claimed[] | 'changed' | undefined> {
  const settled = returned.map((one) => ({ ...one, next: settle(ctx, connection, one.claimed, one.outcome) }))
  const now = ctx.clock()
  const lease = new Date(now + leaseMs).toISOString()
  const done = await commit<readonly Claimed[] | 'changed'>(ctx, 'deliver', function* () {
    const isGone = !(yield* connections()).some(({ name }) => name === connection.name)
    const standing = yield* askAll(settled.map(({ next }) => ({ ask: 'delivery' as const, id: next.id })))
    for (const [i, { claimed, outcome, links, wantsConsent, accounted = [], next: came }] of settled.entries()) {
      // Nobody is tried again to whom there is no connection any more.
      const next = isGone && came.state === 'waiting' ? connectionRemoved(came) : came
      const changes: Change[] = []
      for (const link of links) changes.push(...(yield* tiedUnlessOlder(link)))
      // Somebody else's attempt by now: what we sent has arrived, but the delivery is theirs to settle.
      const ours = standing[i]?.attempts === claimed.attempts && standing[i].state !== 'delivered'
      if (ours) changes.push({ change: 'deliver', delivery: next })
      if (outcome.outcome === 'delivered') {
        for (const one of outcome.value.learnt) yield* label(ctx, one)
      }
      yield* write(...changes)
      if (outcome.outcome === 'delivered') {
        yield* noteConflicts(ctx, connection, outcome.value)
        for (const one of outcome.value.contested) yield* endAgreed(ctx, connection, one, new Date(now).toISOString())
      }
      if (outcome.outcome === 'refused' && outcome.status === 410) yield* noteGone(connection, claimed)
      for (const one of accounted) yield* becameOf(ctx, one)
      if (ours && wantsConsent) yield* heldBack(ctx, next)
      if (ours && carrier.settled) yield* carrier.settled(next)
    }
    // What waits for a consent is told of already.
    yield* tellOf(
      ctx,
      connection,
      settled.filter(({ wantsConsent }) => !wantsConsent),
    )
    if (!(yield* standsAsRead(connection))) return ok('changed')
    if (room === 0) return ok([])
    const at = new Date(now).toISOString()
    const due = yield* ask({ ask: 'due', connection: connection.name, at, count: room })
    const leaving = due.map(
      (one): Claimed => ({
        claimed: { ...one, attempts: one.attempts + 1, inFlight: true, due: lease },
        lost: one.inFlight,
      }),
    )
    yield* write(...leaving.map(({ claimed }): Change => ({ change: 'deliver', delivery: claimed })))
    return ok(leaving)
  })
  if (!done.ok) return undefined
  for (const { next } of settled) {
    const event = next.state === 'delivered' ? 'delivery-sent' : next.state === 'dead' ? 'delivery-dead' : 'delivery-waits'
    ctx.log(event, { connection: connection.name, delivery: next.id, resourceType: next.type })
  }
  return done.value
}

/** What has left, and what has not been taken: a line for each outcome. */
function* tellOf(ctx: Context, { name }: Connection, settled: readonly { readonly next: Delivery }[]): Steps<void> {
  const tried = Map.groupBy(settled, ({ next }) => (next.state === 'delivered' ? ('success' as const) : ('failed' as const)))
  for (const [outcome, some] of tried) {
    const versions = some.map(({ next }) => versionName({ ...next, id: next.resource }))
    yield* tell(ctx, { action: 'deliver', outcome, entities: [`connection/${name}`, ...versions] })
  }
}

function settle(ctx: Context, connection: Connection, { outcome: _, ...delivery }: Delivery, outcome: Outcome<Sent>): Delivery {
  const still = { ...delivery, inFlight: false }
  if (outcome.outcome === 'delivered') {
    const { nothing } = outcome.value
    return { ...still, state: 'delivered', ...(nothing !== undefined && { outcome: nothing }) }
  }
  if (outcome.outcome === 'refused') return { ...still, state: 'dead', outcome: outcome.detail }
  if (delivery.attempts >= connection.retry.maxAttempts)
    return { ...still, state: 'dead', outcome: `gave up after ${delivery.attempts} attempts: ${outcome.reason}` }
  const due = ctx.clock() + waitMs(connection.retry, delivery.attempts, ctx.random, outcome.afterMs)
  return {
    ...still,
    state: 'waiting',
    due: new Date(due).toISOString(),
    outcome: outcome.unanswered ? `no answer: ${outcome.reason}` : outcome.reason,
  }
}

/** Labels that the partner gave the resource are added here, with all that follows for its parts and its original. */
function* label(ctx: Context, { type, id, labels }: Learnt): Steps<void> {
  const stored = yield* ask({ ask: 'resource', type, id })
  const value = storedValue(stored)
  const next = value && withLabels(value, labels)
  if (!next || next === value) return
  const { at } = yield* ask({ ask: 'now' })
  const put = nextOf(next as unknown as Resource, id, stored, at)
  yield* write(put)
  yield* consequences(ctx, [put], at)
}

/** What the partner has changed since, and was pulled meanwhile, is what was agreed last. */
function* tiedUnlessOlder(link: Link): Steps<readonly Change[]> {
  const { connection, type, id } = link
  const standing = yield* ask({ ask: 'link', connection, type, id })
  return standing && isOlder(link.base, standing.base) ? [] : yield* tied(link)
}

/** What the partner has deleted. */
function* noteGone(connection: Connection, { type, resource: id }: Delivery): Steps<void> {
  const { at } = yield* ask({ ask: 'now' })
  const link = yield* ask({ ask: 'link', connection: linkedAs(connection), type, id })
  if (link) yield* noteDeletion(link, at)
}

/** Elements that both sides changed, for a person to settle. */
function* noteConflicts(ctx: Context, connection: Connection, { conflicts }: Sent): Steps<void> {
  const { at } = yield* ask({ ask: 'now' })
  for (const { resource, elements } of conflicts) {
    const { type, id } = targetOf(resource)
    const stored = yield* ask({ ask: 'resource', type, id })
    const link = yield* ask({ ask: 'link', connection: linkedAs(connection), type, id })
    if (stored?.text === undefined || !link) continue
    const { ours, theirs } = yield* sidesOf(ctx, connection, link, stored, valueIn(link.base))
    const fields = Object.fromEntries(elements.map((name) => [name, { ours: ours[name], theirs: theirs[name] }]))
    yield* noteConflict({ connection: connection.name, resource, fields }, at)
  }
}
