/** Fields made of fields: what stands in two places, what is only looked at, what is one of a list. */
import type { Extension } from '@medplum/fhirtypes'
import { leave, onward } from '../../src/lens/bound.ts'
import { asCoding, asConcept, type CodeTable } from '../../src/lens/code-table.ts'
import { type Codec, type Report, silently, type Unread, unread } from '../../src/lens/codec.ts'
import { idOf } from '../../src/lens/codecs.ts'
import { type Field, field } from '../../src/lens/field.ts'
import { first } from '../../src/lens/head.ts'
import type { ListPlace, Place } from '../../src/lens/place.ts'
import type { Plan, Slots } from '../../src/lens/plan.ts'
import { type FieldsOf, inside, shape } from '../../src/lens/shape.ts'

export { first } from '../../src/lens/head.ts'

/** One value that FHIR writes in two places. The first is believed where both speak; a new value is written in both. */
export function mirrored<R, A>(first: Field<R, A>, second: Field<R, A>): Field<R, A> {
  return field<R, A>({
    path: first.path,
    places: [...first.places, ...second.places],
    codec: first.codec,
    items: first.items,
    bind(plan) {
      const [one, other] = [first.bind(plan), second.bind(plan)]
      const make = (slots: Slots, value: A): void => {
        leave(one.make!, slots, value)
        leave(other.make!, slots, value)
      }
      return {
        source: undefined,
        read(slots, report) {
          const value = one.read(slots, report)
          return value === undefined || value === unread ? other.read(slots, report) : value
        },
        make: one.make === undefined || other.make === undefined ? undefined : make,
      }
    },
    put: (resource, value) => second.put(first.put(resource, value), value),
  })
}

/** A place that another row writes: here it is looked at and left alone. */
export const peek = <R, A>(at: Field<R, A>): Field<R, A> =>
  field<R, A>({
    path: at.path,
    places: [],
    codec: at.codec,
    bind: (plan) => ({ ...at.bind(plan), make: () => undefined }),
    put: (resource) => resource,
  })

export interface Removable<R> {
  readonly path: string
  readonly places: readonly string[]
  readonly bind: (plan: Plan) => { readonly read: (slots: Slots, report: Report) => unknown }
  readonly put: (resource: R, value: undefined) => R
}

/** The type of a choice that we know: writing it takes the others away, reading leaves them be, and says so. */
export const instead = <R, A>(known: Field<R, A | undefined>, ...others: readonly Removable<R>[]): Field<R, A | undefined> =>
  field<R, A | undefined>({
    path: known.path,
    places: [known, ...others].flatMap(({ places }) => places),
    codec: known.codec,
    bind(plan) {
      const { read, make } = known.bind(plan)
      const unknown = others.map((one) => ({ path: one.path, read: one.bind(plan).read }))
      return {
        source: undefined,
        make,
        read(slots, report) {
          const value = read(slots, report)
          const other = value === undefined ? unknown.find((one) => one.read(slots, silently) !== undefined) : undefined
          if (other) report.push({ path: other.path, message: 'of a type that is not read here', severity: 'warning' })
          return value
        },
      }
    },
    put(resource, value) {
      const alone = value === undefined ? resource : others.reduce((so, other) => other.put(so, undefined), resource)
      return known.put(alone, value)
    },
  })

/** A field at the same places, whose value is made of another's, and the other way round. */
const turned = <R, A, B>(
  of: Field<R, A>,
  on: (value: A | Unread) => B | Unread,
  back: (value: B) => A,
  absence?: 'optional',
): Field<R, B> =>
  field<R, B>({
    path: of.path,
    places: of.places,
    codec: of.codec,
    bind: (plan) => onward(of.bind(plan), on, back, absence),
    put: (resource, value) => of.put(resource, back(value)),
  })

/** A list as a value of its own: absent when it is empty. */
export const some = <R, B>(items: Field<R, readonly B[]>): Field<R, readonly B[] | undefined> =>
  turned<R, readonly B[], readonly B[] | undefined>(
    items,
    (values) => (values === unread || values.length > 0 ? values : undefined),
    (values) => values ?? [],
    'optional',
  )

/** A list that FHIR leaves out when it is empty. */
export const listed = <R, B>(items: Field<R, readonly B[] | undefined>): Field<R, readonly B[]> =>
  turned<R, readonly B[] | undefined, readonly B[]>(
    items,
    (values) => values ?? [],
    (values) => (values.length > 0 ? values : undefined),
  )

/** A list of at most one, where FHIR has room for no more. */
export const single = <R, B>(item: Field<R, B | undefined>): Field<R, readonly B[]> =>
  listed(
    turned<R, B | undefined, readonly B[] | undefined>(
      item,
      (value) => (value === undefined || value === unread ? (value as undefined) : [value as B]),
      (values) => values?.[0],
    ),
  )

interface ReferenceLike {
  reference?: string
}

/** The ids of a list's references to one type; references to other types are left alone. */
export const idsIn = <R, E extends ReferenceLike>(references: ListPlace<R, E>, type: string): Field<R, readonly string[]> =>
  references.each(idOf<E>(type), {
    by: (id) => id,
    only: { label: type, test: (item) => item.reference?.startsWith(`${type}/`) === true },
  })

/** The one reference of a list to this type. */
export const idIn = <R, E extends ReferenceLike>(references: ListPlace<R, E>, type: string): Field<R, string | undefined> =>
  first(idsIn(references, type))

/** An element of which one member is the value; what else it needs is in `blank`. */
export const holding = <Raw extends object, V>(member: (at: Place<Raw, Raw>) => Field<Raw, V>, blank: Raw): Codec<Raw, V> =>
  inside(
    shape<Raw, { value: V }>('element', (at) => ({ value: member(at) }) as FieldsOf<Raw, { value: V }>, blank),
    'value',
  )

/** Claims the extensions of one url. */
export const withUrl = (url: string) => ({
  label: url.slice(url.lastIndexOf('/') + 1),
  test: (item: Extension): boolean => item.url === url,
})

/** The extensions of one url whose value this is, as a list. */
export const valuesOf = <R, V>(
  extensions: ListPlace<R, Extension>,
  url: string,
  value: (at: Place<Extension, Extension>) => Field<Extension, V>,
): Field<R, readonly V[]> =>
  extensions.each(holding<Extension, V>(value, { url }), {
    by: (one) => JSON.stringify(one),
    only: withUrl(url),
  })

interface CodingLike {
  readonly system?: string
  readonly code?: string
}

/** The coding of a list that is in the table; the others are somebody else's. */
export const oneCoding = <R, E extends CodingLike, T extends string>(
  codings: ListPlace<R, E>,
  label: string,
  table: CodeTable<T>,
) =>
  first(
    codings.each(asCoding<T, E>(table), {
      by: (term) => term,
      only: { label, test: ({ code, system = '' }) => table.termOf(code, system) !== undefined },
    }),
  )

/** The concept of a list that has a coding in the table; the others are somebody else's. */
export const oneConcept = <R, E extends { readonly coding?: readonly CodingLike[] }, T extends string>(
  concepts: ListPlace<R, E>,
  label: string,
  table: CodeTable<T>,
  codec: Codec<E, T> = asConcept<T, E>(table),
) =>
  first(
    concepts.each(codec, {
      by: (term) => term,
      only: {
        label,
        test: ({ coding }) => coding?.some(({ code, system = '' }) => table.termOf(code, system) !== undefined) === true,
      },
    }),
  )

type Members<T> = { readonly [K in keyof T]-?: object extends Pick<T, K> ? T[K] | undefined : T[K] }
/** What `together` gathers, as an object in which what is absent is left out. */
export const record = <T extends object>(name: string): Codec<Members<T>, T> => ({
  name,
  read: (raw) => raw as T,
  write: (value) => value as Members<T>,
})
