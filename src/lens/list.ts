/**
 * Lists: items are matched by key, never by position, so that reordering, inserting and removing on either side keeps what the
 * mapping does not know in each item.
 *
 * Only items that the codec can read (and `only` admits) are claimed; the others stay where they are, nulls among them. Two items of
 * one key are told apart by their order.
 */
import { boundTo } from './bound.ts'
import { type Codec, isUnread, type Report, silently, tolerate, type Unread, unread, within } from './codec.ts'
import { equal, isObject } from './equal.ts'
import { type Field, field } from './field.ts'
import type { Slots } from './plan.ts'
import type { Spot } from './spot.ts'

export type Each<E, B> = Codec<E, B>

export interface EachOptions<E, B> {
  /** What tells one item from another: names of its domain fields, or a function. */
  readonly by: readonly (keyof B & string)[] | ((value: B) => string)
  /** Claims only these items; `label` names them in the path, and rows with different labels never meet. */
  readonly only?: { readonly label: string; readonly test: (item: E) => boolean }
}

/** An item on its way back: what to write, and the index of the item that it was. */
interface Slot<E> {
  readonly raw: E
  readonly from: number
}

/** A list at a place as a list of values. `by`: what an item is known by on both sides; `only`: which items are meant. */
export function each<R, E, B>(list: Spot, codec: Each<E, B>, { by, only }: EachOptions<E, B>): Field<R, readonly B[]> {
  const path = only ? `${list.path}.where(${only.label})` : list.path
  const keyOf = typeof by === 'function' ? by : keyBy(by)
  const admits = (item: unknown): boolean => item !== null && item !== undefined && (only === undefined || only.test(item as E))
  const rank = list.claims.add(admits)
  const itemsOf = (resource: R): readonly E[] => {
    const items = list.get(resource)
    return Array.isArray(items) ? items : []
  }
  const read = (items: readonly E[], report: Report): B[] => {
    const values: B[] = []
    for (let i = 0; i < items.length; i++) {
      const item = items[i]!
      if (!admits(item)) continue
      const from = report.length
      const value = codec.read(item, report)
      if (report.length > from) within(`${list.path}[${i}]`, report, from)
      if (!isUnread(value)) values.push(value)
      else tolerate(report, from)
    }
    return values
  }

  return field<R, readonly B[]>({
    path,
    places: [path],
    codec: `each ${codec.name}`,
    items: { by: typeof by === 'function' ? 'content' : by.join(' and '), keyOf: keyOf as (item: unknown) => string },
    bind(plan) {
      const slot = plan.slotOf(list)
      const isMade = plan.makes(list)
      const claim = isMade ? plan.claim(list, rank) : -1
      const make = (slots: Slots, values: readonly B[]): void => {
        const written: E[] = []
        for (const value of values) {
          const raw = codec.write(value, undefined)
          if (saysSomething(raw)) written.push(raw)
        }
        if (written.length > 0) slots[claim] = written
      }
      const decode = (items: unknown, report: Report): readonly B[] => (Array.isArray(items) ? read(items, report) : [])
      return boundTo({ slot, path: '', absence: 'open', decode }, isMade ? make : undefined)
    },
    put(resource, values) {
      const now = itemsOf(resource)
      const claimed = now.map((item) => (admits(item) ? codec.read(item, silently) : unread))
      const written = write(codec, values, now, claimed, keyOf)
      // Claimed slots are filled in the order of the values; unclaimed items keep their place.
      const next: Slot<E>[] = []
      let filled = 0
      let end = -1
      now.forEach((raw, from) => {
        if (isUnread(claimed[from])) next.push({ raw, from })
        else if (filled < written.length) end = next.push(written[filled++]!)
      })
      if (filled < written.length) {
        if (end < 0)
          end = list.claims.position(
            next.map(({ raw }) => raw),
            rank,
          )
        next.splice(end, 0, ...written.slice(filled))
      }
      return list.set(
        resource,
        next.length > 0 ? next.map(({ raw }) => raw) : undefined,
        beside(list.sibling(resource), next),
      ) as R
    },
  })
}

/** Every value onto the item of its key; items that say nothing are left out. */
function write<E, B>(
  codec: Each<E, B>,
  values: readonly B[],
  now: readonly E[],
  claimed: readonly (B | Unread)[],
  keyOf: (value: B) => string,
): Slot<E>[] {
  const byKey = new Map<string, number[]>()
  claimed.forEach((value, index) => {
    if (isUnread(value)) return
    const key = keyOf(value)
    const same = byKey.get(key)
    if (same) same.push(index)
    else byKey.set(key, [index])
  })
  const slots = values.map((value) => {
    const from = byKey.get(keyOf(value))?.shift() ?? -1
    if (from < 0) return { raw: codec.write(value, undefined), from }
    return { raw: equal(claimed[from], value) ? now[from]! : codec.write(value, now[from]), from }
  })
  return slots.filter(({ raw }) => saysSomething(raw))
}

function saysSomething(raw: unknown): boolean {
  if (!isObject(raw)) return raw !== undefined
  for (const _ in raw) return true
  return false
}

/** Siblings of primitives go where their items go; `null` where none is left. */
function beside(siblings: unknown, slots: readonly Slot<unknown>[]): unknown[] | null {
  if (!Array.isArray(siblings)) return null
  const moved = slots.map(({ from }) => (from < 0 ? null : (siblings[from] ?? null)))
  return moved.some((sibling) => sibling !== null) ? moved : null
}

function keyBy<B>(names: readonly (keyof B & string)[]): (value: B) => string {
  const [only, ...others] = names
  if (only === undefined || others.length > 0) return (value) => JSON.stringify(names.map((name) => value[name] ?? null))
  return (value) => {
    const key = value[only]
    return typeof key === 'string' ? key : `\u0000${JSON.stringify(key)}`
  }
}
