/**
 * Records what a scheduling message tells of an appointment of a client here. One number is one appointment, in whatever order its
 * messages come: the latest word counts, and nobody is made.
 */
import type { Appointment as Resource } from '@medplum/fhirtypes'
import mapping from '../../../mappings/appointment.appointment.ts'
import type { ScheduleReading } from '../../../mappings/hl7v2/schedule.ts'
import type { Appointment, AppointmentState, Attendee } from '../../domain/appointment.ts'
import { fail, type Issue, ok, type Result } from '../../domain/problem.ts'
import { saidAt } from '../../domain/visit.ts'
import { ask, type Steps, write } from '../../store/store.ts'
import { consequences } from '../collections/consequences.ts'
import type { Context } from '../context.ts'
import { nextOf, storedValue } from '../next-version.ts'
import { every, hasToken } from '../questions.ts'
import { readAs } from '../read-as.ts'
import { certainClient, tokensOf } from './match-discharge.ts'
import type { RecordedPerson } from './record-person.ts'

const warning = (path: string, message: string): Issue => ({ path, message, severity: 'warning' })

/** Everything is written when it answers. */
export function* recordAppointment(
  ctx: Context,
  reading: ScheduleReading,
  receivedAt: string,
  at: string,
): Steps<Result<RecordedPerson>> {
  const client = yield* certainClient(reading.patient.identifiers)
  if (!client.ok) return client
  const { identifiers } = reading.appointment
  const found = yield* ask(every('Appointment', hasToken('identifier', ...tokensOf(identifiers))))
  const [stored, ...more] = found.items
  const held = storedValue<Resource>(stored)
  const mine = readAs(mapping, held)
  if (more.length > 0 || (held && mine?.clientId !== client.value))
    return fail('conflict', 'The appointment cannot be told for certain.', {
      issues: [{ path: 'SCH-1', message: 'is the number of another appointment here' }],
    })
  const id = stored?.id ?? ctx.newId('app')
  const about = [`Patient/${client.value}`, `Appointment/${id}`]
  const said = saidAt(reading, receivedAt)
  const last = yield* ask({ ask: 'record', kind: 'appointment', key: id })
  if (last !== undefined && last > said)
    return ok({ about, issues: [warning('MSH-7', 'a later message has told of this appointment; left as it is')] })
  const { Appointment } = mapping.write(told(reading, mine, client.value), { Appointment: held ?? mapping.blank.Appointment })
  yield* write({ change: 'remember', kind: 'appointment', key: id, text: said })
  if (Appointment === held) return ok({ about, issues: [] })
  const put = nextOf(Appointment, id, stored, at)
  yield* write(put)
  const then = yield* consequences(ctx, [put], at)
  return then.ok ? ok({ about: [...about, ...then.value.map((one) => `${one.type}/${one.id}`)], issues: [] }) : then
}

const coming: ReadonlySet<AppointmentState> = new Set(['proposed', 'pending', 'waitlist', 'booked'])
const under: ReadonlySet<AppointmentState> = new Set(['arrived', 'checked-in', 'fulfilled'])

/** What the message says over what stands: whoever has come is not expected any more, and what was entered in error stays so. */
function told({ appointment }: ScheduleReading, before: Appointment | undefined, clientId: string): Appointment {
  const { identifiers, attendees, reason, ...said } = appointment
  const { statusReason: _, ...kept } = before ?? { identifiers: [], needIds: [], attendees: [], sensitivity: [], legalBasis: [] }
  const isOver = before && (before.state === 'entered-in-error' || (under.has(before.state) && coming.has(said.state)))
  const state = isOver ? before.state : said.state
  const statusReason = state === 'cancelled' ? (reason ?? before?.statusReason) : undefined
  const known = kept.identifiers
  const fresh = identifiers.filter((one) => !known.some(({ system, value }) => system === one.system && value === one.value))
  const standing = new Map(kept.attendees.map((one) => [JSON.stringify(one.who), one]))
  const own = kept.attendees.filter(({ who }) => 'id' in who)
  const invited = attendees.map((who) => standing.get(JSON.stringify(who)) ?? ({ who, response: 'accepted' } as Attendee))
  return {
    ...kept,
    ...said,
    clientId,
    identifiers: [...known, ...fresh],
    attendees: attendees.length > 0 ? [...own, ...invited] : kept.attendees,
    state,
    ...(statusReason !== undefined && { statusReason }),
  }
}
