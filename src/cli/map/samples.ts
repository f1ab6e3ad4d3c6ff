/** Resources in files, and those among them that a collection claims, with the parts that stand beside them. */
import type { Resource } from '@medplum/fhirtypes'
import { readJson } from '../../fhir/exact.ts'
import type { AnyCollection } from '../../flows/collections/collection.ts'
import { collectionOf } from '../../flows/collections/index.ts'
import { isObject } from '../../lens/equal.ts'
import type { Sample } from '../../lens/fidelity.ts'

export interface Found {
  /** File, and the place in it. */
  readonly from: string
  readonly resource: Resource
}

/** A resource and, of a bundle, those inside, pointing at one another as they would once stored; nothing where the text is no JSON object. */
export function resourcesIn(text: string, from: string): readonly Found[] {
  const read = readJson(text, { bytes: text.length })
  return read.ok ? opened(read.value.value, from) : []
}

interface Opened {
  readonly resourceType?: unknown
  readonly entry?: unknown
}
interface Entry {
  readonly fullUrl?: string
  readonly resource?: Resource
}

function opened(value: unknown, from: string): readonly Found[] {
  const { resourceType, entry } = (value ?? {}) as Opened
  if (typeof resourceType !== 'string') return []
  const entries: readonly (Entry | null)[] = Array.isArray(entry) ? entry : []
  const urls = new Map(
    entries.flatMap((one) => (one?.fullUrl && one.resource ? [[one.fullUrl, referenceTo(one.resource)] as const] : [])),
  )
  return [
    { from, resource: value as Resource },
    ...entries.flatMap((one, i) => opened(translated(one?.resource, urls), `${from} entry[${i}]`)),
  ]
}

const referenceTo = ({ resourceType, id }: Resource): string => `${resourceType}/${id}`

/** A resource with the bundle's own URLs in its references made relative. https://hl7.org/fhir/R4/bundle.html#references */
function translated(value: unknown, urls: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => translated(item, urls))
  if (!isObject(value) || 'rawJSON' in value) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      key === 'reference' && typeof member === 'string' ? (urls.get(member) ?? member) : translated(member, urls),
    ]),
  )
}

export interface Claimed extends Sample {
  readonly collection: AnyCollection
}

/** The anchors among the resources of one file, each with its parts. */
export function claimedIn(found: readonly Found[]): readonly Claimed[] {
  return found.flatMap(({ from, resource }) => {
    const collection = collectionOf(resource)
    return collection ? [{ from, collection, parts: partsOf(collection, resource, found) }] : []
  })
}

function partsOf(collection: AnyCollection, anchor: Resource, found: readonly Found[]): Record<string, unknown> {
  const parts: Record<string, unknown> = { [collection.anchor]: anchor }
  const own = referenceTo(anchor)
  for (const part of collection.parts) {
    const named = 'of' in part ? part.of(anchor) : []
    const belongs = (one: Resource): boolean =>
      named.includes(referenceTo(one)) ||
      ('by' in part && part.only?.(one) !== false && [part.anchorOf?.(one)].flat().includes(own))
    const some = found.map(({ resource }) => resource).filter((one) => one.resourceType === part.type && belongs(one))
    if (part.many) parts[part.type] = some
    else if (some[0]) parts[part.type] = some[0]
  }
  return parts
}
