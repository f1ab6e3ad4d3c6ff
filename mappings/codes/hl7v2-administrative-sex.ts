/**
 * PID-8 ↔ Patient.gender: HL7 table 0001 and administrative-gender.
 * https://build.fhir.org/ig/HL7/v2-to-fhir/ConceptMap-table-hl70001-to-administrative-gender.html
 */
import { codeTable } from '../../src/lens/code-table.ts'

export const administrativeSex = codeTable('http://terminology.hl7.org/CodeSystem/v2-0001', [
  ['F', 'female'],
  ['M', 'male'],
  ['O', 'other'],
  ['A', 'other'],
  ['N', 'other'],
  ['U', 'unknown'],
])
