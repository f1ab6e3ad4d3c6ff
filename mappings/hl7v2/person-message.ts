/**
 * ADT messages about a person, not a visit: added (A28), changed (A31), two records that are one (A40).
 * https://build.fhir.org/ig/HL7/v2-to-fhir/ConceptMap-message-adt-a40-to-bundle.html
 */
import type { Identifier } from '../../src/domain/kernel.ts'
import { fail, type Issue, ok, type Result } from '../../src/domain/problem.ts'
import type { AnswerIssue } from '../../src/hl7v2/acknowledge.ts'
import type { V2Message } from '../../src/hl7v2/message.ts'
import { readerFor } from './adt.ts'
import type { ConnectionFacts, PatientReading } from './adt-reading.ts'
import { identifier } from './datatypes.ts'
import { patient } from './patient.ts'
import { each } from './reader.ts'

const changes: Readonly<Record<string, 'update' | 'merge'>> = { A28: 'update', A31: 'update', A40: 'merge' }

export interface PersonReading {
  readonly change: 'update' | 'merge'
  readonly test: boolean
  readonly issues: readonly Issue[]
  /** `formerly`: for a merge, the identifiers of the record that is no more. */
  readonly people: readonly { readonly patient: PatientReading; readonly formerly: readonly Identifier[] }[]
}

const triggerOf = (message: V2Message): string | undefined =>
  message.header.trigger ?? message.segment('EVN')?.text(1)?.toUpperCase()

export const isAboutPerson = (message: V2Message): boolean =>
  message.header.type === 'ADT' && Object.hasOwn(changes, triggerOf(message) ?? '')

const usable = ({ system, value }: Identifier): boolean => system !== undefined && value !== undefined

/** Fails `unreadable` with all that is missing. */
export function readPerson(message: V2Message, connection?: ConnectionFacts): Result<PersonReading> {
  const change = changes[triggerOf(message)!]!
  const by = readerFor(message, connection)
  const pids = message.segments('PID')
  const merged = message.segments('MRG')
  const people = pids.map((pid, i) => ({ patient: patient(pid, by), formerly: each(merged[i], 1, identifier, by) }))
  const missing: AnswerIssue[] = []
  if (message.header.controlId === undefined)
    missing.push({ path: 'MSH-10', message: 'the message control id is missing', condition: '101' })
  if (pids.length === 0) missing.push({ path: 'PID', message: 'the segment is missing', condition: '100' })
  if (people.some((one) => !one.patient.identifiers.some(usable)))
    missing.push({ path: 'PID-3', message: 'no patient identifier has an assigning authority', condition: '101' })
  if (change === 'merge' && people.some(({ formerly }) => !formerly.some(usable)))
    missing.push({ path: 'MRG-1', message: 'no former identifier has an assigning authority', condition: '101' })
  if (missing.length > 0) return fail('unreadable', 'The message lacks what a person cannot be told by.', { issues: missing })
  const { processing } = message.header
  return ok({ change, test: processing === 'T' || processing === 'D', issues: [...message.issues, ...by.issues], people })
}
