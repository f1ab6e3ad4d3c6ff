/**
 * Which members a resource belongs to as a part: by its references to their anchors, by what it has in common with them, or because they
 * name it.
 */
import type { Resource } from '@medplum/fhirtypes'
import { targetsOf } from '../../fhir/search/include.ts'
import { askAll, rest, type Steps } from '../../store/store.ts'
import { isDrawn } from '../ids.ts'
import { storedValue } from '../next-version.ts'
import { every } from '../questions.ts'
import { targetOf } from '../references.ts'
import type { AnyCollection, PartOf } from './collection.ts'
import { collections } from './index.ts'

/** A member of a collection, by the id of its anchor. */
export interface Membership {
  readonly collection: AnyCollection
  readonly id: string
}

export const nameOf = ({ collection, id }: Membership): string => `${collection.name}/${id}`

/** A resource that is written: as it was, as it will be, or both. */
export interface Part {
  readonly type: string
  readonly id: string
  readonly values: readonly Resource[]
  /** There was none of this id before. */
  readonly isNew: boolean
}

interface Belonging<P> {
  readonly collection: AnyCollection
  readonly part: P
}
type Pointing = Extract<PartOf, { by: string }>
type Found = Exclude<PartOf, Pointing>

const pointing = new Map<string, Belonging<Pointing>[]>()
const found = new Map<string, Belonging<Found>[]>()
for (const collection of collections) {
  for (const part of collection.parts) {
    if ('by' in part) pointing.set(part.type, [...(pointing.get(part.type) ?? []), { collection, part }])
    else found.set(part.type, [...(found.get(part.type) ?? []), { collection, part }])
  }
}

/**
 * Members that each of these is a part of, in their order. Of those whose anchors it points at it is not looked at whether they are there, and
 * claimed; the others are looked for in the store.
 */
export function* wholesOf(parts: readonly Part[]): Steps<readonly (readonly Membership[])[]> {
  const wholes: Membership[][] = []
  const asks: ReturnType<typeof every>[] = []
  const askers: (Belonging<Found> & { readonly at: number })[] = []
  for (const [at, part] of parts.entries()) {
    yield* rest(at)
    wholes.push(part.values.flatMap(pointedAt))
    for (const belonging of found.get(part.type) ?? []) {
      for (const filter of waysBack(belonging.part, part)) {
        asks.push(every(belonging.collection.anchor, filter))
        askers.push({ ...belonging, at })
      }
    }
  }
  for (const [i, { items }] of (yield* askAll(asks)).entries()) {
    const { collection, at } = askers[i]!
    for (const stored of items)
      if (collection.claims(storedValue<Resource>(stored)!)) wholes[at]!.push({ collection, id: stored.id })
  }
  return wholes
}

function waysBack(part: Found, { type, id, values, isNew }: Part) {
  if ('of' in part) return isNew && isDrawn(id) ? [] : [part.heldBy(`${type}/${id}`)]
  return values.flatMap((value) => (part.only?.(value) === false ? [] : (part.wholes(value) ?? [])))
}

/** Members whose anchors it points at; whether they are there, and claimed, is not looked at. */
export function pointedAt(resource: Resource): readonly Membership[] {
  return (pointing.get(resource.resourceType) ?? []).flatMap(({ collection, part }) =>
    anchorsOf(part, resource).flatMap((reference): Membership[] => {
      const { type, id } = targetOf(reference)
      return type === collection.anchor && id !== '' ? [{ collection, id }] : []
    }),
  )
}

function anchorsOf({ anchorOf, by, only }: Pointing, resource: Resource): readonly (string | undefined)[] {
  if (only?.(resource) === false) return []
  const anchors = anchorOf ? anchorOf(resource) : targetsOf(resource, by)
  return typeof anchors === 'object' ? anchors : [anchors]
}
