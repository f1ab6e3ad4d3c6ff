/** Profiles, tags and security labels added to a resource, or taken away. https://hl7.org/fhir/R4/resource-operation-meta-add.html */
import { ok } from '../../domain/problem.ts'
import { arrayOf, itemsIn, memberNamed, memberOf, type Node, objectOf, stringOf } from '../tree.ts'
import type { Patch } from './patch.ts'

const lists = ['profile', 'security', 'tag'] as const

/** `meta`: what is to be there as well; what is there already is not doubled. */
export const addMeta = (meta: Node): Patch =>
  edited(meta, (standing, given) => [...standing, ...given.filter((one) => !standing.some((other) => isSame(one, other)))])

/** `meta`: what is to be there no longer. */
export const deleteMeta = (meta: Node): Patch =>
  edited(meta, (standing, given) => standing.filter((one) => !given.some((other) => isSame(one, other))))

const edited =
  (given: Node, edit: (standing: readonly Node[], given: readonly Node[]) => readonly Node[]): Patch =>
  (resource) => {
    const standing = memberNamed(resource, 'meta')
    const meta = standing?.value ?? objectOf([])
    if (meta.kind !== 'object' || resource.kind !== 'object') return ok(resource)
    for (const name of lists) {
      const before = itemsIn(meta, name)
      const after = edit(before, itemsIn(given, name))
      if (after.length === before.length) continue
      const at = meta.members.findIndex((member) => member.name === name)
      const fresh = after.length > 0 ? [memberOf(name, arrayOf(...after))] : []
      meta.members.splice(at < 0 ? meta.members.length : at, at < 0 ? 0 : 1, ...fresh)
    }
    // As what is stored has it: behind the id.
    if (!standing && meta.members.length > 0) {
      const place = resource.members.findLastIndex(({ name }) => name === 'resourceType' || name === 'id')
      resource.members.splice(place + 1, 0, memberOf('meta', meta))
    }
    return ok(resource)
  }

/** Codings by system and code, profiles by their address. */
const isSame = (a: Node, b: Node): boolean =>
  stringOf(a) === stringOf(b) && ['system', 'code'].every((name) => textIn(a, name) === textIn(b, name))

const textIn = (node: Node, name: string): string | undefined => stringOf(memberNamed(node, name)?.value)
