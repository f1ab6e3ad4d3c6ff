/**
 * ORU^R01 → results by order: which were asked for together (OBR), and each one's value (OBX).
 * https://build.fhir.org/ig/HL7/v2-to-fhir/ConceptMap-message-oru-r01-to-bundle.html
 */
import type { Observation } from '@medplum/fhirtypes'
import type { Concept, Identifier } from '../../src/domain/kernel.ts'
import { fail, type Issue, ok, type Result } from '../../src/domain/problem.ts'
import type { ResultValue } from '../../src/domain/screening-results.ts'
import type { AnswerIssue } from '../../src/hl7v2/acknowledge.ts'
import type { V2Message } from '../../src/hl7v2/message.ts'
import type { Segment } from '../../src/hl7v2/segment.ts'
import { resultStatus } from '../codes/hl7v2-result-status.ts'
import { readerFor } from './adt.ts'
import type { ConnectionFacts, PatientReading } from './adt-reading.ts'
import { concept, entity } from './datatypes.ts'
import { patient } from './patient.ts'
import { each, present, type Reader, term, time } from './reader.ts'

export interface ResultReading {
  /** Place of its value: `OBX[2]-5`. */
  readonly place: string
  readonly code: Concept
  readonly sub?: string
  /** Absent: nothing was found, or (`asked`: false) it was not asked. */
  readonly value?: ResultValue
  readonly asked: boolean
  readonly status: Observation['status']
  readonly at?: string
  readonly interpretation: readonly Concept[]
}

export interface OrderReading {
  /** The filler's number, else the placer's. */
  readonly number?: Identifier
  readonly service?: Concept
  readonly at?: string
  readonly results: readonly ResultReading[]
}

export interface ResultsReading {
  readonly test: boolean
  readonly issues: readonly Issue[]
  readonly messageId: string
  readonly sentAt?: string
  readonly patient: PatientReading
  readonly orders: readonly OrderReading[]
}

export const isResultMessage = (message: V2Message): boolean => message.header.type === 'ORU'

/** Fails `not-supported` for other events, `unreadable` with all that is missing or cannot be kept as it was sent. */
export function readResults(message: V2Message, connection?: ConnectionFacts): Result<ResultsReading> {
  const { controlId, trigger, processing, msh, sender } = message.header
  if (trigger !== 'R01')
    return fail('not-supported', 'Messages of this kind are not taken.', {
      issues: [{ path: 'MSH-9.2', message: 'this event is not read', condition: '201' } as AnswerIssue],
    })
  const by = readerFor(message, connection)
  const pids = message.segments('PID')
  const person = pids[0] && patient(pids[0], by)
  const missing: AnswerIssue[] = []
  const need = (is: boolean, path: string, message: string, condition: '100' | '101' | '102'): void => {
    if (!is) missing.push({ path, message, condition })
  }
  const scope = encodeURIComponent((sender.facility ?? sender.application ?? '').toWellFormed())
  const groups = message.grouped('OBX', 'OBR').filter(({ members }) => members.length > 0)
  const orders = groups.map(({ head, members }): OrderReading => {
    const results = members.map((obx) => {
      const read = result(obx, by)
      if (typeof read === 'string') need(false, obx.place(read === 'value' ? 5 : 3), faults[read], '102')
      return read
    })
    const number = (n: number, kind: string) => head && entity(head.field(n), `urn:handoff:orders:${scope}:${kind}`, by)
    return present<OrderReading>({
      number: number(3, 'filler') ?? number(2, 'placer'),
      service: head && concept(head.field(4)),
      at: head && time(head.field(7), by),
      results: results.filter((one) => typeof one !== 'string'),
    })!
  })
  need(controlId !== undefined, 'MSH-10', 'the message control id is missing', '101')
  need(pids.length > 0, 'PID', 'the segment is missing', '100')
  need(pids.length < 2, 'PID[2]', 'results of one person are read at a time', '102')
  const assigned = person?.identifiers.some(({ system, value }) => system !== undefined && value !== undefined)
  need(!person || assigned === true, 'PID-3', 'no patient identifier has an assigning authority', '101')
  need(groups.length > 0, 'OBX', 'the segment is missing', '100')
  if (missing.length > 0 || !person || controlId === undefined)
    return fail('unreadable', 'The message has what a result cannot be read from.', { issues: missing })
  const sentAt = time(msh.field(7), by)
  const test = processing === 'T' || processing === 'D'
  const issues = [...message.issues, ...by.issues]
  return ok({ test, messageId: controlId, ...(sentAt !== undefined && { sentAt }), patient: person, orders, issues })
}

const faults = { code: 'it is not said what was observed', value: 'a value of this kind cannot be kept as it was sent' } as const

function result(obx: Segment, by: Reader): ResultReading | keyof typeof faults {
  const code = concept(obx.field(3))
  if (!code) return 'code'
  const value = obx.field(5).isEmpty || obx.field(5).isNull ? undefined : resultValue(obx, by)
  if (value === 'unknown' || obx.fields(5).length > 1) return 'value'
  const status = term(obx.field(11), 1, resultStatus, by) ?? 'unknown'
  return present<ResultReading>({
    place: obx.place(5),
    code,
    sub: obx.text(4),
    value,
    asked: obx.text(11)?.toUpperCase() !== 'N',
    status,
    at: time(obx.field(14), by),
    interpretation: each(obx, 8, concept, by),
  })!
}

const numberForm = /^([+-]?)0*(\d{1,30}(?:\.\d{1,30})?)$/

/** By its type (OBX-2); what is not of its type, or of another, is `unknown`. */
function resultValue(obx: Segment, by: Reader): ResultValue | 'unknown' {
  const type = obx.text(2)?.toUpperCase() ?? ''
  const field = obx.field(5)
  if (type === 'NM') {
    const parts = numberForm.exec(field.text()?.trim() ?? '')
    return parts
      ? present<ResultValue & { number: string }>({
          number: `${parts[1] === '-' ? '-' : ''}${parts[2]}`,
          unit: concept(obx.field(6)),
        })!
      : 'unknown'
  }
  if (['CE', 'CWE', 'CNE', 'CF', 'IS', 'ID'].includes(type)) {
    const read = concept(field)
    return read ? { concept: read } : 'unknown'
  }
  if (['DT', 'TS', 'DTM'].includes(type)) {
    const at = time(field, by)
    return at === undefined ? 'unknown' : { at }
  }
  const text = ['ST', 'TX', 'FT'].includes(type) ? field.whole() : undefined
  return text === undefined ? 'unknown' : { text }
}
