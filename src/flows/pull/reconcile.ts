/**
 * Comparing both sides by their links, a slice at a time: what is missing at the partner, what was deleted here, and which elements differ,
 * by name alone. No record is changed (what is missing there is for a person to settle); with `repair`, what is otherwise there is pulled, and
 * what was never told is owed again.
 */
import type { Connection, Connector } from '../../connectors/connector.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { valueIn } from '../../fhir/exact.ts'
import { equal } from '../../lens/equal.ts'
import type { Link } from '../../store/change.ts'
import { carryOut, lookThrough, write } from '../../store/store.ts'
import { forgetDeletion, isNoted, noteDeletion } from '../conflicts/deletion.ts'
import { findConnection } from '../connections.ts'
import { type Context, nowOf } from '../context.ts'
import { deliveriesFor } from '../delivery/owed.ts'
import { resumeWaiting } from '../intake/resume-waiting.ts'
import { enlist } from '../intake/waiting-list.ts'
import { linkedAs } from '../linked-as.ts'
import { keep } from './pull.ts'
import { sidesOf } from './sides.ts'

export interface Drift {
  /** `Type/id` here, and at the partner. */
  readonly resource: string
  readonly remote: string
  readonly drift: 'missing-there' | 'missing-here' | 'differs' | 'not-shown'
  /** Names of elements that differ. */
  readonly elements: readonly string[]
}

export interface Reconciled {
  readonly items: readonly Drift[]
  readonly compared: number
  readonly next: string | null
}

/** Fails `not-found`, and `unavailable` where the partner does not answer: ask for the same slice again then. */
export async function reconcile(
  ctx: Context,
  name: string,
  { repair, count, after }: { readonly repair: boolean; readonly count: number; readonly after?: string },
): Promise<Result<Reconciled>> {
  const connection = await findConnection(ctx, name)
  if (!connection.ok) return connection
  const connector = ctx.connect(connection.value)
  if (!connector.ok) return connector
  const page = await ctx.store.look({
    ask: 'links',
    connection: linkedAs(connection.value),
    count,
    ...(after !== undefined && { after }),
  })
  const items: Drift[] = []
  const gone: Link[] = []
  const most = connection.value.maxInFlight
  for (let at = 0; at < page.items.length; at += most) {
    const slice = page.items.slice(at, at + most)
    const compared = await Promise.all(slice.map((link) => compare(ctx, connection.value, connector.value, link, repair)))
    for (const [i, one] of compared.entries()) {
      if (!one.ok) return one
      if (one.value) items.push(one.value)
      if (one.value?.drift === 'missing-there') gone.push(slice[i]!)
    }
  }
  // Where nothing at all is there, the partner is more likely to be another one, or at another address.
  if (gone.length < page.items.length || gone.length === 1) await noteGone(ctx, gone)
  return ok({ items, compared: page.items.length, next: page.next ?? null })
}

async function noteGone(ctx: Context, links: readonly Link[]): Promise<void> {
  if (links.length === 0) return
  await carryOut(ctx.store, function* () {
    for (const link of links) yield* noteDeletion(link, nowOf(ctx))
  })
}

async function compare(
  ctx: Context,
  connection: Connection,
  connector: Connector,
  link: Link,
  repair: boolean,
): Promise<Result<Drift | undefined>> {
  const { type, id, remoteType, remoteId } = link
  const told = { resource: `${type}/${id}`, remote: `${remoteType}/${remoteId}`, elements: [] }
  const stored = await ctx.store.look({ ask: 'resource', type, id })
  const read = await connector.read(remoteType, remoteId)
  if (read.outcome === 'try-again') return fail('unavailable', 'The partner does not answer just now.', { retryAfter: 1 })
  if (read.outcome === 'refused') return ok({ ...told, drift: 'not-shown' })
  const remote = read.value
  if (stored?.text === undefined) return ok(remote ? { ...told, drift: 'missing-here' } : undefined)
  if (!remote) return ok({ ...told, drift: 'missing-there' })
  if (await lookThrough(ctx.store, isNoted(link))) await carryOut(ctx.store, () => forgetDeletion(link))
  const sides = await lookThrough(ctx.store, sidesOf(ctx, connection, link, stored, valueIn(remote.text)))
  const [before, now] = [sides.agreed.theirs, sides.theirs]
  const differing = [
    ...namesOf(before, now).filter((name) => !equal(before[name], now[name])),
    ...namesOf(sides.agreed.ours, sides.ours).filter((name) => !equal(sides.agreed.ours[name], sides.ours[name])),
  ]
  if (differing.length === 0) return ok(undefined)
  if (repair) await repaired()
  return ok({ ...told, drift: 'differs', elements: [...new Set(differing)].sort() })

  /** Theirs by the inbox, ours by the outbox. */
  async function repaired(): Promise<void> {
    await carryOut(ctx.store, function* () {
      yield* write(...(yield* enlist(yield* keep(ctx, connection, [remote!]))))
      const ours = { type, id, version: stored!.version, resource: sides.ours }
      yield* write(...(yield* deliveriesFor(ctx, [connection], [ours], nowOf(ctx))))
    })
    await resumeWaiting(ctx)
  }
}

const own = ['id', 'meta', 'resourceType', 'text']
const namesOf = (...resources: readonly object[]): readonly string[] =>
  [...new Set(resources.flatMap(Object.keys))].filter((name) => !own.includes(name))
