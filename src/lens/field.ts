/**
 * A field reads one domain value out of a resource and writes it back, leaving all else as it was.
 *
 * GetPut holds by construction: writing what is already there returns the same object, so that no version is made of it.
 */
import { type Codec, type Report, silently, tolerate, type Unread, unread, within } from './codec.ts'
import { equal } from './equal.ts'

/** Who has the last word on a field when both sides changed it (see `merge.ts`). */
export type Owner = 'coordination' | 'partner' | 'shared'

export interface Field<R, A> {
  /** FHIRPath of the place, as it stands in an issue's expression. */
  readonly path: string
  /** All places it writes: no two rows of a mapping may write one place. */
  readonly places: readonly string[]
  readonly owner: Owner | undefined
  /** Names of the codecs on the way, for documentation. */
  readonly codec: string
  /** For lists: what tells one item from another, in words and as a function. */
  readonly items?: { readonly by: string; readonly keyOf: (item: unknown) => string } | undefined
  readonly get: (resource: R, report: Report) => A | Unread
  readonly put: (resource: R, value: A) => R
  /** `put` on what is being made afresh and belongs to nobody yet: it may write in place. */
  readonly fill: (resource: R, value: A) => R
  /** The same field with an owner of its own. */
  readonly ownedBy: (owner: Owner) => Field<R, A>
  /** Reads on through a codec; what is absent is an error. */
  readonly as: <B>(codec: Codec<NonNullable<A>, B>) => Field<R, B>
  /** Reads on through a codec; what is absent stays absent, and what cannot be read is left alone with a warning. */
  readonly optional: <B>(codec: Codec<NonNullable<A>, B>) => Field<R, B | undefined>
}

export interface FieldParts<R, A> {
  readonly path: string
  readonly places: readonly string[]
  readonly owner?: Owner | undefined
  readonly codec?: string
  readonly items?: Field<R, A>['items']
  readonly get: (resource: R, report: Report) => A | Unread
  readonly put: (resource: R, value: A) => R
  readonly fill?: (resource: R, value: A) => R
}

export function field<R, A>(parts: FieldParts<R, A>): Field<R, A> {
  const { path, places, owner, codec = '', items, get, fill = parts.put } = parts
  const put = (resource: R, value: A): R => {
    const now = get(resource, silently)
    return now !== unread && equal(now, value) ? resource : parts.put(resource, value)
  }
  const through = <B>(next: Codec<NonNullable<A>, B>, optional: boolean): Field<R, B | undefined> =>
    field<R, B | undefined>({
      path,
      places,
      owner,
      codec: codec === '' ? next.name : `${codec} · ${next.name}`,
      get(resource, report) {
        const from = report.length
        const raw = get(resource, report)
        if (raw === undefined || raw === null) {
          if (!optional) report.push({ path, message: 'is required here' })
          return optional ? undefined : unread
        }
        const here = report.length
        const value = raw === unread ? unread : next.read(raw as NonNullable<A>, report)
        within(path, report, here)
        if (value !== unread) return value
        if (!optional) return unread
        tolerate(report, from)
        return undefined
      },
      put(resource, value) {
        if (value === undefined) return parts.put(resource, undefined as A)
        const prior = get(resource, silently)
        return parts.put(resource, next.write(value, prior === unread ? undefined : (prior ?? undefined)) as A)
      },
      fill(resource, value) {
        if (value === undefined) return resource
        const prior = get(resource, silently)
        return fill(resource, next.write(value, prior === unread ? undefined : (prior ?? undefined)) as A)
      },
    })
  return {
    path,
    places,
    owner,
    codec,
    items,
    get,
    put,
    fill,
    ownedBy: (next) => field({ ...parts, owner: next }),
    as: <B>(next: Codec<NonNullable<A>, B>) => through(next, false) as unknown as Field<R, B>,
    optional: (next) => through(next, true),
  }
}
