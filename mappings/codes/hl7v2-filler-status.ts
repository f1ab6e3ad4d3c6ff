/** SCH-25 → the state of an appointment, as the v2-to-FHIR guide has it. https://terminology.hl7.org/CodeSystem-v2-0278.html */
import { codeTable } from '../../src/lens/code-table.ts'

export const fillerStatus = codeTable('http://terminology.hl7.org/CodeSystem/v2-0278', [
  ['PENDING', 'pending'],
  ['WAITLIST', 'waitlist'],
  ['BOOKED', 'booked'],
  ['OVERBOOK', 'booked'],
  ['STARTED', 'checked-in'],
  ['COMPLETE', 'fulfilled'],
  ['CANCELLED', 'cancelled'],
  ['DISCONTINUED', 'cancelled'],
  ['DELETED', 'entered-in-error'],
  ['NOSHOW', 'no-show'],
])
