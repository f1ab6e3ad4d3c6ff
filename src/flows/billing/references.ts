/** References of ours, looked at. */

type Ref = { readonly id: string; readonly type?: string | undefined } | { readonly external: object }

/** The type that a reference names; undefined where it is the one that goes without saying. */
export const typeOf = (ref: Extract<Ref, { id: string }>): string | undefined => ref.type

/** The id behind a reference to the type that goes without saying. */
export const plainId = (ref: Ref | undefined): string | undefined =>
  ref !== undefined && 'id' in ref && ref.type === undefined ? ref.id : undefined

/** The id in `Type/id`. */
export function idIn(reference: { readonly reference?: string } | undefined, type: string): string | undefined {
  const [of, id, ...more] = (reference?.reference ?? '').split('/')
  return of === type && id !== undefined && more.length === 0 ? id : undefined
}

/** `Type/id`; undefined for what somebody else wrote. */
export const referenceTo = (ref: Ref | undefined, first: string): string | undefined =>
  ref !== undefined && 'id' in ref ? `${ref.type ?? first}/${ref.id}` : undefined
