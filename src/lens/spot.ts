/**
 * Spots are places from the inside: raw JSON, no codec, no check whether anything changes. `place.ts` gives them their types.
 *
 * `set` copies along the path and shares the rest. `fill` is for what is being made afresh and belongs to nobody yet: it writes in place.
 * Both put new members and items where the table's order wants them, so that what we write does not depend on how it came about.
 */
import { equal, isObject, type Json, matcher } from './equal.ts'
import { addMember, type Claims, claimsOf, withMember } from './order.ts'
import { type Sibling, siblingAfter } from './sibling.ts'

export interface Spot {
  /** FHIRPath. */
  readonly path: string
  get(resource: unknown): unknown
  /** `undefined` takes it away, and the parents that would be left empty. The sibling is for lists of primitives: `null` means none. */
  set(resource: unknown, value: unknown, sibling?: Sibling | null): unknown
  fill(resource: unknown, value: unknown): void
  /** The object or list here, made if there is none; for `fill`. */
  own<T extends Json | unknown[]>(resource: unknown, make: () => T): T
  /** What hangs on a primitive (or on a list of them): the member with an underscore. */
  sibling(resource: unknown): unknown
  /** Members below, in the order of the table. */
  readonly order: Map<string, number>
  /** Who claims which items of a list, in the order of the table. */
  readonly claims: Claims
}

const object = (): Json => ({})
const array = (): unknown[] => []

export function rootSpot(): Spot {
  return {
    path: '',
    get: (resource) => resource,
    set: (_, value) => value ?? {},
    fill: (resource, value) => Object.assign(resource as object, value),
    own: <T>(resource: unknown) => resource as T,
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
    fill(resource, value) {
      if (!saysNothing(value)) addMember(parent.own(resource, object), key, value, order)
    },
    own<T extends Json | unknown[]>(resource: unknown, make: () => T): T {
      const now = parent.own(resource, object)
      if (now[key] === undefined) addMember(now, key, make(), order)
      return now[key] as T
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
  const stays = (item: Json): boolean => (kept ? kept(item) : !equal({ ...item, id: undefined }, pattern))
  return {
    path: `${list.path}.where(${JSON.stringify(pattern)})`,
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
    fill(resource, value) {
      if (!isObject(value) || !stays(whole(value))) return
      const now = list.own(resource, array)
      now.splice(list.claims.position(now, rank), 0, whole(value))
    },
    own<T extends Json | unknown[]>(resource: unknown): T {
      const now = list.own(resource, array)
      let item = now.find(fits)
      if (item === undefined) {
        item = { ...pattern }
        now.splice(list.claims.position(now, rank), 0, item)
      }
      return item as T
    },
    sibling: () => undefined,
    order: new Map(),
    claims: claimsOf(),
  }
}
