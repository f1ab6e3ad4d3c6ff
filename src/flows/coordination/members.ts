/** Members of a collection: create, read, list, replace, patch, remove. */
import { fail, ok, type Result } from '../../domain/problem.ts'
import { parseSearch } from '../../fhir/search/parse.ts'
import { ask, type Steps, type Stored, write } from '../../store/store.ts'
import type { AnyCollection, EventInput } from '../collections/collection.ts'
import { collectionNamed } from '../collections/index.ts'
import { type Gathered, gather, hold } from '../collections/parts.ts'
import { commit } from '../commit.ts'
import type { Context } from '../context.ts'
import { allowed } from '../fhir/allowed.ts'
import { removal } from '../keep.ts'
import { commandOf, refuseComputed, withComputed } from './command.ts'
import { move } from './move.ts'
import { readOnly } from './read-only.ts'
import { type Answer, answerOf, etagOf } from './record.ts'
import { save } from './save.ts'

function named(
  ctx: Context,
  name: string,
  interaction: 'create' | 'read' | 'update' | 'delete' | 'search-type',
): Result<AnyCollection> {
  const collection = collectionNamed(name)
  if (!collection) return fail('not-found', 'There is no such collection.')
  const may = allowed(ctx, interaction, collection.anchor)
  return may.ok ? ok(collection) : may
}

/** A new member; its state is the machine's initial one, whatever the body says. */
export async function createMember(ctx: Context, name: string, body: unknown): Promise<Result<Answer>> {
  const collection = named(ctx, name, 'create')
  if (!collection.ok) return collection
  const { machine, prefix, derived } = collection.value
  if (derived !== undefined) return fail('method-not-allowed', derived)
  const command = commandOf(collection.value, machine ? { ...(body as object), [machine.field]: machine.initial } : body)
  if (!command.ok) return command
  const refused = refuseComputed(collection.value, command.value, {})
  if (refused) return refused
  const id = ctx.newId(prefix)
  return commit(ctx, `create ${name}`, function* () {
    const { at } = yield* ask({ ask: 'now' })
    const held = yield* save(ctx, collection.value, id, command.value, undefined, at)
    return held.ok ? ok(answerOf(held.value)) : held
  })
}

export async function readMember(ctx: Context, name: string, id: string): Promise<Result<Answer>> {
  const collection = named(ctx, name, 'read')
  if (!collection.ok) return collection
  const held = await readOnly(ctx, () => hold(collection.value, id))
  return held.ok ? ok(answerOf(held.value)) : held
}

export interface ListAsk {
  readonly client?: string
  readonly state?: string
  readonly updatedSince?: string
  /** A day, or a FHIR date search such as `le2026-03-17`: for collections with due dates. */
  readonly due?: string
  readonly limit: number
  readonly after?: string
  /** Further search parameters that a collection offers, as FHIR search text. */
  readonly also?: readonly (readonly [string, string])[]
}

export interface ListAnswer {
  readonly items: readonly Answer[]
  readonly next: string | null
}

export async function listMembers(ctx: Context, name: string, asked: ListAsk): Promise<Result<ListAnswer>> {
  const collection = named(ctx, name, 'search-type')
  if (!collection.ok) return collection
  const { anchor, client, sort, due } = collection.value
  if (asked.client !== undefined && client === undefined)
    return fail('not-supported', `The list of ${name} cannot be filtered by client.`)
  const pairs: (readonly [string, string])[] = [['_count', String(asked.limit)], ...(asked.also ?? [])]
  if (asked.client !== undefined) pairs.push([client!, client === '_id' ? asked.client : `Patient/${asked.client}`])
  if (asked.updatedSince !== undefined) pairs.push(['_lastUpdated', `ge${asked.updatedSince}`])
  if (asked.due !== undefined) {
    if (due === undefined) return fail('not-supported', `Members of ${name} have no due date.`)
    pairs.push([due, asked.due])
  }
  if (sort !== undefined) pairs.push(['_sort', sort])
  const query = parseSearch(anchor, pairs, { now: ctx.clock() })
  if (!query.ok) return query

  const items: Answer[] = []
  let after = asked.after
  // A page may hold resources of another collection, or of another state: go on until it is full.
  for (;;) {
    const room = { ...query.value, count: asked.limit - items.length }
    const page = await ctx.store.look({
      ask: 'search',
      query: room,
      visible: ctx.principal.visible,
      ...(after !== undefined && { after }),
    })
    for (const stored of page.items) {
      const held = await member(ctx, collection.value, stored)
      if (held && (asked.state === undefined || stateOf(collection.value, held) === asked.state)) items.push(answerOf(held))
    }
    after = page.next
    if (after === undefined || items.length >= asked.limit) return ok({ items, next: after ?? null })
  }
}

async function member(ctx: Context, collection: AnyCollection, stored: Stored): Promise<Gathered | undefined> {
  const held = await readOnly(ctx, () => claimed(collection, stored))
  return held.ok ? held.value : undefined
}

function* claimed(collection: AnyCollection, stored: Stored): Steps<Result<Gathered>> {
  return collection.claims(JSON.parse(stored.text!)) ? yield* gather(collection, stored) : fail('not-found', 'another collection')
}

const stateOf = (collection: AnyCollection, held: Gathered): unknown => held.value[collection.machine?.field ?? 'state']

/** Replaces all fields but state and computed ones. `merge` patches: members that are null go away, others replace (RFC 7396). */
export async function changeMember(
  ctx: Context,
  name: string,
  id: string,
  ifMatch: string | undefined,
  body: unknown,
  merge: boolean,
): Promise<Result<Answer>> {
  const collection = named(ctx, name, 'update')
  if (!collection.ok) return collection
  if (collection.value.derived !== undefined) return fail('method-not-allowed', collection.value.derived)
  if (ifMatch === undefined) return fail('precondition-required', 'A change needs If-Match with the ETag that was read.')
  const field = collection.value.machine?.field
  return commit(ctx, `change ${name}`, function* () {
    const { at } = yield* ask({ ask: 'now' })
    const before = yield* hold(collection.value, id)
    if (!before.ok) return before
    if (ifMatch !== '*' && ifMatch !== etagOf(before.value))
      return fail('precondition-failed', 'It has changed since it was read.')
    const wanted = merge ? mergePatch(before.value.value, body) : body
    const next = field === undefined ? wanted : { ...(wanted as object), [field]: before.value.value[field] }
    if (field !== undefined && stated(wanted, field) !== undefined && stated(wanted, field) !== before.value.value[field]) {
      return fail('rule-broken', 'The state moves by events alone.', { issues: [{ path: field, message: 'moves by events' }] })
    }
    const command = commandOf(collection.value, next)
    if (!command.ok) return command
    const refused = refuseComputed(collection.value, command.value, before.value.value)
    if (refused) return refused
    const whole = withComputed(collection.value, command.value, before.value.value)
    const held = yield* save(ctx, collection.value, id, whole, before.value, at)
    return held.ok ? ok(answerOf(held.value)) : held
  })
}

const stated = (body: unknown, field: string): unknown => (body as Record<string, unknown> | null)?.[field]

/** JSON Merge Patch. https://www.rfc-editor.org/rfc/rfc7396 */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch
  const next: Record<string, unknown> =
    typeof target === 'object' && target !== null && !Array.isArray(target) ? { ...target } : {}
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete next[name]
    else next[name] = mergePatch(next[name], value)
  }
  return next
}

/** Moves a member by an event of its state machine. */
export async function memberEvent(
  ctx: Context,
  name: string,
  id: string,
  event: EventInput,
  ifMatch?: string,
): Promise<Result<Answer>> {
  const collection = named(ctx, name, 'update')
  if (!collection.ok) return collection
  return commit(ctx, `${event.type} ${name}`, function* () {
    const { at } = yield* ask({ ask: 'now' })
    const before = yield* hold(collection.value, id)
    if (!before.ok) return before
    if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== etagOf(before.value))
      return fail('precondition-failed', 'It has changed since it was read.')
    const held = yield* move(ctx, collection.value, before.value, event, at)
    return held.ok ? ok(answerOf(held.value)) : held
  })
}

/** Removes a member and its parts where the domain allows it. */
export async function removeMember(ctx: Context, name: string, id: string, ifMatch?: string): Promise<Result<void>> {
  const collection = named(ctx, name, 'delete')
  if (!collection.ok) return collection
  if (!collection.value.removable)
    return fail('method-not-allowed', `Members of ${name} are not removed; mark them as entered in error.`)
  return commit(ctx, `remove ${name}`, function* () {
    const { at } = yield* ask({ ask: 'now' })
    const before = yield* hold(collection.value, id)
    if (!before.ok) return before
    if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== etagOf(before.value))
      return fail('precondition-failed', 'It has changed since it was read.')
    yield* write(...before.value.stored.map((one) => removal(one, at)))
    return ok(undefined)
  })
}
