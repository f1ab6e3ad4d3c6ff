/** References of ours, looked at. */
import { literalTo } from '../lens/literal.ts'

type Ref = { readonly id: string; readonly type?: string | undefined } | { readonly external: object }

/** The type that a reference names; undefined where it is the one that goes without saying. */
export const typeOf = (ref: Extract<Ref, { id: string }>): string | undefined => ref.type

/** The id behind a reference to the type that goes without saying. */
export const plainId = (ref: Ref | undefined): string | undefined =>
  ref !== undefined && 'id' in ref && ref.type === undefined ? ref.id : undefined

/** The id in `Type/id`, a reference or its text; undefined for another type, a version, or an address elsewhere. */
export const idIn = (reference: string | { readonly reference?: string } | undefined, type: string): string | undefined =>
  literalTo(type, typeof reference === 'object' ? reference.reference : reference)

/** Type and id of `Type/id`, or of a version of it; empty where it says none. */
export function targetOf(reference = ''): { readonly type: string; readonly id: string } {
  const [type = '', id = ''] = reference.split('/')
  return { type, id }
}

/** `Type/id`; undefined for what somebody else wrote. */
export const referenceTo = (ref: Ref | undefined, first: string): string | undefined =>
  ref !== undefined && 'id' in ref ? `${ref.type ?? first}/${ref.id}` : undefined
