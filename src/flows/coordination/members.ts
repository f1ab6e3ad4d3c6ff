/** Members of a collection: create, read, replace, patch, remove. */
import { fail, type Issue, ok, type Result } from '../../domain/problem.ts'
import { namesEtag } from '../../fhir/version.ts'
import { isObject } from '../../lens/equal.ts'
import { lookThrough, type Steps, write } from '../../store/store.ts'
import type { AnyCollection } from '../collections/collection.ts'
import { type Gathered, gather, hold } from '../collections/parts.ts'
import { commit } from '../commit.ts'
import type { Context } from '../context.ts'
import { seenBy } from '../fhir/visible.ts'
import { resumedAfter } from '../intake/resume-waiting.ts'
import { removal } from '../next-version.ts'
import { commandOf, eventIn, refuseComputed, withComputed } from './command.ts'
import { move } from './move.ts'
import { named } from './named.ts'
import { type Answer, answersOf, etagOf } from './record.ts'
import { save } from './save.ts'
import { asItStands } from './unsaid.ts'
import { versionsOf } from './versions.ts'

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
  const written = await commit(ctx, `create ${name}`, function* (at) {
    const held = yield* save(ctx, { collection: collection.value, id, value: command.value, at })
    return held.ok ? ok(yield* answered(ctx, collection.value, held.value, at)) : held
  })
  return resumedAfter(ctx, [collection.value.anchor], written)
}

/** What was written, as its writer sees it: all of its own resources, and of others what views lay over it. */
function* toWriter(ctx: Context, collection: AnyCollection, held: Gathered): Steps<Gathered> {
  if (collection.view === undefined || ctx.principal.visible === 'everything') return held
  const own = new Set(held.stored.map(({ type, id }) => `${type}/${id}`))
  const sees = seenBy(ctx)
  const again = yield* gather(collection, held.anchor, (one) => own.has(`${one.type}/${one.id}`) || sees(one))
  return again.ok ? again.value : held
}

/** A member by itself, with what its earlier versions tell, and what is to be looked at. */
function* answered(ctx: Context, collection: AnyCollection, told: Gathered, at?: string): Steps<Answer> {
  const held = at === undefined ? told : yield* toWriter(ctx, collection, told)
  const more = collection.told?.(yield* versionsOf(collection, held.stored, seenBy(ctx)))
  const warned: readonly Issue[] = collection.warns ? yield* collection.warns(held, seenBy(ctx)) : []
  const warnings = [...held.warnings, ...warned.map((one) => ({ ...one, severity: 'warning' as const }))]
  const [answer] = yield* answersOf(ctx, collection, [{ ...held, warnings, value: { ...held.value, ...more } }], at)
  return answer!
}

/** Problems: `not-found`, `gone`, `forbidden`, `rule-broken` where it cannot be read. */
export async function readMember(ctx: Context, name: string, id: string): Promise<Result<Answer>> {
  const collection = named(ctx, name, 'read')
  if (!collection.ok) return collection
  return lookThrough(ctx.store, reading(ctx, collection.value, id), ctx.pause)
}

function* reading(ctx: Context, collection: AnyCollection, id: string): Steps<Result<Answer>> {
  const held = yield* hold(collection, id, seenBy(ctx))
  return held.ok ? ok(yield* answered(ctx, collection, held.value)) : held
}

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
  const said = stated(body, 'id')
  if (said !== undefined && said !== id)
    return fail('invalid', 'A member keeps its id.', { issues: [{ path: 'id', message: 'is not the id in the URL' }] })
  const field = collection.value.machine?.field
  const written = await commit(ctx, `change ${name}`, function* (at) {
    const before = yield* toChange(ctx, collection.value, id)
    if (!before.ok) return before
    const changed = changedSince(ifMatch, before.value)
    if (changed) return changed
    const wanted = merge ? mergePatch(before.value.value, body) : body
    const next = field === undefined ? wanted : { ...(wanted as object), [field]: before.value.value[field] }
    if (field !== undefined && stated(wanted, field) !== undefined && stated(wanted, field) !== before.value.value[field]) {
      return fail('rule-broken', 'The state moves by events alone.', { issues: [{ path: field, message: 'moves by events' }] })
    }
    const command = commandOf(collection.value, yield* asItStands(ctx, before.value, next))
    if (!command.ok) return command
    const refused = refuseComputed(collection.value, command.value, before.value.value)
    if (refused) return refused
    const value = withComputed(collection.value, command.value, before.value.value)
    const held = yield* save(ctx, { collection: collection.value, id, value, before: before.value, at })
    return held.ok ? ok(yield* answered(ctx, collection.value, held.value, at)) : held
  })
  return resumedAfter(ctx, [collection.value.anchor], written)
}

/** All of it, as this caller sees it: whoever does not see a part changes nothing around it. */
function* toChange(ctx: Context, collection: AnyCollection, id: string): Steps<Result<Gathered>> {
  const shown = yield* hold(collection, id, seenBy(ctx))
  const whole = shown.ok ? yield* hold(collection, id) : shown
  if (!shown.ok || !whole.ok) return whole
  const isWhole = whole.value.stored.every(({ id }, i) => id === shown.value.stored[i]?.id)
  return isWhole ? shown : fail('forbidden', 'This member is not for this caller to change.')
}

const changedSince = (ifMatch: string | undefined, now: Gathered) =>
  ifMatch === undefined || namesEtag(ifMatch, etagOf(now))
    ? undefined
    : fail('precondition-failed', 'It has changed since it was read.')

const stated = (body: unknown, field: string): unknown => (body as Record<string, unknown> | null)?.[field]

/** JSON Merge Patch. https://www.rfc-editor.org/rfc/rfc7396 */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const next: Record<string, unknown> = isObject(target) ? { ...target } : {}
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
  body: unknown,
  ifMatch?: string,
): Promise<Result<Answer>> {
  const collection = named(ctx, name, 'update')
  if (!collection.ok) return collection
  const event = eventIn(body)
  if (!event.ok) return event
  const written = await commit(ctx, `${event.value.type} ${name}`, function* (at) {
    const before = yield* toChange(ctx, collection.value, id)
    if (!before.ok) return before
    const changed = changedSince(ifMatch, before.value)
    if (changed) return changed
    const held = yield* move(ctx, collection.value, before.value, event.value, at)
    return held.ok ? ok(yield* answered(ctx, collection.value, held.value, at)) : held
  })
  return resumedAfter(ctx, [collection.value.anchor], written)
}

/** Removes a member and its parts where the domain allows it. */
export async function removeMember(ctx: Context, name: string, id: string, ifMatch?: string): Promise<Result<void>> {
  const collection = named(ctx, name, 'delete')
  if (!collection.ok) return collection
  if (!collection.value.removable)
    return fail('method-not-allowed', `Members of ${name} are not removed; mark them as entered in error.`)
  return commit(ctx, `remove ${name}`, function* (at) {
    const before = yield* toChange(ctx, collection.value, id)
    if (!before.ok) return before
    const changed = changedSince(ifMatch, before.value)
    if (changed) return changed
    const issues: readonly Issue[] = collection.value.held ? yield* collection.value.held(before.value, at) : []
    if (issues.length > 0) return fail('guard-failed', 'It is needed here.', { issues })
    yield* write(...before.value.stored.map((one) => removal(one, at)))
    return ok(undefined)
  })
}
