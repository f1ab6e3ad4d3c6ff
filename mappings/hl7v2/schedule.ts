/**
 * SIU messages → what happened to an appointment: booked (S12), moved (S13), changed (S14), cancelled (S15), not kept (S26).
 * https://build.fhir.org/ig/HL7/v2-to-fhir/ConceptMap-message-siu-s12-to-bundle.html
 */
import type { Appointment, AppointmentState } from '../../src/domain/appointment.ts'
import type { Concept, Identifier, Ref } from '../../src/domain/kernel.ts'
import { fail, type Issue, ok, type Result } from '../../src/domain/problem.ts'
import type { AnswerIssue } from '../../src/hl7v2/acknowledge.ts'
import type { V2Message } from '../../src/hl7v2/message.ts'
import type { Composite, Segment } from '../../src/hl7v2/segment.ts'
import { appointmentKind } from '../codes/appointment-kind.ts'
import { fillerStatus } from '../codes/hl7v2-filler-status.ts'
import { attending, externalRef, locationName } from './actor.ts'
import { readerFor } from './adt.ts'
import type { ConnectionFacts, PatientReading } from './adt-reading.ts'
import { concept, entity } from './datatypes.ts'
import { patient } from './patient.ts'
import { present, type Reader, term, time } from './reader.ts'

/** Trigger event → the state that it says; undefined where the message's status does. */
const events: Readonly<Record<string, AppointmentState | undefined>> = {
  S12: undefined,
  S13: undefined,
  S14: undefined,
  S15: 'cancelled',
  S26: 'no-show',
}

export interface ScheduleReading {
  readonly test: boolean
  readonly issues: readonly Issue[]
  readonly messageId: string
  readonly sentAt?: string
  readonly patient: PatientReading
  readonly appointment: {
    /** Of the placer and of the filler; one of them at least, each with a system. */
    readonly identifiers: readonly Identifier[]
    readonly state: AppointmentState
    readonly kind?: NonNullable<Appointment['kind']>
    readonly service?: Concept
    readonly time?: NonNullable<Appointment['time']>
    readonly attendees: readonly Ref[]
    readonly reason?: string
  }
}

export const isSchedule = (message: V2Message): boolean => message.header.type === 'SIU'

/** Fails `not-supported` for other events, `unreadable` with all that is missing. */
export function readSchedule(message: V2Message, connection?: ConnectionFacts): Result<ScheduleReading> {
  const { controlId, trigger = '', processing, msh } = message.header
  if (!Object.hasOwn(events, trigger))
    return fail('not-supported', 'Messages of this kind are not taken.', {
      issues: [{ path: 'MSH-9.2', message: 'this event is not read', condition: '201' } as AnswerIssue],
    })
  const by = readerFor(message, connection)
  const [sch, pid] = [message.segment('SCH'), message.segment('PID')]
  const person = pid && patient(pid, by)
  const identifiers = sch ? numbers(message, sch, by) : []
  const when = sch && span(message, sch, by)
  const state = events[trigger] ?? (sch && term(sch.field(25), 1, fillerStatus, by)) ?? 'booked'
  const missing: AnswerIssue[] = []
  const need = (is: boolean, path: string, message: string, condition: '100' | '101'): void => {
    if (!is) missing.push({ path, message, condition })
  }
  need(controlId !== undefined, 'MSH-10', 'the message control id is missing', '101')
  need(sch !== undefined, 'SCH', 'the segment is missing', '100')
  need(!sch || identifiers.length > 0, 'SCH-1', 'the appointment has no number', '101')
  need(pid !== undefined, 'PID', 'the segment is missing', '100')
  const assigned = person?.identifiers.some(({ system, value }) => system !== undefined && value !== undefined)
  need(!pid || assigned === true, 'PID-3', 'no patient identifier has an assigning authority', '101')
  need(when !== undefined || state === 'cancelled', 'TQ1-7', 'there is no start and end, nor a start and a duration', '101')
  if (missing.length > 0 || !sch || !person || controlId === undefined)
    return fail('unreadable', 'The message lacks what an appointment cannot be read without.', { issues: missing })
  const sentAt = time(msh.field(7), by)
  return ok({
    test: processing === 'T' || processing === 'D',
    messageId: controlId,
    ...(sentAt !== undefined && { sentAt }),
    patient: person,
    appointment: present<ScheduleReading['appointment']>({
      identifiers,
      state,
      kind: term(sch.field(7), 1, appointmentKind, by) ?? undefined,
      service: concept(message.segment('AIS')?.field(3) ?? sch.field(99)),
      time: when,
      attendees: attendees(message, by),
      reason: state === 'cancelled' ? (sch.field(6).whole(2) ?? sch.text(6)) : undefined,
    })!,
    issues: [...message.issues, ...by.issues],
  })
}

/** SCH-1 and SCH-2. Numbers without a system are of their sender, and the placer's are not the filler's. */
function numbers(message: V2Message, sch: Segment, by: Reader): readonly Identifier[] {
  const { application, facility } = message.header.sender
  const scope = encodeURIComponent((facility ?? application ?? '').toWellFormed())
  return [1, 2].flatMap(
    (n) => entity(sch.field(n), `urn:handoff:appointments:${scope}:${n === 1 ? 'placer' : 'filler'}`, by) ?? [],
  )
}

/** From TQ1, else SCH-11, else the first resource (AIS, AIP, AIL); an end that is not said follows from the duration. */
function span(message: V2Message, sch: Segment, by: Reader): Appointment['time'] | undefined {
  const tq1 = message.segment('TQ1')
  const resource = [
    { segment: message.segment('AIS'), start: 4, duration: 7 },
    { segment: message.segment('AIP'), start: 6, duration: 9 },
    { segment: message.segment('AIL'), start: 6, duration: 9 },
  ].find(({ segment, start }) => segment?.text(start) !== undefined)
  const start =
    (tq1 && moment(tq1.field(7), by)) ??
    moment(sch.field(11).part(4), by) ??
    (resource && moment(resource.segment!.field(resource.start), by))
  if (start === undefined) return undefined
  const end = (tq1 && moment(tq1.field(8), by)) ?? moment(sch.field(11).part(5), by)
  const { segment, duration } = resource ?? { segment: undefined, duration: 0 }
  const minutes = minutesOf(sch.text(9), sch.text(10)) ?? minutesOf(segment?.text(duration), segment?.text(duration + 1))
  if (end !== undefined && Date.parse(end) > Date.parse(start)) return { start, end }
  return minutes === undefined ? undefined : { start, end: new Date(Date.parse(start) + minutes * 60_000).toISOString() }
}

/** A time of day; a day alone is none. */
function moment(from: Composite, by: Reader): string | undefined {
  const read = time(from, by)
  return read !== undefined && read.length > 10 ? read : undefined
}

const perMinute: Readonly<Record<string, number>> = { s: 1 / 60, sec: 1 / 60, min: 1, m: 1, minutes: 1, h: 60, hr: 60 }
function minutesOf(count: string | undefined, unit = 'min'): number | undefined {
  const factor = perMinute[unit.toLowerCase()]
  const minutes = /^\d{1,5}$/.test(count ?? '') && factor !== undefined ? Number(count) * factor : 0
  return minutes > 0 ? minutes : undefined
}

/** People (AIP-3) and places (AIL-3), each once. */
function attendees(message: V2Message, by: Reader): readonly Ref[] {
  const people = message.segments('AIP').flatMap((aip) => attending(aip.field(3), by) ?? [])
  const places = message
    .segments('AIL')
    .flatMap((ail) => externalRef('Location', undefined, undefined, locationName(ail.field(3))) ?? [])
  return [...new Map([...people, ...places].map((one) => [JSON.stringify(one), one])).values()]
}
