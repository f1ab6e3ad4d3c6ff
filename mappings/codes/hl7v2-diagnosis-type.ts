/**
 * DG1-6 ↔ what a diagnosis is to the visit: HL7 table 0052. The v2-to-FHIR guide maps only `A`; a final diagnosis at discharge is a
 * discharge diagnosis, which of several is the principal one says DG1-15.
 */
import { codeTable } from '../../src/lens/code-table.ts'

export const diagnosisType = codeTable('http://terminology.hl7.org/CodeSystem/v2-0052', [
  ['A', 'admitting'],
  ['W', 'working'],
  ['F', 'final'],
])
