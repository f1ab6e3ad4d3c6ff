/**
 * Rules of the domain behind `/fhir`. Members that a write touches are looked at before and after it; what follows from the difference is
 * written onto what was sent, as one version. A new record may come in any state, and is looked at only where it uses words of ours.
 *
 * A partner's change is never refused: what it said is a version of its own, and ours the one after it. Where that breaks a rule ours stands, and the two are a
 * conflict for a person to settle; what it computes otherwise than we do is its opinion.
 */
import type { Resource } from '@medplum/fhirtypes'
import { canonicalBase } from '../../../mappings/shared/extension.ts'
import { fail, type Issue, ok, type Problem, type Result } from '../../domain/problem.ts'
import { mayHave } from '../../fhir/json-text.ts'
import { equal } from '../../lens/equal.ts'
import type { Put } from '../../store/change.ts'
import { rest, type Steps, type Stored, write } from '../../store/store.ts'
import type { AnyCollection } from '../collections/collection.ts'
import type { Before } from '../collections/consequences.ts'
import { collectionOf } from '../collections/index.ts'
import { type Membership, nameOf, type Part, wholesOf } from '../collections/membership.ts'
import { closed, type Gathered, hold, putsFor } from '../collections/parts.ts'
import { type Found, noteConflict } from '../conflicts/conflict.ts'
import type { Context } from '../context.ts'
import { computedHere } from '../coordination/command.ts'
import { storedValue } from '../next-version.ts'
import { pick, settledOnto, type Value } from './difference.ts'
import { type Difference, forgedIn, judge } from './judge.ts'
import { inResource } from './refusal.ts'

/** A resource that is about to change. */
export interface Touched {
  readonly type: string
  readonly id: string
  readonly current: Stored | undefined
  /** Absent for a deletion. */
  readonly next?: object
}

/** A member that a write touches, as it stood before. */
interface Held {
  readonly member: Membership
  readonly before: Gathered
  /** Type of the resource by which it is touched. */
  readonly type: string
}

/** Has the collection rules that a resource of this type could break? */
function mayBreak({ anchor, machine, computed = [], byEvents = [], prepare, mapping }: AnyCollection, type: string): boolean {
  if (prepare) return true
  const ruled = [...(machine ? [machine.field] : []), ...computed, ...byEvents]
  if (type === anchor) return ruled.length > 0
  return mapping.rows.some(({ field, places }) => ruled.includes(field) && places.some((place) => place.startsWith(`${type}.`)))
}

/** Members that are there already, and readable: what else is written is new, or was nobody's. */
export function* touchedBy(touched: readonly Touched[]): Steps<readonly Held[]> {
  const found = new Map<string, Membership & { readonly type: string }>()
  const born = new Set<string>()
  for (const { type, id, current } of touched) if (current?.text === undefined) born.add(`${type}/${id}`)
  const parts: Part[] = []
  for (const [i, { type, id, current, next }] of touched.entries()) {
    yield* rest(i, current?.text)
    const values = [storedValue<Resource>(current), next as Resource | undefined].filter((one) => one !== undefined)
    parts.push({ type, id, values, isNew: current === undefined })
  }
  const wholes = yield* wholesOf(parts)
  for (const [i, { type, id, current, next }] of touched.entries()) {
    yield* rest(i, current?.text)
    const stood = current?.text === undefined ? undefined : parts[i]!.values[0]
    const own = stood && collectionOf(stood)
    for (const member of [...(own && (next || own.held) ? [{ collection: own, id }] : []), ...wholes[i]!]) {
      if (!mayBreak(member.collection, type) || born.has(`${member.collection.anchor}/${member.id}`)) continue
      if (!found.has(nameOf(member))) found.set(nameOf(member), { ...member, type })
    }
  }
  const held: Held[] = []
  for (const { type, ...member } of found.values()) {
    const before = yield* hold(member.collection, member.id)
    if (before.ok) held.push({ member, before: before.value, type })
  }
  return held
}

export const beforeOf = (held: readonly Held[]): Before => new Map(held.map(({ member, before }) => [nameOf(member), before]))

/** After the write: refuses it, or writes what else it makes of the members. Answers with what was written. */
export function* uphold(ctx: Context, held: readonly Held[], fresh: readonly Put[], at: string): Steps<Result<readonly Put[]>> {
  const made: Put[] = []
  for (const { member, before, type } of held) {
    const now = yield* hold(member.collection, member.id)
    if (!now.ok) {
      // It went, or belongs elsewhere now: `guarded` has allowed that. Otherwise it has become worse.
      if (now.problem.code === 'rule-broken') return now
      const hold = ctx.principal.kind === 'connection' ? undefined : member.collection.held
      const issues: readonly Issue[] = hold ? yield* hold(before, at) : []
      if (issues.length > 0) return fail('guard-failed', 'It is needed here.', { issues })
      continue
    }
    const difference = { collection: member.collection, before, now: now.value, at }
    const judged = yield* judge(ctx, difference)
    if (!judged.ok && ctx.principal.kind !== 'connection') return inResource(member.collection, judged.problem, type)
    if (!judged.ok) yield* noteConflict(conflictOf(ctx, difference, judged.problem), at)
    made.push(...(yield* settle(ctx, member, now.value, judged.ok ? judged.value : ourStand(difference, judged.problem), at)))
  }
  for (const [i, { type, id, text, resource }] of fresh.entries()) {
    yield* rest(i)
    const collection = mayHave(text, canonicalBase) ? collectionOf(resource as Resource) : undefined
    const now = collection?.computed && (yield* hold(collection, id))
    if (!collection || !now?.ok) continue
    const forged = yield* forgedIn(ctx, collection, now.value, at)
    const names = Object.keys(forged)
    if (names.length > 0 && ctx.principal.kind !== 'connection') return inResource(collection, computedHere(names).problem, type)
    made.push(...(yield* settle(ctx, { collection, id }, now.value, { ...now.value.value, ...forged }, at)))
  }
  return ok(made)
}

function* settle(ctx: Context, { collection, id }: Membership, now: Gathered, settled: Value, at: string): Steps<readonly Put[]> {
  const value = settledOnto(collection, now, settled)
  const before = ctx.principal.kind === 'connection' ? closed(now) : now
  const puts = value ? putsFor(ctx, { collection, id, value, before, at }) : []
  yield* write(...puts)
  return puts
}

/** The state, and the fields that the rule is about. */
function brokenFields({ collection }: Difference, { issues }: Problem): readonly string[] {
  const field = collection.machine?.field
  const named = issues.flatMap(({ path }) => path?.split(/[.[]/, 1) ?? []).filter((name) => name in collection.mapping.fields)
  return [...(field === undefined ? [] : [field]), ...named]
}

/** Ours stands where the partner's breaks a rule. */
const ourStand = (difference: Difference, problem: Problem): Value => ({
  ...difference.now.value,
  ...pick(difference.before.value, brokenFields(difference, problem)),
})

function conflictOf(ctx: Context, difference: Difference, problem: Problem): Found {
  const { collection, before, now } = difference
  const differing = brokenFields(difference, problem).filter((name) => !equal(before.value[name], now.value[name]))
  return {
    connection: ctx.principal.id,
    resource: `${collection.anchor}/${before.id}`,
    collection: collection.name,
    elements: problem.issues.flatMap(({ path }) => path ?? []),
    fields: Object.fromEntries(differing.map((name) => [name, { ours: before.value[name], theirs: now.value[name] }])),
    reason: problem.detail,
  }
}
