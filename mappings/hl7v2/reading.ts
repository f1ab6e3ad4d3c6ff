/** What a message is about, a visit, a person, an appointment or results, and its reading. */
import { fail, type Result } from '../../src/domain/problem.ts'
import type { V2Message } from '../../src/hl7v2/message.ts'
import type { Table } from '../../src/lens/mapping.ts'
import { foreignVersion, readAdt } from './adt.ts'
import type { AdtReading, ConnectionFacts } from './adt-reading.ts'
import { isAboutPerson, type PersonReading, readPerson } from './person-message.ts'
import { isResultMessage, type ResultsReading, readResults } from './results.ts'
import { isSchedule, readSchedule, type ScheduleReading } from './schedule.ts'

export const v2Table: Table = { name: 'hl7v2', version: 1 }

export type V2Reading = AdtReading | PersonReading | ScheduleReading | ResultsReading

/** Is it about a person alone? */
export const isPerson = (reading: V2Reading): reading is PersonReading => 'people' in reading

/** Is it about an appointment? */
export const isAppointment = (reading: V2Reading): reading is ScheduleReading => 'appointment' in reading

/** Is it about a stay? */
export const isVisit = (reading: V2Reading): reading is AdtReading => 'event' in reading

export function readV2(message: V2Message, connection?: ConnectionFacts): Result<V2Reading> {
  const foreign = foreignVersion(message)
  if (foreign.length > 0) return fail('not-supported', 'Messages of this version are not taken.', { issues: foreign })
  if (isResultMessage(message)) return readResults(message, connection)
  if (isSchedule(message)) return readSchedule(message, connection)
  return isAboutPerson(message) ? readPerson(message, connection) : readAdt(message, connection)
}
