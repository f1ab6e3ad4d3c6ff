/** Which members a resource belongs to as a part: found by its references to their anchors. */
import type { Resource } from '@medplum/fhirtypes'
import { targetsOf } from '../../fhir/search/include.ts'
import type { AnyCollection, PartOf } from './collection.ts'
import { collections } from './index.ts'

/** A member of a collection, by the id of its anchor. */
export interface Membership {
  readonly collection: AnyCollection
  readonly id: string
}

export const nameOf = ({ collection, id }: Membership): string => `${collection.name}/${id}`

interface Pointing {
  readonly collection: AnyCollection
  readonly part: Extract<PartOf, { by: string }>
}

const byPart = new Map<string, Pointing[]>()
for (const collection of collections) {
  for (const part of collection.parts) {
    if ('by' in part) byPart.set(part.type, [...(byPart.get(part.type) ?? []), { collection, part }])
  }
}

/** Members whose anchors this resource points at; whether they are there, and claimed, is not looked at. */
export function wholesOf(resource: Resource): readonly Membership[] {
  return (byPart.get(resource.resourceType) ?? []).flatMap(({ collection, part }) =>
    anchorsOf(part, resource).flatMap((reference): Membership[] => {
      const [type, id] = reference?.split('/') ?? []
      return type === collection.anchor && id ? [{ collection, id }] : []
    }),
  )
}

function anchorsOf({ anchorOf, by, only }: Pointing['part'], resource: Resource): readonly (string | undefined)[] {
  if (only?.(resource) === false) return []
  const found = anchorOf ? anchorOf(resource) : targetsOf(resource, by)
  return typeof found === 'object' ? found : [found]
}
