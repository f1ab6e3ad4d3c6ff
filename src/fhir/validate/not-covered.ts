/**
 * What R4 demands with severity error and this validator does not ask, with the reason. Invariants of severity warning (con-3, dom-6 …)
 * never refuse and are not asked either; nor the types that canonicals may be of, nor those of what a
 * reference leads to where neither itself nor what is around it tells.
 */

/** Invariants, by key. */
export const notCovered: Readonly<Record<string, string>> = {
  'eld-11': 'As written (a count of truth values) it is true of every element.',
}

/** Required bindings, by value set. */
export const notEnumerable: Readonly<Record<string, string>> = {
  'http://hl7.org/fhir/ValueSet/mimetypes': 'BCP 13 is open: every registered media type and every x- type.',
  'http://hl7.org/fhir/ValueSet/currencies': 'ISO 4217 is not part of the R4 definitions.',
  'http://hl7.org/fhir/ValueSet/ucum-units': 'UCUM is a grammar; it needs a terminology service.',
  'http://loinc.org/vs/LL379-9': 'A LOINC answer list; it needs a terminology service.',
}
