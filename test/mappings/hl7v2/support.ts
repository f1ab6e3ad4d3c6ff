import { readAdt } from '../../../mappings/hl7v2/adt.ts'
import type { AdtReading, ConnectionFacts } from '../../../mappings/hl7v2/adt-reading.ts'
import type { Problem } from '../../../src/domain/problem.ts'
import { readMessage } from '../../../src/hl7v2/message.ts'
import { bytes, type Changes, dischargeMessage } from '../../support/hl7v2.ts'

/** St. Brendan's in Toledo, as its connection knows it. */
export const stBrendan: ConnectionFacts = {
  timeZone: 'America/New_York',
  assigningAuthorities: { STB: 'https://stbrendan.example/mrn' },
  facility: { id: 'org-stbrendan' },
}

function result(changes: Changes | string, connection?: ConnectionFacts) {
  const message = readMessage(bytes(typeof changes === 'string' ? changes : dischargeMessage(changes)))
  return message.ok ? readAdt(message.value, connection) : message
}

/** The reading of the usual discharge with some fields changed. */
export function reading(changes: Changes | string = {}, connection: ConnectionFacts | undefined = stBrendan): AdtReading {
  const read = result(changes, connection)
  if (!read.ok) throw new Error(JSON.stringify(read.problem))
  return read.value
}

/** The same from a sender that no connection claims. */
export function unclaimed(changes: Changes | string = {}): AdtReading {
  const read = result(changes)
  if (!read.ok) throw new Error(JSON.stringify(read.problem))
  return read.value
}

export function refusal(changes: Changes | string): Problem {
  const read = result(changes, stBrendan)
  if (read.ok) throw new Error('was read')
  return read.problem
}

/** Places of what was odd. */
export const odd = (from: AdtReading): readonly (string | undefined)[] => from.issues.map((issue) => issue.path)
