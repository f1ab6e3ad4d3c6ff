/**
 * A place in a resource, addressed the way FHIRPath writes it: `Encounter.period.start`, `Patient.extension.where({url}).valueCode`.
 * Property access records the path; nothing is read until a resource is handed in. Writing copies along the path and shares the rest.
 */
import { boundRaw } from './bound.ts'
import { isObject, type Json } from './equal.ts'
import { type Field, field } from './field.ts'
import { type Each, type EachOptions, each } from './list.ts'
import { itemSpot, memberSpot, rootSpot, type Spot } from './spot.ts'

type DeepPartial<T> = T extends readonly (infer E)[]
  ? readonly DeepPartial<E>[]
  : T extends object
    ? { readonly [K in keyof T]?: DeepPartial<T[K]> }
    : T

export interface ListPlace<R, E> {
  /**
   * The first item that contains the pattern. Written where there is none, the item starts as the pattern; left with nothing but
   * the pattern (or not `kept`), it goes away.
   */
  where(pattern: DeepPartial<E>, kept?: (item: E) => boolean): Place<R, E>
  /** All items as a domain list, matched by key when they are written back; see `list.ts`. */
  each<B>(codec: Each<E, B>, options: EachOptions<E, B>): Field<R, readonly B[]>
}

export type Place<R, A> = Field<R, A | undefined> &
  ([NonNullable<A>] extends [readonly (infer E)[]]
    ? ListPlace<R, E>
    : NonNullable<A> extends object
      ? { readonly [K in Exclude<keyof NonNullable<A>, keyof Field<R, A>>]-?: Place<R, NonNullable<NonNullable<A>[K]>> } & {
          /** A member whose name a field already uses (`code.codec`, `x.owner` …). */
          readonly at: <K extends keyof NonNullable<A>>(key: K) => Place<R, NonNullable<NonNullable<A>[K]>>
          /** The same place, gone when this member is taken away: FHIR requires it (`Location.position.needing('latitude')`). */
          readonly needing: (key: keyof NonNullable<A> & string) => Place<R, A>
        }
      : unknown)

type Kept = (item: unknown) => boolean

function place(spot: Spot, needing?: (key: string) => unknown): unknown {
  const members = new Map<string, unknown>()
  const items = new Map<string, { readonly kept: Kept | undefined; readonly place: unknown }>()
  const member = (key: string): unknown => {
    if (!members.has(key)) {
      members.set(
        key,
        place(memberSpot(spot, key), (needs) => place(memberSpot(spot, key, needs))),
      )
    }
    return members.get(key)
  }
  // Asked twice, the same place: what stands below it keeps one order.
  const where = (pattern: unknown, kept?: Kept): unknown => {
    if (!isObject(pattern)) throw new Error(`${spot.path}.where: a pattern is an object`)
    const name = JSON.stringify(pattern)
    const known = items.get(name)
    if (known && known.kept === kept) return known.place
    const made = place(itemSpot(spot, pattern, kept))
    items.set(name, { kept, place: made })
    return made
  }
  const self: Json = {
    ...field<unknown, unknown>({
      path: spot.path,
      places: [spot.path],
      get: spot.get,
      bind: (plan) => boundRaw(plan.slotOf(spot), plan.makes(spot)),
      put: (resource, value) => spot.set(resource, value),
    }),
    where,
    each: (codec: Each<unknown, unknown>, options: EachOptions<unknown, unknown>) => each(spot, codec, options),
    at: member,
    needing,
  }
  return new Proxy(self, {
    get: (target, key) => (typeof key === 'symbol' || Object.hasOwn(target, key) ? target[key as string] : member(key)),
  })
}

/** The place that is the whole. */
export const root = <R>(): Place<R, R> => place(rootSpot()) as Place<R, R>
