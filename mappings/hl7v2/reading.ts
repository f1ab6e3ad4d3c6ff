/** What a message is about, a visit or a person, and its reading. */
import type { Result } from '../../src/domain/problem.ts'
import type { V2Message } from '../../src/hl7v2/message.ts'
import { readAdt } from './adt.ts'
import type { AdtReading, ConnectionFacts } from './adt-reading.ts'
import { isAboutPerson, type PersonReading, readPerson } from './person-message.ts'

export type V2Reading = AdtReading | PersonReading

/** Is it about a person alone? */
export const isPerson = (reading: V2Reading): reading is PersonReading => 'people' in reading

export const readV2 = (message: V2Message, connection?: ConnectionFacts): Result<V2Reading> =>
  isAboutPerson(message) ? readPerson(message, connection) : readAdt(message, connection)
