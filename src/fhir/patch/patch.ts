/** What a patch is to the rest of the house: read once, applied to whatever version stands when the commit runs. https://hl7.org/fhir/R4/http.html#patch */
import { fail, type Result } from '../../domain/problem.ts'
import type { Resting } from '../at-once.ts'
import { type ArrayNode, copyOf, depthOf, dropMembers, type Node, printTree } from '../tree.ts'

/** Edits the tree of a resource, in steps that rest. Fails `patch-failed` naming the operation, never what stands there. */
export interface Patch {
  (resource: Node): Resting<Result<Node>>
  /** It goes by what stands there: whether it can be carried out tells something of it. */
  readonly asks?: boolean
}

/** In long lists an operation takes a while: so many are carried out between two rests. */
const atOnce = 16

/** Announced limits of one patch. `looked`: elements of lists that its paths come by, those that are asked for criteria tenfold. */
export const patchLimits = {
  operations: 1000,
  copied: 1024 * 1024,
  looked: 250_000,
  result: 5 * 1024 * 1024,
  depth: 64,
} as const

/** Why an operation cannot be carried out: a sentence that follows "Operation n". */
export class Refused extends Error {}

/** Runs operations one by one; all or nothing, for they work on a tree of the patch's own. */
export function inOrder<T>(
  operations: readonly T[],
  apply: (root: Node, operation: T, room: Room) => Node,
  asks: (operation: T) => boolean,
): Patch {
  const patch: Patch = function* (resource) {
    const room = new Room()
    let root = resource
    for (const [index, operation] of operations.entries()) {
      if (index % atOnce === atOnce - 1) yield { rest: true }
      try {
        root = apply(root, operation, room)
      } catch (caught) {
        if (!(caught instanceof Refused)) throw caught
        return fail('patch-failed', `Operation ${index + 1} of the patch ${caught.message}.`)
      }
    }
    const emptied = room.emptied.filter(({ items }) => items.length === 0)
    if (emptied.length > 0) dropMembers(root, new Set(emptied))
    return { ok: true, value: root }
  }
  return Object.assign(patch, { asks: operations.some(asks) })
}

/** What a patch has done so far, and how much it may copy (copies of copies would grow without end) and look at. */
export class Room {
  #copied = 0
  #looked = 0
  /** Lists whose last item it removed. FHIR has no empty ones: those that are empty in the end go with their names. */
  readonly emptied: ArrayNode[] = []

  /** Counts elements that are looked at. */
  look(elements: number): void {
    this.#looked += elements
    if (this.#looked > patchLimits.looked) throw new Refused('makes the patch look at too many elements')
  }

  /** A copy of the value, to be put that deep. */
  copy(value: Node, depth: number): Node {
    this.#copied += printTree(value).length
    if (this.#copied > patchLimits.copied) throw new Refused(`makes the patch copy more than ${patchLimits.copied} characters`)
    return copyOf(fitting(value, depth))
  }
}

/** The value, if it may be put that deep. */
export function fitting(value: Node, depth: number): Node {
  if (depth + depthOf(value) > patchLimits.depth) throw new Refused(`nests deeper than ${patchLimits.depth} levels`)
  return value
}
