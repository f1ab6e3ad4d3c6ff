/**
 * The order of the table is the order of what we write: a value written over another is, byte for byte, the value written afresh.
 * What stands already keeps its place, so another's resource is not reordered.
 */
import type { Json } from './equal.ts'

/** A copy with this member; a new one stands before the first that comes later in the order. */
export function withMember(now: Json | undefined, key: string, value: unknown, order: ReadonlyMap<string, number>): Json {
  if (now === undefined) return { [key]: value }
  const first = key in now ? undefined : firstAfter(now, key, order)
  if (first === undefined) return { ...now, [key]: value }
  const next: Json = {}
  for (const other in now) {
    if (other === first) next[key] = value
    next[other] = now[other]
  }
  return next
}

function firstAfter(now: Json, key: string, order: ReadonlyMap<string, number>): string | undefined {
  const rank = order.get(key) ?? 0
  for (const other in now) if ((order.get(other) ?? -1) > rank) return other
  return undefined
}

/** The rows that take items of one list, in the order of the table. */
export interface Claims {
  /** Notes a claim, and says its rank. */
  add(fits: (item: unknown) => boolean): number
  /** Where a new item of this rank belongs: before the first item of a later claim. */
  position(items: readonly unknown[], rank: number): number
  /** Would any of them take this item? */
  take(item: unknown): boolean
}

export function claimsOf(): Claims {
  const claims: ((item: unknown) => boolean)[] = []
  return {
    add: (fits) => claims.push(fits) - 1,
    position(items, rank) {
      const index = items.findIndex((item) => item !== null && claims.findIndex((fits) => fits(item)) > rank)
      return index < 0 ? items.length : index
    },
    take: (item) => claims.some((fits) => fits(item)),
  }
}
