/** Code tables of needs. */
import { needDomains } from '../../src/domain/need.ts'
import { codeTable } from '../../src/lens/code-table.ts'
import { localSystem } from '../shared/extension.ts'
import { snomed } from './systems.ts'

export const needDomain = codeTable(
  localSystem('need-domain'),
  needDomains.map((word) => [word, word] as const),
)

/** https://hl7.org/fhir/R4/valueset-condition-severity.html */
export const severity = codeTable(snomed, [
  ['255604002', 'mild'],
  ['6736007', 'moderate'],
  ['24484000', 'severe'],
])

const clinical = 'http://terminology.hl7.org/CodeSystem/condition-clinical'
/** https://hl7.org/fhir/R4/valueset-condition-clinical.html: what we write first, and what reads as the same. */
export const clinicalStatus = codeTable(clinical, [
  ['active', 'active'],
  ['recurrence', 'recurrence'],
  ['relapse', 'recurrence'],
  ['resolved', 'resolved'],
  ['remission', 'resolved'],
  ['inactive', 'inactive'],
])

export const verificationStatus = codeTable('http://terminology.hl7.org/CodeSystem/condition-ver-status', [
  ['unconfirmed', 'unconfirmed'],
  ['provisional', 'provisional'],
  ['differential', 'differential'],
  ['confirmed', 'confirmed'],
  ['refuted', 'refuted'],
  ['entered-in-error', 'entered-in-error'],
])
