/** Logical Observation Identifiers, Names and Codes. https://loinc.org */
export const loinc = 'http://loinc.org'
