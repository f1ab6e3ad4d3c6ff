/**
 * Spots are places from the inside: raw JSON, no codec, no check whether anything changes. `place.ts` gives them their types.
 *
 * `set` copies along the path and shares the rest. It puts new members and items where the table's order wants them, so that what we
 * write does not depend on how it came about.
 */
import { equal, isObject, type Json, matcher, type Tag, tagOf } from './equal.ts'
import { type Claims, claimsOf, withMember } from './order.ts'
import { type Sibling, siblingAfter } from './sibling.ts'

/** How one comes to a spot from the one above: to a member, which may go when another of its own is not there; or to an item. */
export type Step =
  | { readonly parent: Spot; readonly member: string; readonly needs: string | undefined }
  | {
      readonly parent: Spot
      readonly pattern: Json
      readonly tag: Tag | undefined
      readonly fits: (item: unknown) => boolean
      /** Is there a point in an item that says this? */
      readonly stays: (item: Json) => boolean
      /** Its place among the claims on its list. */
      readonly rank: number
    }

export interface Spot {
  /** FHIRPath. */
  readonly path: string
  /** None for the root. */
  readonly step: Step | undefined
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
    step: undefined,
    get: (resource) => resource,
    set: (_, value) => value ?? {},
    sibling: () => undefined,
    order: new Map(),
    claims: claimsOf(),
  }
}

/** Absent, empty, or nothing but an element id. https://hl7.org/fhir/R4/element.html#ele-1 */
export function saysNothing(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === undefined
  if (Array.isArray(value)) return value.length === 0
  for (const key in value) if (key !== 'id') return false
  return true
}

/** Does an item say more than its pattern? */
function saysMore(item: Json, pattern: Json): boolean {
  for (const key in item) if (key !== 'id' && item[key] !== undefined && !(key in pattern)) return true
  return !equal({ ...item, id: undefined }, pattern)
}

/** Without the member that it needs, the element goes. */
export function memberSpot(parent: Spot, key: string, needs?: string): Spot {
  const beside = `_${key}`
  const { order, get: above } = parent
  if (!order.has(key)) order.set(key, order.size)
  const around = (resource: unknown): Json | undefined => {
    const now = above(resource)
    return isObject(now) ? now : undefined
  }
  return {
    path: parent.path === '' ? key : `${parent.path}.${key}`,
    step: { parent, member: key, needs },
    get(resource) {
      const now = above(resource)
      return typeof now === 'object' && now !== null ? (now as Json)[key] : undefined
    },
    set(resource, value, sibling) {
      const now = around(resource)
      if (saysNothing(value) || (needs !== undefined && isObject(value) && !(needs in value))) {
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
 * The first item that contains the pattern. It starts as the pattern; left with nothing but the pattern (or not `kept`), it goes away,
 * and others that contain the pattern with it: none may come up in its place.
 */
export function itemSpot(list: Spot, pattern: Json, kept?: (item: Json) => boolean): Spot {
  const fits = matcher(pattern)
  const rank = list.claims.add(fits)
  const items = (resource: unknown): readonly unknown[] => {
    const now = list.get(resource)
    return Array.isArray(now) ? now : []
  }
  const whole = (value: Json): Json => (fits(value) ? value : { ...pattern, ...value })
  const stays = kept ?? ((item) => saysMore(item, pattern))
  return {
    path: `${list.path}.where(${JSON.stringify(pattern)})`,
    step: { parent: list, pattern, tag: tagOf(pattern), fits, stays, rank },
    get(resource) {
      const now = list.get(resource)
      return Array.isArray(now) ? now.find(fits) : undefined
    },
    set(resource, value) {
      const now = items(resource)
      const index = now.findIndex(fits)
      const item = isObject(value) ? whole(value) : undefined
      const remains = item !== undefined && stays(item)
      if (!remains && index < 0) return resource
      const next = remains ? now.slice() : now.filter((one) => !fits(one))
      if (!remains) return list.set(resource, next.length > 0 ? next : undefined)
      if (index >= 0) next[index] = item
      else next.splice(list.claims.position(now, rank), 0, item)
      return list.set(resource, next.length > 0 ? next : undefined)
    },
    sibling: () => undefined,
    order: new Map(),
    claims: claimsOf(),
  }
}
