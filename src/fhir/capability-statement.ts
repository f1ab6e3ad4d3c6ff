/** What the server can do, rendered from the tables that route and search. https://hl7.org/fhir/R4/capabilitystatement.html */

export interface CapabilityFacts {
  /** Public base URL, without trailing slash. */
  readonly base: string
  /** Version of this software. */
  readonly version: string
  /** When this statement last changed: FHIR dateTime. */
  readonly date: string
}

export function capabilityStatement(facts: CapabilityFacts): object {
  throw new Error(`to be filled in: ${facts.base}`)
}
