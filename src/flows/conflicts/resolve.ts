/**
 * A person settles a conflict, field by field: ours, theirs, or another value. It is settled on what both sides say now, by the doors of a
 * write on `/fhir`, rules and all; and the partner is told what it has to learn.
 */
import type { Resource } from '@medplum/fhirtypes'
import type { Connection } from '../../connectors/connector.ts'
import { ConflictResolution } from '../../domain/conflict-resolution.ts'
import { fail, type Issue, ok, type Result } from '../../domain/problem.ts'
import { fromText, type JsonObject, valueIn } from '../../fhir/exact.ts'
import { equal } from '../../lens/equal.ts'
import type { Sides } from '../../lens/merge-trees.ts'
import type { Link } from '../../store/change.ts'
import { ask, type Steps, type Stored, write } from '../../store/store.ts'
import { tell } from '../audit/line.ts'
import { collectionNamed } from '../collections/index.ts'
import { type Gathered, hold } from '../collections/parts.ts'
import { commit } from '../commit.ts'
import { connections } from '../connections.ts'
import type { Context } from '../context.ts'
import { deliveriesFor } from '../delivery/owed.ts'
import { checked } from '../fhir/check.ts'
import type { Write } from '../fhir/entry.ts'
import { transact } from '../fhir/transact.ts'
import { storedValue } from '../keep.ts'
import { elementsOf, withPart } from '../pull/merge.ts'
import { agreeing, sidesOf } from '../pull/merge-onto.ts'
import { type Conflict, conflictOf, isSettled, type Settled, settledBy, without } from './conflict.ts'

type Choices = ConflictResolution['fields']

/** `POST /admin/conflicts/{id}/resolve`. Fails `invalid`, `not-found`, `conflict` (it was settled), `rule-broken` (the domain does not allow it; nothing is settled then). */
export async function resolveConflict(ctx: Context, id: string, body: unknown): Promise<Result<Settled>> {
  const parsed = ConflictResolution.safeParse(body)
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }))
    return fail('invalid', 'This settles no conflict: say "ours", "theirs" or a value, field by field.', { issues })
  }
  return commit(ctx, 'resolve-conflict', () => resolve(ctx, id, parsed.data.fields))
}

function* resolve(ctx: Context, id: string, choices: Choices): Steps<Result<Settled>> {
  const conflict = yield* conflictOf(id)
  if (!conflict)
    return (yield* isSettled(id)) ? fail('conflict', 'It has been settled.') : fail('not-found', 'There is no such conflict.')
  const names = Object.keys(choices)
  const unknown = names.filter((name) => !Object.hasOwn(conflict.fields, name))
  if (unknown.length > 0)
    return fail('rule-broken', 'The conflict is not about this.', { issues: asIssues(unknown, 'is not in conflict') })
  const { at } = yield* ask({ ask: 'now' })
  const connection = (yield* connections()).find(({ name }) => name === conflict.connection)
  const standing = yield* standingOf(ctx, connection, conflict)
  if (!standing.ok) return standing
  const next = standing.value.choose(choices)
  if (!next.ok) return next
  const writes: Write[] = []
  for (const resource of next.value) {
    const type = String(resource.resourceType)
    const exact = fromText(JSON.stringify(resource))
    const sound = yield* checked(ctx, exact, type)
    if (!sound.ok) return sound
    writes.push({ kind: 'update', type, id: String(resource.id), resource: exact })
  }
  const written = yield* transact(ctx, writes)
  if (!written.ok) return written
  if (connection)
    for (const part of standing.value.parts) yield* toBeTold(ctx, connection, part, standing.value.elements(part, names), at)
  const settled = settledBy(ctx.principal.id, conflict, choices, at)
  yield* write(without(conflict, names), settled.change)
  yield* tell(ctx, { action: 'resolve-conflict', entities: [conflict.resource] })
  return ok(settled.value)
}

/** A resource in conflict, with the partner's of it where it is linked. */
interface Part {
  readonly stored: Stored
  readonly linked?: { readonly link: Link; readonly sides: Sides<JsonObject> }
}

/** Both sides as they stand now. */
interface Standing {
  readonly parts: readonly Part[]
  /** The resources as they are to be. */
  choose(choices: Choices): Result<readonly JsonObject[]>
  /** Elements of a part in which these fields stand. */
  elements(part: Part, names: readonly string[]): readonly string[]
}

function* standingOf(ctx: Context, connection: Connection | undefined, conflict: Conflict): Steps<Result<Standing>> {
  const [type = '', id = ''] = conflict.resource.split('/')
  const collection = conflict.collection === undefined ? undefined : collectionNamed(conflict.collection)
  if (!collection) {
    const stored = yield* ask({ ask: 'resource', type, id })
    if (stored?.text === undefined) return fail('gone', 'The resource was deleted here.')
    return ok(ofElements(conflict, yield* partOf(ctx, connection, stored)))
  }
  const held = yield* hold(collection, id)
  if (!held.ok) return held
  const parts: Part[] = []
  for (const stored of held.value.stored) parts.push(yield* partOf(ctx, connection, stored))
  return ok(ofFields(conflict, collection.mapping, held.value, parts))
}

function* partOf(ctx: Context, connection: Connection | undefined, stored: Stored): Steps<Part> {
  const { type, id } = stored
  const link = connection && (yield* ask({ ask: 'link', connection: connection.name, type, id }))
  if (!connection || !link) return { stored }
  return { stored, linked: { link, sides: yield* sidesOf(ctx, connection, link, stored, valueIn(link.base)) } }
}

function ofElements({ fields }: Conflict, part: Part): Standing {
  return {
    parts: [part],
    elements: (_, names) => names,
    choose(choices) {
      const theirs = (name: string) => (part.linked ? part.linked.sides.theirs[name] : fields[name]?.theirs)
      const now = valueIn(part.stored.text!)
      const next: Record<string, unknown> = { ...now }
      for (const [name, choice] of Object.entries(choices))
        if (choice !== 'ours') next[name] = choice === 'theirs' ? theirs(name) : choice.value
      return ok(equal(next, now) ? [] : [next])
    },
  }
}

function ofFields(
  { fields }: Conflict,
  mapping: NonNullable<ReturnType<typeof collectionNamed>>['mapping'],
  { parts: bag }: Gathered,
  parts: readonly Part[],
): Standing {
  const partners = parts.reduce<Gathered['parts']>(
    (all, { stored, linked }) => (linked ? withPart(all, { ...linked.sides.theirs, id: stored.id }) : all),
    bag,
  )
  const hasLinks = parts.some(({ linked }) => linked)
  return {
    parts,
    elements: ({ stored }, names) => elementsOf(mapping, stored.type, names),
    choose(choices) {
      const [now, there] = [mapping.read(bag), mapping.read(partners)]
      if (!now.ok) return fail('rule-broken', 'The record cannot be read as it stands.', { issues: now.issues })
      const value: Record<string, unknown> = { ...now.value }
      for (const [name, choice] of Object.entries(choices)) {
        const theirs = hasLinks && there.ok ? there.value[name] : fields[name]?.theirs
        if (choice !== 'ours') value[name] = choice === 'theirs' ? theirs : choice.value
      }
      const fit = mapping.domain.safeParse(value)
      if (!fit.success) {
        const issues = fit.error.issues.map(({ path, message }) => ({ path: `fields.${path.map(String).join('.')}`, message }))
        return fail('invalid', 'This is no value for such a field.', { issues })
      }
      const written = Object.values(mapping.write(value, bag) as Gathered['parts']).flat()
      const before = new Set<unknown>(Object.values(bag).flat())
      return ok(written.filter((one): one is Resource => one?.id !== undefined && !before.has(one)) as unknown as JsonObject[])
    },
  }
}

/** Of what was settled the partner's own word is what it has; whatever is otherwise here, it is told. */
function* toBeTold(
  ctx: Context,
  connection: Connection,
  { stored: { type, id }, linked }: Part,
  elements: readonly string[],
  at: string,
): Steps<void> {
  if (!linked || elements.length === 0) return
  const { sides, link } = linked
  const stored = yield* ask({ ask: 'resource', type, id })
  const now = storedValue(stored)
  if (!stored || !now) return
  const agreed = { ...sides.agreed.ours, ...Object.fromEntries(elements.map((name) => [name, sides.theirs[name]])) }
  const next = agreeing({ ...link, version: stored.version }, agreed, now)
  yield* write({ change: 'tie', link: next })
  if (next.ours !== undefined)
    yield* write(...(yield* deliveriesFor(ctx, [connection], [{ type, id, version: stored.version, resource: now }], at)))
}

const asIssues = (names: readonly string[], message: string): readonly Issue[] =>
  names.map((name) => ({ path: `fields.${/^[\w.]{1,64}$/.test(name) ? name : '?'}`, message }))
