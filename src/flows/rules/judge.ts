/**
 * A write on `/fhir` to a member of a collection, judged: the difference must be an event that this caller may cause, or a change that
 * `/coordination` would take, too. Answers with the value that the member comes to by it, what the event brings along included, so that
 * both doors lead to one state.
 */
import { type Principal, partiesOf } from '../../access/principal.ts'
import { ok, type Result } from '../../domain/problem.ts'
import { eventsBetween } from '../../domain/state-machine.ts'
import { contains, equal } from '../../lens/equal.ts'
import type { Steps } from '../../store/store.ts'
import type { AnyCollection, EventInput } from '../collections/collection.ts'
import type { Gathered } from '../collections/parts.ts'
import { reasonField, withoutRule } from '../collections/with-reason.ts'
import type { Context } from '../context.ts'
import { computedHere, isLeftOut, withComputed } from '../coordination/command.ts'
import { kept, withLastChange } from '../coordination/versions.ts'
import { changedFields, isOnlyCoarser, pick, type Value } from './difference.ts'
import { noSuchMove } from './refusal.ts'

export interface Difference {
  readonly collection: AnyCollection
  readonly before: Gathered
  /** As the write left it. */
  readonly now: Gathered
  readonly at: string
}

/** Problems name fields of the domain. */
export function* judge(ctx: Context, difference: Difference): Steps<Result<Value>> {
  const { collection, before, now } = difference
  if (collection.sealed) return computedHere(changedFields(before.value, now.value))
  const said: Value = { ...withComputed(collection, now.value, before.value), ...kept(before.value) }
  const move = yield* moveOf(ctx.principal, difference, said)
  if (!move.ok) return move
  const { events = [], state } = move.value
  const ours = ourFields(collection, events.length === 0)
  const field = collection.machine?.field
  const plain = bare(collection, now)
  const changed = changedFields(bare(collection, before), plain).filter(
    (name) => name !== field && name !== 'lastChange' && !ours.includes(name),
  )
  const standing: Value = { ...said, ...pick(before.value, ours), ...(field !== undefined && { [field]: state }) }
  const moved = yield* caused(ctx, difference, events, standing, changed)
  if (!moved.ok) return moved
  // What a view hides is written all the same.
  const hidden = changed.filter((name) => said[name] === undefined)
  const { value: after, event } = moved.value
  const prepared = yield* prepare(ctx, difference, { ...after, ...pick(said, changed), ...pick(plain, hidden) })
  if (!prepared.ok) return prepared
  const settled: Value = {
    ...prepared.value,
    ...pick(
      said,
      changed.filter((name) => !isCoordinations(collection, name)),
    ),
  }
  const forged = ours.filter((name) => {
    const fine = isLeftOut(said[name]) || equal(said[name], before.value[name]) || equal(said[name], settled[name])
    return !fine
  })
  // Whoever writes a record again, and never saw what was added to a field here, leaves it out and means nothing by it.
  const undone = changed.filter((name) => equal(settled[name], before.value[name]) && !contains(settled[name], said[name]))
  // What a partner computes is its opinion, and stays the version that it wrote.
  const refused = ctx.principal.kind === 'connection' ? undone : [...forged, ...undone]
  if (refused.length > 0) return computedHere(refused)
  const isAnother = changed.length > 0 || event !== undefined
  return ok(isAnother ? withLastChange(ctx, { collection, value: settled, before, at: difference.at, event }) : settled)
}

/** As it is stored: views lay over it what nobody wrote. */
function bare({ mapping }: AnyCollection, { parts, value }: Gathered): Value {
  const reading = mapping.read(parts)
  return reading.ok ? reading.value : value
}

interface Move {
  /** Those that may have moved it; without one the state stays. */
  readonly events?: readonly string[]
  readonly state?: unknown
}

function* moveOf({ kind }: Principal, { collection, before, now }: Difference, said: Value): Steps<Result<Move>> {
  const { machine, meant } = collection
  if (!machine) return ok({})
  const from = before.value[machine.field] as string | undefined
  const to = (meant?.(now.value, before.value) ?? now.value[machine.field]) as string | undefined
  // What had no state yet comes to have one, as a new record does.
  if (from === to || from === undefined) return ok({ state: to })
  const parties = partiesOf[kind]
  const events = to === undefined ? [] : eventsBetween(machine.states, from, to, parties)
  if (events.length > 0) return ok({ events, state: to })
  const standing = { ...said, ...pick(before.value, ourFields(collection, true)), [machine.field]: from }
  return (yield* isOnlyCoarser(collection, now, standing)) ? ok({ state: from }) : noSuchMove(collection, from, to, parties)
}

interface Caused {
  readonly value: Value
  readonly event?: EventInput
}

/** What the event changes besides; of several it is the first whose rule allows it. */
function* caused(
  ctx: Context,
  { collection, before, at }: Difference,
  events: readonly string[],
  value: Value,
  changed: readonly string[],
): Steps<Result<Caused>> {
  let moved: Result<Caused> = ok({ value })
  for (const event of events) {
    const rule = collection.on?.[event]
    const input = told(collection, event, value, changed)
    const ruled: Result<Value> = rule ? yield* rule(ctx, value, input, at, before) : ok(withoutRule(collection, value, input))
    moved = ruled.ok ? ok({ value: ruled.value, event: { type: event } }) : ruled
    if (moved.ok) break
  }
  return moved
}

const envelope = ['type', 'at', 'actor', 'reason']

/** The event as the resource tells it: its details are the fields, its reason one that was given with it. */
function told(collection: AnyCollection, type: string, value: Value, changed: readonly string[]): EventInput {
  const details = Object.entries(value).filter(([name, detail]) => detail !== undefined && !envelope.includes(name))
  const field = reasonField(collection)
  const reason = field !== undefined && changed.includes(field) ? value[field] : undefined
  return { ...Object.fromEntries(details), type, ...(typeof reason === 'string' && { reason }) }
}

/** A rule that was broken before is not broken by this write: a foreign record may stay as it is, but not become worse. */
function* prepare(ctx: Context, { collection, before, at }: Difference, value: Value): Steps<Result<Value>> {
  if (!collection.prepare) return ok(value)
  const prepared: Result<Value> = yield* collection.prepare(ctx, value, before, at)
  if (prepared.ok) return prepared
  const standing: Result<Value> = yield* collection.prepare(ctx, before.value, before, at)
  const old = standing.ok ? [] : standing.problem.issues
  const isOld = !standing.ok && prepared.problem.issues.every((issue) => old.some((one) => equal(one, issue)))
  return isOld ? ok(value) : prepared
}

/** Fields that the gateway alone has the word on; events set some of them. */
function ourFields(collection: AnyCollection, withByEvents: boolean): readonly string[] {
  const { computed = [], byEvents = [] } = collection
  return [...computed, ...(withByEvents ? byEvents : [])].filter((name) => isCoordinations(collection, name))
}

const isCoordinations = ({ mapping }: AnyCollection, name: string): boolean =>
  mapping.rows.find((row) => row.field === name)?.owner === 'coordination'

/**
 * A new record may come in any state, with what events have made of it; what is computed it may say only as we compute it. Answers with
 * the fields in which it says otherwise, and what we make of them.
 */
export function* forgedIn(ctx: Context, collection: AnyCollection, now: Gathered, at: string): Steps<Value> {
  const said = bare(collection, now)
  const claimed = ourFields(collection, false).filter((name) => !isLeftOut(said[name]))
  if (claimed.length === 0) return {}
  const without = Object.fromEntries(Object.entries(said).filter(([name]) => !claimed.includes(name)))
  const computed: Result<Value> = collection.prepare ? yield* collection.prepare(ctx, without, undefined, at) : ok(without)
  const value = computed.ok ? computed.value : without
  return pick(
    value,
    claimed.filter((name) => !equal(said[name], value[name])),
  )
}
