/** Records of fields: a domain object on one side, several places on the other. */
import { type Codec, cannot, type Report, unread } from './codec.ts'
import { type Field, field } from './field.ts'
import { type Place, root } from './place.ts'

/** One field for every member of D. */
export type FieldsOf<R, D> = { readonly [K in keyof D]-?: Field<R, D[K]> }

type Members<F> = { readonly [K in keyof F]: F[K] extends Field<infer _, infer A> ? A : never }
type ResourceOfOne<X> = X extends Field<infer R, infer _> ? R : never
type ResourceOf<F> = ResourceOfOne<F[keyof F]>
type AnyFields = { readonly [K: string]: { readonly places: readonly string[]; readonly codec: string } }

export function readFields<R>(
  fields: Readonly<Record<string, Field<R, unknown>>>,
  resource: R,
  report: Report,
): Record<string, unknown> | typeof unread {
  const value: Record<string, unknown> = {}
  let whole = true
  for (const key in fields) {
    const part = fields[key]!.get(resource, report)
    if (part === unread) whole = false
    else if (part !== undefined) value[key] = part
  }
  return whole ? value : unread
}

export function writeFields<R>(
  fields: Readonly<Record<string, Field<R, unknown>>>,
  value: Readonly<Record<string, unknown>>,
  onto: R,
): R {
  let resource = onto
  for (const key in fields) resource = fields[key]!.put(resource, value[key])
  return resource
}

/** A codec for an element with several parts: `shape<HumanName, Name>('name', (at) => ({ family: at.family.optional(text), … }))`. */
export function shape<Raw extends object, D extends object>(
  name: string,
  fields: (at: Place<Raw, Raw>) => FieldsOf<Raw, D>,
  blank?: Raw,
): Codec<Raw, D> {
  const table = fields(root<Raw>()) as unknown as Record<string, Field<Raw, unknown>>
  return {
    name,
    read(raw, report) {
      if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return cannot(report, 'expected an object')
      const value = readFields(table, raw, report)
      return value === unread ? unread : (value as D)
    },
    write: (value, prior) => writeFields(table, value as Record<string, unknown>, prior ?? blank ?? ({} as Raw)),
  }
}

/**
 * Several fields of one resource as one: a status that lives in two elements, a choice of types. Usually followed by `.as(codec)`.
 * It claims the places of all of them.
 */
export function together<F extends AnyFields>(fields: F): Field<ResourceOf<F>, Members<F>> {
  type R = ResourceOf<F>
  const table = fields as unknown as Record<string, Field<R, unknown>>
  const places = Object.values(table).flatMap((part) => part.places)
  return field<R, Members<F>>({
    path: commonPath(places),
    places,
    codec: `{ ${Object.entries(table)
      .map(([key, part]) => `${key}: ${part.codec}`)
      .join(', ')} }`,
    get: (resource, report) => readFields(table, resource, report) as Members<F> | typeof unread,
    put: (resource, value) => writeFields(table, (value ?? {}) as Record<string, unknown>, resource),
  })
}

function commonPath(places: readonly string[]): string {
  const [first = '', ...rest] = places.map((path) => path.split('.'))
  let length = first.length
  for (const path of rest)
    while (length > 0 && path.slice(0, length).join('.') !== (first as string[]).slice(0, length).join('.')) length--
  return length > 0 ? (first as string[]).slice(0, length).join('.') : places.join(' + ')
}
