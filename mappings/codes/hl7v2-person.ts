/** Codes of names, addresses and telephones, as the v2-to-FHIR guide maps them. https://build.fhir.org/ig/HL7/v2-to-fhir/ */
import { codeTable } from '../../src/lens/code-table.ts'

/** XPN.7, HL7 table 0200 ↔ HumanName.use */
export const nameType = codeTable('http://terminology.hl7.org/CodeSystem/v2-0200', [
  ['L', 'official'],
  ['R', 'official'],
  ['D', 'usual'],
  ['N', 'nickname'],
  ['M', 'maiden'],
  ['MSK', 'anonymous'],
  ['TEMP', 'temp'],
  ['NAV', 'temp'],
  ['BAD', 'old'],
])

/** XAD.7, HL7 table 0190 ↔ Address.use */
export const addressType = codeTable('http://terminology.hl7.org/CodeSystem/v2-0190', [
  ['H', 'home'],
  ['B', 'work'],
  ['O', 'work'],
  ['C', 'temp'],
  ['BI', 'billing'],
  ['BA', 'old'],
])

/** XTN.2, HL7 table 0201 ↔ ContactPoint.use */
export const telecomUse = codeTable('http://terminology.hl7.org/CodeSystem/v2-0201', [
  ['PRN', 'home'],
  ['WPN', 'work'],
  ['PRS', 'mobile'],
])

/** XTN.3, HL7 table 0202 ↔ ContactPoint.system; CP says mobile besides */
export const telecomEquipment = codeTable('http://terminology.hl7.org/CodeSystem/v2-0202', [
  ['PH', 'phone'],
  ['CP', 'phone'],
  ['FX', 'fax'],
  ['BP', 'pager'],
  ['INTERNET', 'email'],
  ['X.400', 'email'],
  ['MD', 'other'],
  ['SAT', 'other'],
  ['TDD', 'other'],
  ['TTY', 'other'],
])

/** Codes of these tables that FHIR has no word for: known, and left unsaid. */
export const unmappedPersonCodes: ReadonlySet<string> = new Set([
  ...['A', 'B', 'C', 'F', 'I', 'K', 'NB', 'NOUSE', 'P', 'REL', 'S', 'T', 'U'].map((code) => `v2-0200|${code}`),
  ...['N', 'BDL', 'BR', 'F', 'L', 'M', 'P', 'RH', 'S', 'SH', 'TM', 'V'].map((code) => `v2-0190|${code}`),
  ...['ORN', 'VHN', 'ASN', 'EMR', 'NET', 'BPN'].map((code) => `v2-0201|${code}`),
])
