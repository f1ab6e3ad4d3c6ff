/**
 * The walk of a plan: once through a resource, leaving what stands at the places of the plan in their slots. It asks what stands there
 * whether there is a place for it; asking for each place whether something stands there takes far longer, as most places are empty.
 */
import { isObject, type Json } from './equal.ts'
import type { Node, Slots } from './plan.ts'
import type { Step } from './spot.ts'

/** What the walk looks for below a place. */
export interface Below {
  readonly members: ReadonlyMap<string, Stop>
  readonly items: Items | undefined
}

interface Stop {
  /** -1 if it only leads further. */
  readonly slot: number
  readonly below: Below | undefined
}

/** Items by what finds them: most patterns are one member with one value (`url`), and those are looked up. */
interface Items {
  readonly tags: readonly (readonly [key: string, byValue: ReadonlyMap<unknown, Stop>])[]
  readonly others: readonly (Stop & { readonly fits: (item: unknown) => boolean })[]
}

export const belowOf = ({ members, items }: Node): Below => ({
  members: new Map([...members].map(([key, node]) => [key, stopAt(node)])),
  items: items.length > 0 ? itemsOf(items) : undefined,
})

const stopAt = (node: Node): Stop => ({
  slot: node.slot,
  below: node.members.size + node.items.length > 0 ? belowOf(node) : undefined,
})

function itemsOf(nodes: readonly Node[]): Items {
  const byTag = new Map<string, Map<unknown, Stop>>()
  const others: Items['others'][number][] = []
  for (const node of nodes) {
    const { fits, tag } = node.spot!.step as Extract<Step, { readonly pattern: Json }>
    const known = tag && (byTag.get(tag.key) ?? new Map<unknown, Stop>())
    if (!tag || !known || known.has(tag.value)) others.push({ ...stopAt(node), fits })
    else byTag.set(tag.key, known.set(tag.value, stopAt(node)))
  }
  return { tags: [...byTag], others }
}

export function walk({ members, items }: Below, value: unknown, slots: Slots): void {
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) {
    if (items !== undefined) walkItems(items, value, slots)
    return
  }
  for (const key in value) {
    const stop = members.get(key)
    if (stop !== undefined) come(stop, (value as Json)[key], slots)
  }
}

/** Of every pattern the first item that contains it. */
function walkItems({ tags, others }: Items, list: readonly unknown[], slots: Slots): void {
  for (let i = 0; i < list.length; i++) {
    const item = list[i]
    if (!isObject(item)) continue
    for (let t = 0; t < tags.length; t++) {
      const [key, byValue] = tags[t]!
      const stop = byValue.get(item[key])
      if (stop !== undefined && slots[stop.slot] === undefined) come(stop, item, slots)
    }
    for (let o = 0; o < others.length; o++) {
      const stop = others[o]!
      if (slots[stop.slot] === undefined && stop.fits(item)) come(stop, item, slots)
    }
  }
}

function come({ slot, below }: Stop, value: unknown, slots: Slots): void {
  if (slot >= 0) slots[slot] = value
  if (below !== undefined) walk(below, value, slots)
}
