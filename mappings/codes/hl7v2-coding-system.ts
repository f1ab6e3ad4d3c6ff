/**
 * CWE.3 ↔ Coding.system: names of coding systems, HL7 table 0396. https://terminology.hl7.org/CodeSystem-v2-0396.html
 * "I10" alone means ICD-10-CM here: hospitals in the United States code diagnoses in nothing else.
 */
import { type CodeTable, codeTable } from '../../src/lens/code-table.ts'

export const icd10 = 'http://hl7.org/fhir/sid/icd-10-cm'
export const icd9 = 'http://hl7.org/fhir/sid/icd-9-cm'
const snomed = 'http://snomed.info/sct'

export const codingSystem: CodeTable<string> = codeTable('http://terminology.hl7.org/CodeSystem/v2-0396', [
  ['I10C', icd10],
  ['I10', icd10],
  ['ICD10', icd10],
  ['ICD-10', icd10],
  ['ICD10CM', icd10],
  ['ICD-10-CM', icd10],
  ['I9CDX', icd9],
  ['I9C', icd9],
  ['I9', icd9],
  ['ICD9', icd9],
  ['ICD-9', icd9],
  ['ICD9CM', icd9],
  ['ICD-9-CM', icd9],
  ['SCT', snomed],
  ['SNOMED', snomed],
  ['SNOMED-CT', snomed],
  ['LN', 'http://loinc.org'],
  ['LOINC', 'http://loinc.org'],
  ['C4', 'http://www.ama-assn.org/go/cpt'],
  ['CPT4', 'http://www.ama-assn.org/go/cpt'],
  ['NUBC', 'https://www.nubc.org/CodeSystem/PatDischargeStatus'],
])
