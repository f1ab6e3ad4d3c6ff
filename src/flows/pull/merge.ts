/**
 * What a partner changed and what we changed since both last agreed, made one resource: member by member first, then, where a collection
 * reads it, by the fields and owners of its mapping (`lens/merge.ts`). What both changed stays ours, and is told for a person to settle.
 */
import type { Resource } from '@medplum/fhirtypes'
import type { JsonObject } from '../../fhir/exact.ts'
import { equal, type Json } from '../../lens/equal.ts'
import type { Mapping } from '../../lens/mapping.ts'
import { alignedTo, merge } from '../../lens/merge.ts'
import { mergeTrees, patchTree, type Sides } from '../../lens/merge-trees.ts'
import type { Steps } from '../../store/store.ts'
import { collectionOf } from '../collections/index.ts'
import { type Membership, wholesOf } from '../collections/membership.ts'
import { type Gathered, hold } from '../collections/parts.ts'

/** What both sides say of a field, or of an element. */
interface Contest {
  readonly name: string
  readonly ours: unknown
  readonly theirs: unknown
}

export interface MergedResource {
  readonly resource: JsonObject
  /** Elements of the resource in which it stays as it is here until a person has settled something. */
  readonly open: readonly string[]
  /** Elements that no mapping knows. */
  readonly elements: readonly Contest[]
  /** Fields of the member that the resource belongs to. */
  readonly fields: readonly Contest[]
}

/** Of all these each side has its own. A narrative goes along with a record that came with one. */
const own = (agreed: JsonObject): readonly string[] => [
  'id',
  'meta',
  'resourceType',
  ...(agreed.text === undefined ? ['text'] : []),
]

const without = (resource: JsonObject, names: readonly string[]): Json =>
  Object.fromEntries(Object.entries(resource).filter(([name]) => !names.includes(name)))

const bare = ({ agreed, ours, theirs }: Sides<JsonObject>): Sides<Json> => {
  const names = own(agreed.ours)
  return {
    agreed: { ours: without(agreed.ours, names), theirs: without(agreed.theirs, names) },
    ours: without(ours, names),
    theirs: without(theirs, names),
  }
}

/** All in our words. `contested`: elements of which a person has yet to decide. */
export function* mergeResources(
  sides: Sides<JsonObject>,
  contested: ReadonlySet<string>,
  member: Membership | undefined,
): Steps<MergedResource> {
  const { ours, theirs } = sides
  const tree = mergeTrees(bare(sides), contested)
  const resource = onto(ours, tree.value, sides)
  const named = (names: readonly string[]) => names.map((name) => ({ name, ours: ours[name], theirs: theirs[name] }))
  const plain = { resource, open: tree.conflicts, elements: named(tree.conflicts), fields: [] }
  if (tree.conflicts.length === 0 && equal(ours, sides.agreed.ours)) return plain
  const held = member && (yield* hold(member.collection, member.id))
  if (!member || !held?.ok) return plain
  return byFields(member, held.value, { ...sides, merged: resource }, tree.conflicts)
}

/** Our side of what is agreed now: as before, with what they have changed since. */
export const agreedNow = (sides: Sides<JsonObject>): JsonObject => onto(sides.agreed.ours, patchTree(bare(sides)), sides)

const onto = (resource: JsonObject, value: Json, { agreed }: Sides<JsonObject>): JsonObject => ({
  ...Object.fromEntries(own(agreed.ours).flatMap((name) => (resource[name] === undefined ? [] : [[name, resource[name]]]))),
  ...value,
})

/** The member that a resource belongs to, as its anchor or as a part. */
export function* memberOf(resource: Resource): Steps<Membership | undefined> {
  const id = resource.id ?? ''
  const collection = collectionOf(resource)
  if (collection) return { collection, id }
  const [wholes] = yield* wholesOf([{ type: resource.resourceType, id, values: [resource], isNew: false }])
  return wholes?.[0]
}

/** Elements of a type in which these fields stand. */
export function elementsOf(
  { rows }: Pick<Mapping<never, never>, 'rows'>,
  type: string,
  names: readonly string[],
): readonly string[] {
  const places = rows.filter(({ field }) => names.includes(field)).flatMap((row) => row.places)
  return [...new Set(places.flatMap((place) => new RegExp(`^${type}\\.(\\w+)`).exec(place)?.[1] ?? []))]
}

/** The parts of a member with this resource in its place. */
export function withPart(parts: Gathered['parts'], part: JsonObject): Gathered['parts'] {
  const type = String(part.resourceType)
  const next = part as unknown as Resource
  const now = parts[type]
  return { ...parts, [type]: Array.isArray(now) ? now.map((one) => (one.id === part.id ? next : one)) : next }
}

function partOf(parts: Gathered['parts'], type: string, id: unknown): JsonObject {
  const found = [parts[type] ?? []].flat().find((one) => one.id === id)
  return found as unknown as JsonObject
}

function byFields(
  { collection }: Membership,
  { parts }: Gathered,
  sides: Sides<JsonObject> & { readonly merged: JsonObject },
  conflicts: readonly string[],
): MergedResource {
  const { mapping } = collection
  const type = String(sides.ours.resourceType)
  const named = (names: readonly string[]) => names.map((name) => ({ name, ours: sides.ours[name], theirs: sides.theirs[name] }))
  const readings = [sides.agreed.ours, sides.ours, { ...agreedNow(sides), id: sides.ours.id }, sides.merged].map((one) =>
    mapping.read(withPart(parts, one)),
  )
  const [base, ours, theirs, now] = readings.map((one) => (one.ok ? (one.value as Json) : undefined))
  if (!base || !ours || !theirs || !now)
    return { resource: sides.merged, open: conflicts, elements: named(conflicts), fields: [] }
  const merged = merge<Json>(mapping, base, ours, theirs)
  const settled = [...merged.toUs, ...merged.decided.map(({ field }) => field)]
  const open = merged.conflicts.map(({ field }) => field)
  const value = { ...now, ...Object.fromEntries([...settled, ...open].map((name) => [name, merged.value[name]])) }
  const written = mapping.write(alignedTo(value, now), withPart(parts, sides.merged)) as Gathered['parts']
  const known = elementsOf(mapping, type, [...open, ...settled])
  const unknown = conflicts.filter((name) => !known.includes(name))
  return {
    resource: partOf(written, type, sides.ours.id),
    open: [...elementsOf(mapping, type, open), ...unknown],
    elements: named(unknown),
    fields: merged.conflicts.map(({ field, ours, theirs }) => ({ name: field, ours, theirs })),
  }
}
