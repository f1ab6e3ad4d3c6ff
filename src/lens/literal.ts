/** Literal references, relative and of no version: `Patient/p1`. https://hl7.org/fhir/R4/references.html#literal */

/** Type and id of `Type/id`; undefined for a version, an absolute address, and what is no reference at all. */
export function literal(reference: unknown): { readonly type: string; readonly id: string } | undefined {
  if (typeof reference !== 'string') return undefined
  const slash = reference.indexOf('/')
  if (slash <= 0 || slash === reference.length - 1 || reference.includes('/', slash + 1)) return undefined
  return { type: reference.slice(0, slash), id: reference.slice(slash + 1) }
}

/** The id in a literal reference to this type; undefined for any other. */
export function literalTo(type: string, reference: unknown): string | undefined {
  const start = type.length + 1
  if (typeof reference !== 'string' || reference.length === start || reference[start - 1] !== '/') return undefined
  return reference.startsWith(type) && !reference.includes('/', start) ? reference.slice(start) : undefined
}
