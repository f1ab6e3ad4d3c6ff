/**
 * Rules of the domain behind `/fhir`. Members that a write touches are looked at before and after it; what follows from the difference is
 * written on top of what was sent, which stays the version before. New records cost nothing here: a foreign one may come in any state.
 *
 * A partner's change is never refused. Where it breaks a rule ours stands, what it said is the version that it wrote, and the two are a
 * conflict for a person to settle.
 */
import type { Resource } from '@medplum/fhirtypes'
import { ok, type Problem, type Result } from '../../domain/problem.ts'
import type { Change, Put } from '../../store/change.ts'
import { type Steps, type Stored, write } from '../../store/store.ts'
import type { AnyCollection } from '../collections/collection.ts'
import type { Before } from '../collections/consequences.ts'
import { collectionOf } from '../collections/index.ts'
import { type Membership, nameOf, wholesOf } from '../collections/membership.ts'
import { type Gathered, hold, putsFor } from '../collections/parts.ts'
import type { Context } from '../context.ts'
import { storedValue } from '../keep.ts'
import { pick, settledOnto, type Value } from './difference.ts'
import { type Difference, judge } from './judge.ts'
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
export interface Held {
  readonly member: Membership
  readonly before: Gathered
  /** Type of the resource by which it is touched. */
  readonly type: string
}

const hasRules = ({ machine, computed, byEvents, prepare }: AnyCollection): boolean =>
  (machine ?? computed ?? byEvents ?? prepare) !== undefined

/** Members that are there already, and readable: what else is written is new, or was nobody's. */
export function* touchedBy(touched: readonly Touched[]): Steps<readonly Held[]> {
  const found = new Map<string, Membership & { readonly type: string }>()
  const born = new Set<string>()
  for (const { type, id, current } of touched) if (current?.text === undefined) born.add(`${type}/${id}`)
  for (const { type, id, current, next } of touched) {
    const stood = storedValue<Resource>(current)
    const own = stood && next && collectionOf(stood)
    const wholes = [stood, next as Resource | undefined].flatMap((one) => (one ? wholesOf(one) : []))
    for (const member of [...(own ? [{ collection: own, id }] : []), ...wholes]) {
      if (!hasRules(member.collection) || born.has(`${member.collection.anchor}/${member.id}`)) continue
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

/** After the write: refuses it, or writes what else it makes of the members. */
export function* uphold(ctx: Context, held: readonly Held[], at: string): Steps<Result<readonly Put[]>> {
  const made: Put[] = []
  for (const { member, before, type } of held) {
    const { collection, id } = member
    const now = yield* hold(collection, id)
    if (!now.ok) {
      // It went, or belongs elsewhere now: `guarded` has allowed that. Otherwise it has become worse.
      if (now.problem.code !== 'rule-broken') continue
      return now
    }
    const difference = { collection, before, now: now.value, at }
    const judged = yield* judge(ctx, difference)
    if (!judged.ok && ctx.principal.kind !== 'connection') return inResource(collection, judged.problem, type)
    const settled = judged.ok ? judged.value : ourStand(difference, judged.problem)
    if (!judged.ok) yield* write(conflictOf(ctx, member, judged.problem, at))
    const value = settledOnto(collection, now.value, settled)
    const puts = value ? putsFor(ctx, collection, id, value, now.value, at) : []
    yield* write(...puts)
    made.push(...puts)
  }
  return ok(made)
}

/** Ours stands where the partner's breaks a rule: in the state, and in the fields that the rule is about. */
function ourStand({ collection, before, now }: Difference, { issues }: Problem): Value {
  const field = collection.machine?.field
  const named = issues.flatMap(({ path }) => path?.split(/[.[]/, 1) ?? []).filter((name) => name in collection.mapping.fields)
  return { ...now.value, ...pick(before.value, [...(field === undefined ? [] : [field]), ...named]) }
}

/** As `/admin/conflicts` lists them. */
function conflictOf(ctx: Context, { collection, id }: Membership, { detail, issues }: Problem, at: string): Change {
  const connection = ctx.principal.id
  const resource = `${collection.anchor}/${id}`
  const elements = issues.flatMap(({ path }) => path ?? [])
  return {
    change: 'remember',
    kind: 'conflict',
    key: `${connection} ${resource}`,
    text: JSON.stringify({ connection, resource, elements, reason: detail, at }),
  }
}
