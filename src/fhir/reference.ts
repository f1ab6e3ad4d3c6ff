/** References, read. https://hl7.org/fhir/R4/references.html and https://hl7.org/fhir/R4/http.html#trules */

export type ParsedReference =
  | { readonly kind: 'relative'; readonly type: string; readonly id: string; readonly version?: string }
  | {
      readonly kind: 'absolute'
      readonly url: string
      readonly base: string
      readonly type: string
      readonly id: string
      readonly version?: string
    }
  /** `Patient?identifier=…`: resolved by a search inside the commit. */
  | { readonly kind: 'conditional'; readonly type: string; readonly query: string }
  | { readonly kind: 'urn'; readonly urn: string }
  | { readonly kind: 'contained'; readonly id: string }
  /** An absolute URL that is no RESTful resource address, or no reference at all. */
  | { readonly kind: 'other'; readonly text: string }

export function parseReference(text: string): ParsedReference {
  throw new Error(`to be filled in: ${text}`)
}

/** Every `reference` string of a value, with its FHIRPath-like place. */
export function referencesIn(value: unknown): { readonly path: string; readonly reference: string }[] {
  throw new Error(`to be filled in: ${typeof value}`)
}
