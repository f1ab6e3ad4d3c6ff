/**
 * A field reads one domain value out of a resource and writes it back, leaving all else as it was.
 *
 * GetPut holds by construction: writing what is already there returns the same object, so that no version is made of it.
 */
import { type Bound, decoded } from './bound.ts'
import { type Codec, isUnread, type Report, silently, type Unread } from './codec.ts'
import { equal } from './equal.ts'
import { type Plan, planOf } from './plan.ts'

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
  /** `put` for a value that is known to be another than what stands there. */
  readonly set: (resource: R, value: A) => R
  readonly bind: (plan: Plan) => Bound<A>
  /** The same field with an owner of its own. */
  readonly ownedBy: (owner: Owner) => Field<R, A>
  /** Reads on through a codec; what is absent is an error. */
  readonly as: <B>(codec: Codec<NonNullable<A>, B>) => Field<R, B>
  /** Reads on through a codec; what is absent stays absent, and what cannot be read is left alone with a warning. */
  readonly optional: <B>(codec: Codec<NonNullable<A>, B>) => Field<R, B | undefined>
}

interface Described<R, A> {
  readonly path: string
  readonly places: readonly string[]
  readonly owner?: Owner | undefined
  readonly codec?: string
  readonly items?: Field<R, A>['items']
  readonly put: (resource: R, value: A) => R
}
/** How a field reads: in one walk with the rows of its table, or by itself. */
type Reads<R, A> =
  | { readonly bind: (plan: Plan) => Bound<A>; readonly get?: Field<R, A>['get'] }
  | { readonly get: Field<R, A>['get'] }
type FieldParts<R, A> = Described<R, A> & Reads<R, A>

export function field<R, A>(parts: FieldParts<R, A>): Field<R, A> {
  const { path, places, owner, codec = '', items, put: set } = parts
  const bind =
    'bind' in parts
      ? parts.bind
      : (): Bound<A> => ({ source: undefined, make: undefined, read: (slots, report) => get(slots[0] as R, report) })
  const get = parts.get ?? alone(bind)
  const through = <B>(next: Codec<NonNullable<A>, B>, optional: boolean): Field<R, B | undefined> =>
    field<R, B | undefined>({
      path,
      places,
      owner,
      codec: codec === '' ? next.name : `${codec} · ${next.name}`,
      bind: (plan) => decoded(bind(plan), next, priorIn(get, plan.blank as R), optional ? 'optional' : 'required', path),
      put: (resource, value) =>
        set(resource, value === undefined ? (value as A) : (next.write(value, priorIn(get, resource)) as A)),
    })
  return {
    path,
    places,
    owner,
    codec,
    items,
    get,
    put(resource, value) {
      const now = get(resource, silently)
      return !isUnread(now) && equal(now, value) ? resource : set(resource, value)
    },
    set,
    bind,
    ownedBy: (next) => field({ ...parts, owner: next }),
    as: <B>(next: Codec<NonNullable<A>, B>) => through(next, false) as unknown as Field<R, B>,
    optional: (next) => through(next, true),
  }
}

/** A table of this one field. */
function alone<R, A>(bind: (plan: Plan) => Bound<A>): Field<R, A>['get'] {
  let plan: Plan | undefined
  let bound: Bound<A>
  return (resource, report) => {
    if (plan === undefined) {
      plan = planOf(undefined)
      bound = bind(plan)
    }
    return bound.read(plan.slots(resource), report)
  }
}

function priorIn<R, A>(get: Field<R, A>['get'], resource: R): NonNullable<A> | undefined {
  const prior = get(resource, silently)
  return isUnread(prior) ? undefined : (prior ?? undefined)
}
