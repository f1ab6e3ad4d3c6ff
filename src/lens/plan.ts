/**
 * The places of one table as a tree, with a slot for each that a row reads or writes. A resource is walked once, and every row finds what
 * stands at its place in its slot; written afresh, every row leaves its raw value in its slot, and the resource is made from them
 * (`make.ts`). What `Spot` does for one place, a plan does for all of a table at once, with the same result.
 */
import type { Spot } from './spot.ts'
import { type Below, belowOf, walk } from './walk.ts'

/** Raw values by slot. The resource itself has the first. */
export type Slots = unknown[]

/** A place of the tree, and what stands below it. */
export interface Node {
  spot: Spot | undefined
  slot: number
  readonly members: Map<string, Node>
  /** Items of a list that patterns find. */
  readonly items: Node[]
  /** Rows that write items of this list: their ranks, and the slots of what they write. */
  readonly claims: { readonly rank: number; readonly slot: number }[]
}

export interface Plan {
  /** What a new one starts as. */
  readonly blank: unknown
  readonly tree: Node
  /** The slot of what stands at the place. */
  slotOf(spot: Spot): number
  /** A slot for the items of one row among those of a list. */
  claim(list: Spot, rank: number): number
  /** Can this place be made with the others? Not if the blank holds an item, there or on the way, that a row would take: there it is put. */
  makes(spot: Spot): boolean
  /** For what is to be made. */
  empty(): Slots
  /** One walk: what stands at every place. */
  slots(resource: unknown): Slots
}

const nodeAt = (spot?: Spot): Node => ({ spot, slot: -1, members: new Map(), items: [], claims: [] })

/** An empty plan; each row that is bound to it adds its places. `blank`: what a resource is made from. */
export function planOf(blank: unknown): Plan {
  const tree = { ...nodeAt(), slot: 0 }
  let count = 1
  let below: Below | undefined
  const nodeOf = (spot: Spot): Node => {
    const { step } = spot
    if (step === undefined) {
      tree.spot = spot
      return tree
    }
    const parent = nodeOf(step.parent)
    below = undefined
    if ('member' in step) {
      const known = parent.members.get(step.member)
      if (known) return known
      const made = nodeAt(spot)
      parent.members.set(step.member, made)
      return made
    }
    const known = parent.items.find((item) => item.spot === spot)
    if (known) return known
    const made = { ...nodeAt(spot), slot: count++ }
    parent.items.push(made)
    return made
  }
  return {
    blank,
    tree,
    slotOf(spot) {
      const node = nodeOf(spot)
      if (node.slot < 0) node.slot = count++
      return node.slot
    },
    claim(list, rank) {
      const slot = count++
      nodeOf(list).claims.push({ rank, slot })
      return slot
    },
    makes(spot) {
      for (let at: Spot | undefined = spot; at; at = at.step?.parent) {
        const items = at.get(blank)
        if (Array.isArray(items) && items.some(at.claims.take)) return false
      }
      return true
    },
    empty: () => new Array(count),
    slots(resource) {
      if (typeof resource !== 'object' || resource === null) return [nothing]
      below ??= belowOf(tree)
      const slots: Slots = new Array(count)
      slots[0] = resource
      walk(below, resource, slots)
      return slots
    },
  }
}

const nothing = Object.freeze({})
