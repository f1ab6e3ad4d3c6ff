/** Making a resource from the raw values of its rows: every object in the order of its table, as if its rows had been written one by one. */
import { copyOf, isObject, type Json } from './equal.ts'
import { withMember } from './order.ts'
import type { Node, Slots } from './plan.ts'
import { type Step, saysNothing } from './spot.ts'

/** `undefined` where nothing is said. */
type Make = (slots: Slots) => unknown

/** `base`: what stands there before anything is said. */
export function makerOf(node: Node, base: unknown): Make {
  const { slot } = node
  const inside = insideMaker(node, base)
  return (slots) => {
    const raw = slot > 0 ? slots[slot] : undefined
    if (raw !== undefined && !saysNothing(raw)) return raw
    return inside?.(slots) ?? copyOf(base)
  }
}

function insideMaker(node: Node, base: unknown): Make | undefined {
  if (node.members.size > 0) return objectMaker(node, base)
  return node.items.length + node.claims.length > 0 ? listMaker(node, base) : undefined
}

function objectMaker({ spot, members }: Node, base: unknown): Make {
  const constants = isObject(base) ? base : {}
  const keys = inOrder(constants, spot!.order, [...members.keys()])
  const slotOf = keys.map((key) => members.get(key)?.slot ?? -1)
  const insides = keys.map((key) => (members.has(key) ? insideMaker(members.get(key)!, constants[key]) : undefined))
  // An empty list stands for one that rows fill; it is never said.
  const standing = keys.map((key, i) =>
    insides[i] && saysNothing(constants[key]) && Array.isArray(constants[key]) ? undefined : constants[key],
  )
  const step = spot!.step
  const needs = step && 'member' in step ? step.needs : undefined
  return (slots) => {
    let made: Json | undefined
    for (let i = 0; i < keys.length; i++) {
      const slot = slotOf[i]!
      let value = slot > 0 ? slots[slot] : undefined
      if (value === undefined || saysNothing(value)) {
        value = insides[i]?.(slots)
        if (value === undefined) {
          value = standing[i]
          if (value === undefined) continue
          value = copyOf(value)
        }
      }
      made ??= {}
      made[keys[i]!] = value
    }
    return made !== undefined && needs !== undefined && !(needs in made) ? undefined : made
  }
}

/** All keys that there can be, in the order in which they stand. */
function inOrder(base: Json, order: ReadonlyMap<string, number>, keys: readonly string[]): readonly string[] {
  const rank = (key: string): number => order.get(key) ?? 0
  const full = keys
    .filter((key) => !(key in base))
    .sort((a, b) => rank(a) - rank(b))
    .reduce((now, key) => withMember(now, key, null, order), base)
  return Object.keys(full)
}

/** What stands there before and belongs to no row; then items of the rows in the order of the table. */
function listMaker({ spot, items, claims }: Node, base: unknown): Make {
  const before = Array.isArray(base) ? base.filter((item) => !spot!.claims.take(item)) : []
  const entries = [
    ...items.map((node) => ({ rank: rankOf(node), make: itemMaker(node), slot: -1 })),
    ...claims.map(({ rank, slot }) => ({ rank, make: undefined, slot })),
  ].sort((a, b) => a.rank - b.rank)
  return (slots) => {
    let made: unknown[] | undefined
    for (let i = 0; i < entries.length; i++) {
      const { make, slot } = entries[i]!
      const value = make ? make(slots) : slots[slot]
      if (value === undefined) continue
      const items = make ? [value] : (value as unknown[])
      made = made ? made.concat(items) : items
    }
    return made && before.length > 0 ? [...copyOf(before), ...made] : made
  }
}

const patternIn = ({ spot }: Node) => spot!.step as Extract<Step, { readonly pattern: Json }>
const rankOf = (node: Node): number => patternIn(node).rank

/** An item starts as its pattern; with nothing but that it is not made. */
function itemMaker(node: Node): Make {
  const { pattern, fits, stays } = patternIn(node)
  const inside = slotsBelow(node)
  const make = objectMaker(node, pattern)
  return (slots) => {
    const whole = slots[node.slot]
    if (whole === undefined && !isSaid(inside, slots)) return undefined
    const item = isObject(whole) ? (fits(whole) ? whole : { ...pattern, ...whole }) : (make(slots) as Json)
    return stays(item) ? item : undefined
  }
}

function isSaid(some: readonly number[], slots: Slots): boolean {
  for (let i = 0; i < some.length; i++) if (slots[some[i]!] !== undefined) return true
  return false
}

const slotsBelow = ({ members, items, claims }: Node): readonly number[] => [
  ...[...members.values(), ...items].flatMap((node) => [...(node.slot < 0 ? [] : [node.slot]), ...slotsBelow(node)]),
  ...claims.map(({ slot }) => slot),
]
