/**
 * ADT messages → AdtReading: admit (A01), register (A04), plan (A05), discharge (A03), update (A08; transfers, cancelled ones, and
 * changes of class update a visit just so), cancel admit (A11), cancel discharge (A13).
 *
 * Readable is what has MSH-9, MSH-10, a PID-3 with an assigning authority, and PV1. All that lacks is told at once, with its places;
 * whatever else is odd is a warning and stays out.
 */
import type { VisitEvent } from '../../src/domain/discharge.ts'
import { fail, type Issue, ok, type Result } from '../../src/domain/problem.ts'
import type { AnswerIssue } from '../../src/hl7v2/acknowledge.ts'
import type { V2Message } from '../../src/hl7v2/message.ts'
import type { Segment } from '../../src/hl7v2/segment.ts'
import { isTimeZone, offsetOf } from '../../src/hl7v2/time.ts'
import type { AdtReading, ConnectionFacts } from './adt-reading.ts'
import { coverages } from './coverage.ts'
import { diagnoses } from './diagnosis.ts'
import { withDischargeTime } from './discharge.ts'
import { patient } from './patient.ts'
import { present, type Reader, reader, time } from './reader.ts'
import { visit } from './visit.ts'

/** Trigger event (MSH-9.2) → what happened. */
export const adtEvents: Readonly<Record<string, VisitEvent>> = {
  A01: 'admit',
  A02: 'update',
  A03: 'discharge',
  A04: 'register',
  A05: 'pre-admit',
  A06: 'update',
  A07: 'update',
  A08: 'update',
  A11: 'cancel-admit',
  A12: 'update',
  A13: 'cancel-discharge',
}

/** Longest control id of version 2.7 and later; older ones allow 20. */
const longestId = 199

/**
 * Reads an ADT message. `connection` is undefined for a sender that no connection claims: times then take the offsets as sent, namespaces
 * become names of our own, and the reading says so.
 *
 * Fails with `not-supported` (other message types, events and versions), or `unreadable` and everything that is missing.
 */
export function readAdt(message: V2Message, connection?: ConnectionFacts): Result<AdtReading> {
  const { header } = message
  const evn = message.segment('EVN')
  const trigger = header.trigger ?? evn?.text(1)?.toUpperCase()
  const event = trigger === undefined || !Object.hasOwn(adtEvents, trigger) ? undefined : adtEvents[trigger]
  const foreign = unsupported(message, trigger, event)
  if (foreign.length > 0) return fail('not-supported', 'Messages of this kind are not taken.', { issues: foreign })
  const pid = message.segment('PID')
  const pv1 = message.segment('PV1')
  const messageId = header.controlId
  const missing = lacking(message, trigger, pid, pv1)
  if (missing.length > 0 || !event || !trigger || !messageId || !pid || !pv1) {
    return fail('unreadable', 'The message lacks what a visit cannot be read without.', { issues: missing })
  }
  const by = readerFor(message, connection)
  const sentAt = time(header.msh.field(7), by)
  const recordedAt = evn && time(evn.field(2), by)
  const occurredAt = evn && time(evn.field(6), by)
  const read = visit(message, pv1, by)
  const times = { 'EVN-6': occurredAt, 'EVN-2': recordedAt, 'MSH-7': sentAt }
  const reading = present<Omit<AdtReading, 'issues'>>({
    event,
    source: 'adt',
    trigger,
    messageId,
    sender: header.sender,
    recordedAt,
    sentAt,
    test: header.processing === 'T' || header.processing === 'D',
    patient: patient(pid, by),
    visit: event === 'discharge' ? withDischargeTime(read, pv1, times, by) : read,
    diagnoses: diagnoses(message.segments('DG1'), by),
    coverages: coverages(message.segments('IN1'), by),
  })!
  if (by.assumedUtc) by.warn('MSH-7', 'times without an offset, and no time zone to read them in; read as UTC')
  return ok({ ...reading, issues: [...message.issues, ...by.issues] })
}

export function readerFor(message: V2Message, connection: ConnectionFacts | undefined): Reader {
  const { msh, processing } = message.header
  const offset = offsetOf(msh.text(7))
  const zone = connection?.timeZone
  const timeZone = zone !== undefined && isTimeZone(zone) ? zone : undefined
  const by = reader(connection ?? {}, { ...(timeZone !== undefined && { timeZone }), ...(offset !== undefined && { offset }) })
  if (connection === undefined) by.warn('MSH-3', 'no connection claims this sender: offsets and namespaces are read as sent')
  if (zone !== timeZone) by.warn('MSH-7', 'the time zone of the connection is not known here')
  if (!['P', 'T', 'D'].includes(processing ?? '')) by.warn('MSH-11', 'neither P, T nor D; taken for P', '202')
  return by
}

/** What is not ours to read at all. */
function unsupported(message: V2Message, trigger: string | undefined, event: VisitEvent | undefined): readonly Issue[] {
  const { type } = message.header
  const issues: AnswerIssue[] = []
  const typed = type === undefined || type === 'ADT'
  if (!typed) issues.push({ path: 'MSH-9.1', message: 'messages of this type are not read', condition: '200' })
  if (typed && trigger !== undefined && !event)
    issues.push({ path: 'MSH-9.2', message: 'this event is not read', condition: '201' })
  return [...issues, ...foreignVersion(message)]
}

/** The version, where it is none of ours. */
export function foreignVersion({ header: { version } }: V2Message): readonly AnswerIssue[] {
  const ours = version === undefined || /^2\.\d(\.\d)?$/.test(version)
  return ours ? [] : [{ path: 'MSH-12', message: 'only versions 2.x are read', condition: '203' }]
}

/** What a message cannot be read without. */
function lacking(message: V2Message, trigger: string | undefined, pid?: Segment, pv1?: Segment): readonly Issue[] {
  const { type, controlId } = message.header
  const issues: AnswerIssue[] = []
  const need = (is: boolean, path: string, message: string, condition: AnswerIssue['condition'] & string): void => {
    if (!is) issues.push({ path, message, condition })
  }
  need(type !== undefined, 'MSH-9', 'the message type is missing', '101')
  need(type === undefined || trigger !== undefined, 'MSH-9.2', 'the trigger event is missing', '101')
  need(controlId !== undefined, 'MSH-10', 'the message control id is missing', '101')
  need((controlId?.length ?? 0) <= longestId, 'MSH-10', `the message control id has more than ${longestId} characters`, '104')
  need(pid !== undefined, 'PID', 'the segment is missing', '100')
  if (pid) {
    const identifiers = pid.fields(3).filter((from) => from.text(1) !== undefined)
    const assigned = identifiers.some((from) => from.part(4).text(1) !== undefined || from.part(4).text(2) !== undefined)
    need(identifiers.length > 0, 'PID-3', 'there is no patient identifier', '101')
    need(identifiers.length === 0 || assigned, 'PID-3.4', 'no patient identifier has an assigning authority', '101')
  }
  need(pv1 !== undefined, 'PV1', 'the segment is missing', '100')
  return issues
}
