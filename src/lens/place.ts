/**
 * A place in a resource, addressed the way FHIRPath writes it: `Encounter.period.start`, `Patient.extension.where({url}).valueCode`.
 * Property access records the path; nothing is read until a resource is handed in. Writing copies along the path and shares the rest.
 */
import { contains, equal } from './equal.ts'
import { type Field, type FieldParts, field } from './field.ts'
import { type Each, type EachOptions, each } from './list.ts'

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
        }
      : unknown)

type Json = Record<string, unknown>

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0

function member(parent: Field<unknown, unknown>, key: string): unknown {
  const path = parent.path === '' ? key : `${parent.path}.${key}`
  return place({
    path,
    places: [path],
    get: (resource, report) => (parent.get(resource, report) as Json | undefined)?.[key],
    put(resource, value) {
      const now = parent.get(resource, []) as Json | undefined
      if (value === undefined) {
        if (now === undefined || !(key in now)) return resource
        const { [key]: _, ...rest } = now
        return parent.put(resource, isEmpty(rest) ? undefined : rest)
      }
      return parent.put(resource, { ...now, [key]: value })
    },
  })
}

function where(list: Field<unknown, unknown>, pattern: unknown, kept?: (item: unknown) => boolean): unknown {
  const path = `${list.path}.where(${JSON.stringify(pattern)})`
  const items = (resource: unknown): readonly unknown[] => (list.get(resource, []) as readonly unknown[] | undefined) ?? []
  return place({
    path,
    places: [path],
    get: (resource) => items(resource).find((item) => contains(item, pattern)),
    put(resource, value) {
      const now = items(resource)
      const index = now.findIndex((item) => contains(item, pattern))
      const whole =
        value === undefined ? undefined : contains(value, pattern) ? value : { ...(pattern as Json), ...(value as Json) }
      const stays = whole !== undefined && (kept ? kept(whole) : !equal(whole, pattern))
      if (!stays && index < 0) return resource
      const next = !stays
        ? now.filter((_, i) => i !== index)
        : index < 0
          ? [...now, whole]
          : now.map((item, i) => (i === index ? whole : item))
      return list.put(resource, next.length > 0 ? next : undefined)
    },
  })
}

function place(parts: FieldParts<unknown, unknown>): unknown {
  const self = field(parts)
  const members: Json = {
    ...self,
    where: (pattern: unknown, kept?: (item: unknown) => boolean) => where(self, pattern, kept),
    each: (codec: Each<unknown, unknown>, options: EachOptions<unknown, unknown>) => each(self as never, codec, options),
    at: (key: string) => member(self, key),
  }
  const known = new Map<string, unknown>()
  return new Proxy(members, {
    get(target, key: string) {
      if (Object.hasOwn(target, key)) return target[key]
      let found = known.get(key)
      if (found === undefined) {
        found = member(self, key)
        known.set(key, found)
      }
      return found
    },
  })
}

/** The place that is the whole. */
export function root<R>(): Place<R, R> {
  return place({ path: '', places: [''], get: (resource) => resource, put: (_, value) => value ?? {} }) as Place<R, R>
}
