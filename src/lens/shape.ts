/** Records of fields: a domain object on one side, several places on the other. */
import { leave } from './bound.ts'
import { type Codec, cannot, isUnread, type Unread, unread } from './codec.ts'
import { type Field, field } from './field.ts'
import { type Place, root } from './place.ts'
import type { Slots } from './plan.ts'
import { readRows, rowsOf, tableOf } from './table.ts'

/** One field for every member of D. */
export type FieldsOf<R, D> = { readonly [K in keyof D]-?: Field<R, D[K]> }

type Members<F> = { readonly [K in keyof F]: F[K] extends Field<infer _, infer A> ? A : never }
type ResourceOfOne<X> = X extends Field<infer R, infer _> ? R : never
type ResourceOf<F> = ResourceOfOne<F[keyof F]>
type AnyFields = { readonly [K: string]: { readonly places: readonly string[]; readonly codec: string } }

/** Two rows that write one place could undo each other: refused when the table is made. */
export function refuseSharedPlaces(name: string, table: Readonly<Record<string, { readonly places: readonly string[] }>>): void {
  const taken: [place: string, row: string][] = []
  for (const [row, { places }] of Object.entries(table)) {
    for (const place of places) {
      const clash = taken.find(([other, owner]) => owner !== row && (overlaps(other, place) || overlaps(place, other)))
      if (clash) throw new Error(`${name}: ${clash[1]} and ${row} both write ${place}`)
      taken.push([place, row])
    }
  }
}

const overlaps = (outer: string, inner: string): boolean => inner === outer || inner.startsWith(`${outer}.`)

/** A codec for an element with several parts: `shape<HumanName, Name>('name', (at) => ({ family: at.family.optional(text), … }))`. */
export function shape<Raw extends object, D extends object>(
  name: string,
  fields: (at: Place<Raw, Raw>) => FieldsOf<Raw, D>,
  blank?: Raw,
): Codec<Raw, D> {
  const rows = fields(root<Raw>()) as unknown as Record<string, Field<Raw, unknown>>
  refuseSharedPlaces(name, rows)
  const table = tableOf(rows, blank ?? ({} as Raw))
  return {
    name,
    read(raw, report) {
      if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return cannot(report, 'expected an object')
      return table.read(raw, report) as D | Unread
    },
    write(value, prior) {
      const record = value as Record<string, unknown>
      return prior ? table.write(record, prior) : table.make(record)
    },
  }
}

/**
 * Several fields of one resource as one: a status that lives in two elements, a choice of types. Usually followed by `.as(codec)`.
 * It claims the places of all of them.
 */
export function together<F extends AnyFields>(fields: F): Field<ResourceOf<F>, Members<F>> {
  type R = ResourceOf<F>
  const all = fields as unknown as Record<string, Field<R, unknown>>
  const places = Object.values(all).flatMap((part) => part.places)
  const rows = Object.entries(all)
  const names = rows.map(([name]) => name)
  return field<R, Members<F>>({
    path: commonPath(places),
    places,
    codec: `{ ${rows.map(([key, part]) => `${key}: ${part.codec}`).join(', ')} }`,
    bind(plan) {
      const bound = rows.map(([, row]) => row.bind(plan))
      const inPlan = rowsOf(names, bound)
      const make = (slots: Slots, value: Members<F>): void => {
        const members = (value ?? {}) as Record<string, unknown>
        for (let i = 0; i < names.length; i++)
          if (members[names[i]!] !== undefined) leave(bound[i]!.make!, slots, members[names[i]!])
      }
      return {
        source: undefined,
        read: (slots, report) => readRows(inPlan, slots, report) as Members<F> | Unread,
        make: bound.every((one) => one.make !== undefined) ? make : undefined,
      }
    },
    // What comes first, what goes after it: an element that changes its type is never empty in between, and keeps its id.
    put(resource, value) {
      const members = (value ?? {}) as Record<string, unknown>
      const set = rows.filter(([name]) => members[name] !== undefined)
      const unset = rows.filter(([name]) => members[name] === undefined)
      return [...set, ...unset].reduce((so, [name, row]) => row.put(so, members[name]), resource)
    },
  })
}

/** The innermost element that holds all of them: what is said of them together is said of it. */
function commonPath(places: readonly string[]): string {
  const [first = [], ...rest] = places.map((path) => path.split('.'))
  const differs = first.findIndex((step, i) => rest.some((path) => path[i] !== step))
  return first.slice(0, differs < 0 ? first.length : differs).join('.')
}

/** The one member of a shape that has no other, without the object around it. */
export function inside<Raw, K extends string, V>(codec: Codec<Raw, Record<K, V>>, member: K): Codec<Raw, V> {
  return {
    name: codec.name,
    read(raw, report) {
      const value = codec.read(raw, report)
      return isUnread(value) ? unread : value[member]
    },
    write: (value, prior) => codec.write({ [member]: value } as Record<K, V>, prior),
  }
}
