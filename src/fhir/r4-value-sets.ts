/** The value sets that elements of R4 are bound to as required, as far as R4 itself tells their codes. https://hl7.org/fhir/R4/terminologies.html#required */
import { codes } from './generated/validate-codes.ts'

/** The codes of each system, by the value set's URL, with a version or without; undefined where it is none of these. */
export function codesOfR4(url: string): readonly (readonly [system: string, codes: readonly string[]])[] | undefined {
  const name = /^http:\/\/hl7\.org\/fhir\/ValueSet\/([^|/]+)/.exec(url)?.[1]
  return name !== undefined && Object.hasOwn(codes, name)
    ? Object.entries(codes[name]!).map(([system, list]) => [system, list.split(' ')])
    : undefined
}
