/**
 * The places of one table as a tree, with a slot for each that a row reads or writes. A resource is walked once, and every row finds what
 * stands at its place in its slot; written afresh, every row leaves its raw value in its slot, and the resource is made from them
 * (`make.ts`). What `Spot` does for one place, a plan does for all of a table at once, with the same result.
 */
import { isObject, type Json } from './equal.ts'
import type { Spot } from './spot.ts'

/** Raw values by slot. The resource itself has the first. */
export type Slots = unknown[]

/** A place of the tree, and what stands below it. */
export interface Node {
  spot: Spot | undefined
  slot: number
  /** How many rows want the walk to come by. */
  wanted: number
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
  /** The member of the resource that has the slot, if it is one, for a row that looks there itself: the walk need not come by for it. */
  memberAt(slot: number): string | undefined
  /** A slot for the items of one row among those of a list. */
  claim(list: Spot, rank: number): number
  /** Can this place be made with the others? Not if the blank holds an item, there or on the way, that a row would take: there it is put. */
  makes(spot: Spot): boolean
  /** For what is to be made. */
  empty(): Slots
  /** One walk: what stands at every place. */
  slots(resource: unknown): Slots
}

const nodeAt = (spot?: Spot): Node => ({ spot, slot: -1, wanted: 0, members: new Map(), items: [], claims: [] })

export function planOf(blank: unknown): Plan {
  const tree = { ...nodeAt(), slot: 0 }
  let count = 1
  let walk: Walk | undefined
  /** Members by which the walk begins: most elements have none of them, and need no walk. */
  let entries: readonly string[] = []
  const nodeOf = (spot: Spot): Node => {
    const { step } = spot
    if (step === undefined) {
      tree.spot = spot
      return tree
    }
    const parent = nodeOf(step.parent)
    walk = undefined
    if ('member' in step) {
      const known = parent.members.get(step.member)
      if (known) return known
      const made = nodeAt(spot)
      parent.members.set(step.member, made)
      return made
    }
    const known = parent.items.find((item) => item.spot === spot)
    if (known) return known
    const made = { ...nodeAt(spot), slot: count++, wanted: 1 }
    parent.items.push(made)
    return made
  }
  return {
    blank,
    tree,
    slotOf(spot) {
      const node = nodeOf(spot)
      if (node.slot < 0) node.slot = count++
      node.wanted++
      return node.slot
    },
    memberAt(slot) {
      for (const [key, node] of tree.members) {
        if (node.slot !== slot) continue
        node.wanted--
        return key
      }
      return undefined
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
      if (walk === undefined) {
        walk = walkBelow(tree) ?? nowhere
        entries = wantedOf(tree.members).map(({ key }) => key)
      }
      for (let i = 0; i < entries.length; i++) {
        if ((resource as Json)[entries[i]!] === undefined) continue
        const slots: Slots = new Array(count)
        slots[0] = resource
        walk(resource, slots)
        return slots
      }
      return [resource]
    },
  }
}

const nowhere = (): void => undefined
const nothing = Object.freeze({})

type Walk = (value: unknown, slots: Slots) => void

function walkBelow({ members, items }: Node): Walk | undefined {
  const wanted = wantedOf(members)
  const intoMembers = wanted.length > 0 ? memberWalk(wanted) : undefined
  const intoItems = items.length > 0 ? itemWalk(items) : undefined
  if (!intoMembers || !intoItems) return intoMembers ?? intoItems
  return (value, slots) => (Array.isArray(value) ? intoItems : intoMembers)(value, slots)
}

/** A member that the walk comes by. */
interface Stop {
  readonly key: string
  /** None if it only leads further. */
  readonly slot: number
  readonly below: Walk | undefined
}

const wantedOf = (members: Node['members']): readonly Stop[] =>
  [...members]
    .map(([key, node]) => ({ key, slot: node.wanted > 0 ? node.slot : -1, below: walkBelow(node) }))
    .filter(({ slot, below }) => slot >= 0 || below !== undefined)

function memberWalk(stops: readonly Stop[]): Walk {
  const keys = stops.map(({ key }) => key)
  const places = stops.map(({ slot }) => slot)
  const belows = stops.map(({ below }) => below)
  return (value, slots) => {
    if (typeof value !== 'object' || value === null) return
    for (let i = 0; i < keys.length; i++) {
      const member = (value as Json)[keys[i]!]
      if (member === undefined) continue
      const slot = places[i]!
      if (slot >= 0) slots[slot] = member
      const below = belows[i]
      if (below !== undefined) below(member, slots)
    }
  }
}

interface Item {
  readonly fits: (item: unknown) => boolean
  readonly slot: number
  readonly below: Walk | undefined
}

/** Of every pattern the first item that contains it. Most patterns are one member with one value (`url`): those are looked up. */
function itemWalk(nodes: readonly Node[]): Walk {
  const byTag = new Map<string, Map<unknown, Item>>()
  const others: Item[] = []
  for (const node of nodes) {
    const { fits, tag } = node.spot!.step as Extract<Spot['step'], { readonly pattern: Json }>
    const item = { fits, slot: node.slot, below: walkBelow(node) }
    const known = tag && (byTag.get(tag.key) ?? new Map<unknown, Item>())
    if (!tag || !known || known.has(tag.value)) others.push(item)
    else byTag.set(tag.key, known.set(tag.value, item))
  }
  const tags = [...byTag]
  const note = (item: Item, value: unknown, slots: Slots): void => {
    if (slots[item.slot] !== undefined) return
    slots[item.slot] = value
    item.below?.(value, slots)
  }
  return (list, slots) => {
    if (!Array.isArray(list)) return
    for (let i = 0; i < list.length; i++) {
      const value: unknown = list[i]
      if (!isObject(value)) continue
      for (let t = 0; t < tags.length; t++) {
        const item = tags[t]![1].get(value[tags[t]![0]])
        if (item !== undefined) note(item, value, slots)
      }
      for (let o = 0; o < others.length; o++) if (others[o]!.fits(value)) note(others[o]!, value, slots)
    }
  }
}
