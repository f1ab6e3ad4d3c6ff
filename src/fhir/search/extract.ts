/** Index values of a resource: every search parameter of its type from the official R4 definitions. */
import type { Sink } from './index-row.ts'

/** Hands every index value of the resource to the sink. References must have been resolved before. Never throws on odd content. */
export function extract(resource: object, sink: Sink): void {
  throw new Error(`to be filled in: ${typeof resource} ${typeof sink}`)
}

/**
 * Ids of the patients whose compartment the resource belongs to, without repeats; a Patient belongs to its own.
 * https://hl7.org/fhir/R4/compartmentdefinition-patient.html
 */
export function compartments(resource: object): string[] {
  throw new Error(`to be filled in: ${typeof resource}`)
}
