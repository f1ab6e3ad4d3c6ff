/**
 * References. Changing the target drops what was said of the old one (display, identifier, type); the element's id and extensions stay.
 * https://hl7.org/fhir/R4/references.html
 */
import { type Codec, cannot } from './codec.ts'
import { literal, literalTo } from './literal.ts'
import { hangingOn } from './sibling.ts'

interface ReferenceLike {
  readonly reference?: string
  readonly identifier?: { readonly system?: string; readonly value?: string }
  readonly display?: string
  readonly type?: string
}

const pointing = <Raw extends ReferenceLike>(reference: string, prior: Raw | undefined): Raw =>
  prior?.reference === reference ? prior : ({ ...hangingOn(prior), reference } as Raw)

/** A literal reference to one type as the id alone: `Patient/p1` ↔ `p1`. https://hl7.org/fhir/R4/references.html#literal */
export function idOf<Raw extends ReferenceLike>(type: string): Codec<Raw, string> {
  return {
    name: `id of ${type}`,
    read: ({ reference }, report) => literalTo(type, reference) ?? cannot(report, `expected a reference to a ${type} here`),
    write: (id, prior) => pointing(`${type}/${id}`, prior),
  }
}

/** A reference as the domain writes it: an id of ours, or what somebody else wrote. `type` is left out where it is the first allowed. */
export type Ref = { readonly id: string; readonly type?: string | undefined } | { readonly external: External }

interface External<T extends string = string> {
  readonly system?: string | undefined
  readonly value?: string | undefined
  readonly resourceType?: T | undefined
  readonly url?: string | undefined
  readonly display?: string | undefined
}

/** A `Ref` to one of these types, as `RefTo` of the kernel describes it. */
export type RefOf<First extends string, Other extends string> =
  | { readonly id: string; readonly type?: Other | undefined }
  | { readonly external: External<First | Other> }

/**
 * A reference to one of several types; what is no literal relative reference is kept as `external`. A type that it says and that is none of
 * them is left where it stands.
 */
export function refTo<Raw extends ReferenceLike, const First extends string, const Other extends string = never>(
  first: First,
  ...others: readonly Other[]
): Codec<Raw, RefOf<First, Other>> {
  const allowed: readonly string[] = [first, ...others]
  const isAllowed = (type: string | undefined): type is First | Other => type !== undefined && allowed.includes(type)
  return {
    name: `reference to ${allowed.join(' | ')}`,
    read(raw, report) {
      const here = literal(raw.reference)
      if (here && isAllowed(here.type)) return here.type === first ? { id: here.id } : (here as RefOf<First, Other>)
      const external = {
        ...(raw.identifier?.system !== undefined && { system: raw.identifier.system }),
        ...(raw.identifier?.value !== undefined && { value: raw.identifier.value }),
        ...(isAllowed(raw.type) && { resourceType: raw.type }),
        ...(raw.reference !== undefined && { url: raw.reference }),
        ...(raw.display !== undefined && { display: raw.display }),
      }
      return Object.keys(external).length > 0 ? { external } : cannot(report, 'expected a reference')
    },
    write(ref, prior) {
      if ('id' in ref) return pointing(`${ref.type ?? first}/${ref.id}`, prior)
      const { system, value, resourceType, url, display } = ref.external
      const identifier = { ...(system !== undefined && { system }), ...(value !== undefined && { value }) }
      const { reference: _, type: __, identifier: ___, display: ____, ...others } = prior ?? ({} as Raw)
      const isSame = prior !== undefined && prior.reference === url && sameIdentifier(prior, identifier)
      return {
        ...(isSame ? others : hangingOn(prior)),
        ...(isSame && !isAllowed(prior.type) && prior.type !== undefined && { type: prior.type }),
        ...(url !== undefined && { reference: url }),
        ...(resourceType !== undefined && { type: resourceType }),
        ...(Object.keys(identifier).length > 0 && { identifier: isSame ? prior.identifier : identifier }),
        ...(display !== undefined && { display }),
      } as unknown as Raw
    },
  }
}

const sameIdentifier = (prior: ReferenceLike, next: { system?: string; value?: string }): boolean =>
  prior.identifier?.system === next.system && prior.identifier?.value === next.value
