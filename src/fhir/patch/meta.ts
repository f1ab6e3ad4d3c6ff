/** Profiles, tags and security labels added to a resource, or taken away. https://hl7.org/fhir/R4/resource-operation-meta-add.html */
import { ok } from '../../domain/problem.ts'
import type { Resting } from '../at-once.ts'
import { arrayOf, itemsIn, memberNamed, memberOf, type Node, objectOf, slot, stringOf } from '../tree.ts'
import type { Patch } from './patch.ts'

const lists = ['profile', 'security', 'tag'] as const

/** `meta`: what is to be there as well; what is there already is not doubled. */
export const addMeta = (meta: Node): Patch =>
  edited(meta, function* (standing, given) {
    return [...standing, ...(yield* without(given, standing))]
  })

/** `meta`: what is to be there no longer. */
export const deleteMeta = (meta: Node): Patch => edited(meta, without)

const edited = (given: Node, edit: (standing: readonly Node[], given: readonly Node[]) => Resting<readonly Node[]>): Patch =>
  function* (resource) {
    const standing = memberNamed(resource, 'meta')
    const meta = standing?.value ?? objectOf([])
    if (meta.kind !== 'object' || resource.kind !== 'object') return ok(resource)
    for (const name of lists) {
      const before = itemsIn(meta, name)
      const after = yield* edit(before, itemsIn(given, name))
      if (after.length === before.length) continue
      const at = meta.members.findIndex((member) => member.name === name)
      const fresh = after.length > 0 ? [memberOf(name, { ...arrayOf(), items: after.map(slot) })] : []
      meta.members.splice(at < 0 ? meta.members.length : at, at < 0 ? 0 : 1, ...fresh)
    }
    // As what is stored has it: behind the id.
    if (!standing && meta.members.length > 0) {
      const place = resource.members.findLastIndex(({ name }) => name === 'resourceType' || name === 'id')
      resource.members.splice(place + 1, 0, memberOf('meta', meta))
    }
    return ok(resource)
  }

/** Those that are none of the others. */
function* without(some: readonly Node[], others: readonly Node[]): Resting<readonly Node[]> {
  const known = new Set(yield* keysOf(others))
  const keys = yield* keysOf(some)
  return some.filter((_, i) => !known.has(keys[i]!))
}

/** So many are looked at between two rests. */
const slice = 1000

function* keysOf(nodes: readonly Node[]): Resting<readonly string[]> {
  const keys: string[] = []
  for (const node of nodes) if (keys.push(keyOf(node)) % slice === 0) yield { rest: true }
  return keys
}

/** Codings by system and code, profiles by their address. NUL is in no text. */
const keyOf = (node: Node): string => [stringOf(node), textIn(node, 'system'), textIn(node, 'code')].join('\0')

const textIn = (node: Node, name: string): string | undefined => stringOf(memberNamed(node, name)?.value)
