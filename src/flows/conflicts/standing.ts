/** What both sides of a conflict say now, and what the record would be as a person chooses. */
import type { Resource } from '@medplum/fhirtypes'
import type { Connection } from '../../connectors/connector.ts'
import type { ConflictResolution } from '../../domain/conflict-resolution.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { type JsonObject, valueIn } from '../../fhir/exact.ts'
import { equal } from '../../lens/equal.ts'
import type { Sides } from '../../lens/merge-trees.ts'
import type { Link } from '../../store/change.ts'
import { ask, type Steps, type Stored } from '../../store/store.ts'
import { collectionNamed } from '../collections/index.ts'
import { type Gathered, hold } from '../collections/parts.ts'
import type { Context } from '../context.ts'
import { linkedAs } from '../linked-as.ts'
import { elementsOf, withPart } from '../pull/merge.ts'
import { sidesOf } from '../pull/sides.ts'
import { targetOf } from '../references.ts'
import type { Conflict, Contested } from './conflict.ts'

export type Choices = ConflictResolution['fields']

/** A resource in conflict, with the partner's of it where it is linked. */
export interface Part {
  readonly stored: Stored
  readonly linked?: { readonly link: Link; readonly sides: Sides<JsonObject> }
}

/** Both sides as they stand now. */
interface Standing {
  readonly parts: readonly Part[]
  says(name: string): Contested
  /** The resources as they are to be. */
  choose(choices: Choices): Result<readonly JsonObject[]>
  /** Elements of a part in which these fields stand. */
  elements(part: Part, names: readonly string[]): readonly string[]
}

/** Problems: `gone` where the resource was deleted here, and those of reading the member. */
export function* standingOf(ctx: Context, connection: Connection | undefined, conflict: Conflict): Steps<Result<Standing>> {
  const { type, id } = targetOf(conflict.resource)
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
  const link = connection && (yield* ask({ ask: 'link', connection: linkedAs(connection), type, id }))
  if (!connection || !link) return { stored }
  return { stored, linked: { link, sides: yield* sidesOf(ctx, connection, link, stored, valueIn(link.base)) } }
}

function ofElements({ fields }: Conflict, part: Part): Standing {
  const now = valueIn(part.stored.text!)
  const says = (name: string): Contested => ({
    ours: now[name],
    theirs: part.linked ? part.linked.sides.theirs[name] : fields[name]?.theirs,
  })
  return {
    parts: [part],
    says,
    elements: (_, names) => names,
    choose(choices) {
      const next: Record<string, unknown> = { ...now }
      for (const [name, choice] of Object.entries(choices))
        if (choice !== 'ours') next[name] = choice === 'theirs' ? says(name).theirs : choice.value
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
  const [now, there] = [mapping.read(bag), mapping.read(partners)]
  const says = (name: string): Contested => ({
    ours: now.ok ? now.value[name] : fields[name]?.ours,
    theirs: hasLinks && there.ok ? there.value[name] : fields[name]?.theirs,
  })
  return {
    parts,
    says,
    elements: ({ stored }, names) => elementsOf(mapping, stored.type, names),
    choose(choices) {
      if (!now.ok) return fail('rule-broken', 'The record cannot be read as it stands.', { issues: now.issues })
      // The domain reads numbers as such; where digits matter it says them as text.
      const value: Record<string, unknown> = { ...now.value }
      for (const [name, choice] of Object.entries(choices))
        if (choice !== 'ours') value[name] = choice === 'theirs' ? says(name).theirs : JSON.parse(JSON.stringify(choice.value))
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
