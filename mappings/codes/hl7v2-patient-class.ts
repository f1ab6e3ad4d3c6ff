/**
 * PV1-2 ↔ Encounter.class: HL7 table 0004 and v3-ActCode, as the v2-to-FHIR guide has it.
 * https://build.fhir.org/ig/HL7/v2-to-fhir/ConceptMap-table-hl70004-to-v3-ActCode.html
 */
import { codeTable } from '../../src/lens/code-table.ts'

export const patientClass = codeTable('http://terminology.hl7.org/CodeSystem/v2-0004', [
  ['E', 'EMER'],
  ['I', 'IMP'],
  ['O', 'AMB'],
  ['P', 'PRENC'],
])

/** The codes of table 0004 that v3-ActCode has no word for: recurring, obstetrics, commercial account, not applicable, unknown. */
export const unmappedPatientClasses: ReadonlySet<string> = new Set(['R', 'B', 'C', 'N', 'U'])
