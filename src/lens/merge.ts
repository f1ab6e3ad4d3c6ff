/**
 * Three ways into one: what both sides last agreed on (`base`), what we have since (`ours`) and what the partner has (`theirs`), field by
 * field. A field that one side changed takes that change; the same change on both sides is no conflict. Where they differ the field's
 * owner has the last word; nobody has it over a `shared` field: that is a conflict, for a person to settle, and ours stands until then.
 *
 * A list is one field. Handles are names that one side gave its items; they are not what an item says, and are not compared.
 */
import { equal, isObject, type Json } from './equal.ts'
import type { Owner } from './field.ts'

/** A field that both sides changed, differently. */
interface Conflict {
  readonly field: string
  readonly base: unknown
  readonly ours: unknown
  readonly theirs: unknown
}

interface Merged<D> {
  readonly value: D
  /** Fields in which the value differs from theirs: the partner has to learn them. */
  readonly toThem: readonly string[]
  /** Fields in which the value differs from ours: we learnt them. */
  readonly toUs: readonly string[]
  /** For a person to settle. */
  readonly conflicts: readonly Conflict[]
  /** Settled by the owner. */
  readonly decided: readonly (Conflict & { readonly owner: Owner })[]
}

/** What a merge needs of a mapping: the fields' names and owners. */
export interface Merging {
  readonly rows: readonly { readonly field: string; readonly owner: Owner }[]
}

/** `rows` are the mapping's; neither side is changed. */
export function merge<D extends object>({ rows }: Merging, base: D, ours: D, theirs: D): Merged<D> {
  const value: Json = {}
  const merged = {
    toThem: [] as string[],
    toUs: [] as string[],
    conflicts: [] as Conflict[],
    decided: [] as (Conflict & { owner: Owner })[],
  }
  for (const { field, owner } of rows) {
    const sides = { base: (base as Json)[field], ours: (ours as Json)[field], theirs: (theirs as Json)[field] }
    let taken = sides.ours
    if (!saySame(sides.ours, sides.theirs)) {
      const weDid = !saySame(sides.ours, sides.base)
      const theyDid = !saySame(sides.theirs, sides.base)
      if (weDid && theyDid && owner === 'shared') merged.conflicts.push({ field, ...sides })
      else if (weDid && theyDid) merged.decided.push({ field, ...sides, owner })
      const theirsWins = theyDid && (!weDid || owner === 'partner')
      if (theirsWins) taken = sides.theirs
      merged[theirsWins ? 'toUs' : 'toThem'].push(field)
    }
    if (taken !== undefined) value[field] = taken
  }
  return { value: value as D, ...merged }
}

/**
 * The value for writing onto the other side's parts: items that say the same as an item there carry its handle, so that what only that
 * side knows of them is kept. `there` is what was read from those parts.
 */
export function alignedTo<D extends object>(value: D, there: D): D {
  const aligned = Object.entries(value).map(([field, list]) => {
    const others: unknown = (there as Json)[field]
    return [field, Array.isArray(list) && Array.isArray(others) ? alignItems(list, others) : list]
  })
  return Object.fromEntries(aligned) as D
}

function alignItems(items: readonly unknown[], there: readonly unknown[]): readonly unknown[] {
  const handles = new Set(items.map(handleOf))
  const free = there.filter((item) => handleOf(item) !== undefined && !handles.has(handleOf(item)))
  const known = new Set(there.map(handleOf))
  return items.map((item) => {
    if (handleOf(item) === undefined || known.has(handleOf(item))) return item
    const index = free.findIndex((other) => saySame(item, other))
    return index < 0 ? item : free.splice(index, 1)[0]
  })
}

const handleOf = (item: unknown): unknown => (isObject(item) ? item.handle : undefined)

/** The same content; the names that one side gave its items aside. */
export const saySame = (a: unknown, b: unknown): boolean => equal(withoutHandles(a), withoutHandles(b))

function withoutHandles(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutHandles)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) => (key === 'handle' ? [] : [[key, withoutHandles(member)]])),
  )
}
