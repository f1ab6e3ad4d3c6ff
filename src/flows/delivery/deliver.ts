/**
 * The outbox at work, for one connection: the first due delivery of every lane, so many lanes at once. A lane keeps its order; a lane
 * whose head waits holds up nobody else. Each attempt is counted before it leaves, and its outcome is a commit of its own.
 */
import type { Connection, Connector, Outcome } from '../../connectors/connector.ts'
import { ok } from '../../domain/problem.ts'
import type { Change, Delivery } from '../../store/change.ts'
import { ask, write } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { waitMs } from './backoff.ts'
import type { Breaker } from './breaker.ts'
import { Sender, type Sent } from './send.ts'

/** An attempt that has not come back within this time is taken for lost. */
const leaseMs = 120_000

export interface Round {
  /** Deliveries attempted. */
  readonly attempted: number
  /** When to come again: milliseconds since the epoch; undefined if nothing waits. */
  readonly next: number | undefined
}

/** Works until nothing more is due, or the partner is not to be disturbed. */
export async function deliverDue(ctx: Context, connection: Connection, breaker: Breaker): Promise<Round> {
  const connector = ctx.connect(connection)
  if (!connector.ok) return { attempted: 0, next: undefined }
  let attempted = 0
  for (;;) {
    const now = ctx.clock()
    const room = breaker.room(now, connection.maxInFlight)
    if (room === 0) return { attempted, next: breaker.openUntil }
    const due = await ctx.store.look({ ask: 'due', connection: connection.name, at: new Date(now).toISOString(), count: room })
    if (due.length === 0) break
    attempted += due.length
    await Promise.all(due.map((delivery) => attempt(ctx, connection, connector.value, breaker, delivery)))
  }
  const next = await ctx.store.look({ ask: 'nextDue', connection: connection.name })
  return { attempted, next: next === undefined ? undefined : Date.parse(next) }
}

async function attempt(
  ctx: Context,
  connection: Connection,
  connector: Connector,
  breaker: Breaker,
  delivery: Delivery,
): Promise<void> {
  const claimed = await claim(ctx, delivery)
  if (!claimed) return
  const sender = new Sender(ctx, connection, connector)
  const outcome = await sender.send(delivery.type, delivery.resource)
  if (outcome.outcome === 'try-again') breaker.failed(ctx.clock())
  else breaker.succeeded()
  const settled = await ctx.store.commit(function* () {
    const now = yield* ask({ ask: 'delivery', id: delivery.id })
    // Somebody else's attempt by now: what we sent has arrived, but the delivery is theirs to settle.
    const ours = now?.attempts === claimed.attempts && now.state !== 'delivered'
    const changes: Change[] = sender.links.map((link) => ({ change: 'tie', link }))
    if (ours) changes.push({ change: 'deliver', delivery: settle(ctx, connection, claimed, outcome) })
    if (outcome.outcome === 'delivered') changes.push(...conflictsOf(ctx, connection, outcome.value))
    yield* write(...changes)
    return ok(undefined)
  })
  if (!settled.ok) return
  const state = settle(ctx, connection, claimed, outcome).state
  const event = state === 'delivered' ? 'delivery-sent' : state === 'dead' ? 'delivery-dead' : 'delivery-waits'
  ctx.log(event, { connection: connection.name, delivery: delivery.id, resourceType: delivery.type })
}

/** Marks the attempt before it leaves; undefined if another worker was faster. */
async function claim(ctx: Context, delivery: Delivery): Promise<Delivery | undefined> {
  const taken = await ctx.store.commit<Delivery | undefined>(function* () {
    const now = yield* ask({ ask: 'delivery', id: delivery.id })
    if (!now || now.attempts !== delivery.attempts || now.state !== delivery.state) return ok(undefined)
    const next: Delivery = {
      ...now,
      attempts: now.attempts + 1,
      inFlight: true,
      due: new Date(ctx.clock() + leaseMs).toISOString(),
    }
    yield* write({ change: 'deliver', delivery: next })
    return ok(next)
  })
  return taken.ok ? taken.value : undefined
}

function settle(ctx: Context, connection: Connection, { outcome: _, ...delivery }: Delivery, outcome: Outcome<Sent>): Delivery {
  const still = { ...delivery, inFlight: false }
  if (outcome.outcome === 'delivered') return { ...still, state: 'delivered' }
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

/** Elements that both sides changed, for a person to settle. */
function conflictsOf(ctx: Context, connection: Connection, sent: Sent): Change[] {
  return sent.conflicts.map(({ resource, elements }) => ({
    change: 'remember',
    kind: 'conflict',
    key: `${connection.name} ${resource}`,
    text: JSON.stringify({ connection: connection.name, resource, elements, at: new Date(ctx.clock()).toISOString() }),
  }))
}
