/** Why somebody comes. https://terminology.hl7.org/CodeSystem-v2-0276.html */
import { codeTable } from '../../src/lens/code-table.ts'

export const appointmentKind = codeTable('http://terminology.hl7.org/CodeSystem/v2-0276', [
  ['CHECKUP', 'check-up'],
  ['EMERGENCY', 'emergency'],
  ['FOLLOWUP', 'follow-up'],
  ['ROUTINE', 'routine'],
  ['WALKIN', 'walk-in'],
])
