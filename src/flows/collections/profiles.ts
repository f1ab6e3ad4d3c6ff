/** Which of our profiles a resource is written by, as far as itself tells. */
import type { Resource } from '@medplum/fhirtypes'
import type { AnyCollection } from './collection.ts'
import { collectionOf } from './index.ts'
import { pointedAt } from './membership.ts'

/** `handoff-referral`; of a collection's other resources `handoff-referral-task`. */
export function profileIdOf({ mapping, anchor }: Pick<AnyCollection, 'mapping' | 'anchor'>, type: string): string {
  const name = mapping.name.split('.')[0]!
  return `handoff-${name}${type === anchor ? '' : type.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** The profile of an anchor, or of a part that points at the anchors of one collection alone. */
export function profileOf(resource: Resource): string | undefined {
  const own = collectionOf(resource)
  const collections = new Set(own ? [own] : pointedAt(resource).map(({ collection }) => collection))
  const [only, ...others] = collections
  return only && others.length === 0 ? profileIdOf(only, resource.resourceType) : undefined
}
