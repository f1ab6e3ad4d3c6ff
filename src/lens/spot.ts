/**
 * Spots are places from the inside: raw JSON, no codec, no check whether anything changes. `place.ts` gives them their types.
 *
 * Writing copies along the path and shares the rest. New members and items are put where the table's order wants them, so that what we
 * write does not depend on how it came about.
 */
import { equal, isObject, type Json, matcher } from './equal.ts'
import { type Claims, claimsOf, withMember } from './order.ts'
import { type Sibling, siblingAfter } from './sibling.ts'

export interface Spot {
  /** FHIRPath. */
  readonly path: string
  get(resource: unknown): unknown
  /** `undefined` takes it away, and the parents that would be left empty. The sibling is for lists of primitives: `null` means none. */
  set(resource: unknown, value: unknown, sibling?: Sibling | null): unknown
  /** What hangs on a primitive (or on a list of them): the member with an underscore. */
  sibling(resource: unknown): unknown
  /** Members below, in the order of the table. */
  readonly order: Map<string, number>
  /** Who claims which items of a list, in the order of the table. */
  readonly claims: Claims
}

export function rootSpot(): Spot {
  return {
    path: '',
    get: (resource) => resource,
    set: (_, value) => value ?? {},
    sibling: () => undefined,
    order: new Map(),
    claims: claimsOf(),
  }
}

/** Absent, empty, or nothing but an element id. https://hl7.org/fhir/R4/element.html#ele-1 */
function saysNothing(value: unknown): boolean {
  if (!isObject(value)) return value === undefined || (Array.isArray(value) && value.length === 0)
  for (const key in value) if (key !== 'id') return false
  return true
}

export function memberSpot(parent: Spot, key: string): Spot {
  const beside = `_${key}`
  const { order } = parent
  if (!order.has(key)) order.set(key, order.size)
  const around = (resource: unknown): Json | undefined => {
    const now = parent.get(resource)
    return isObject(now) ? now : undefined
  }
  return {
    path: parent.path === '' ? key : `${parent.path}.${key}`,
    get: (resource) => around(resource)?.[key],
    set(resource, value, sibling) {
      const now = around(resource)
      if (saysNothing(value)) {
        if (now === undefined || !(key in now)) return resource
        const { [key]: _, [beside]: __, ...rest } = now
        return parent.set(resource, saysNothing(rest) ? undefined : rest)
      }
      const next = withMember(now, key, value, order)
      const before = now?.[beside]
      if (before !== undefined || sibling) {
        const after = sibling === undefined ? siblingAfter(before, value) : sibling
        if (after) next[beside] = after
        else delete next[beside]
      }
      return parent.set(resource, next)
    },
    sibling: (resource) => around(resource)?.[beside],
    order: new Map(),
    claims: claimsOf(),
  }
}

/**
 * The first item that contains the pattern. It starts as the pattern; left with nothing but the pattern (or not `kept`), it goes away.
 */
export function itemSpot(list: Spot, pattern: Json, kept?: (item: Json) => boolean): Spot {
  const fits = matcher(pattern)
  const rank = list.claims.add(fits)
  const items = (resource: unknown): readonly unknown[] => {
    const now = list.get(resource)
    return Array.isArray(now) ? now : []
  }
  return {
    path: `${list.path}.where(${JSON.stringify(pattern)})`,
    get: (resource) => items(resource).find(fits),
    set(resource, value) {
      const now = items(resource)
      const index = now.findIndex(fits)
      const whole = isObject(value) ? (fits(value) ? value : { ...pattern, ...value }) : undefined
      const stays = whole !== undefined && (kept ? kept(whole) : !equal({ ...whole, id: undefined }, pattern))
      if (!stays && index < 0) return resource
      const next = now.slice()
      if (!stays) next.splice(index, 1)
      else if (index >= 0) next[index] = whole
      else next.splice(list.claims.position(now, rank), 0, whole)
      return list.set(resource, next.length > 0 ? next : undefined)
    },
    sibling: () => undefined,
    order: new Map(),
    claims: claimsOf(),
  }
}
