/** Appointments: booked, kept, missed, or moved to another time. */
import type { Appointment as Resource } from '@medplum/fhirtypes'
import mapping from '../../../mappings/appointment.appointment.ts'
import { type Appointment, AppointmentCommand, appointmentMachine, BookDetail, MoveDetail } from '../../domain/appointment.ts'
import { detailsOf } from '../../domain/event-details.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { ask, type Steps, write } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { derivedId } from '../derived-id.ts'
import { seekOut } from '../follow-ups/missed-contact.ts'
import { nextOf } from '../next-version.ts'
import { collection, type EventInput, type Held } from './collection.ts'
import { reasoned } from './with-reason.ts'

type Holding = Held<Appointment, { Appointment: Resource }>

const refused = (path: string, message: string) =>
  fail('guard-failed', 'The appointment does not allow it.', { issues: [{ path, message }] })

/** Booked is what has a time; it may be told with the event. */
function* withTime(_ctx: Context, value: Appointment, event: EventInput): Steps<Result<Appointment>> {
  const detail = detailsOf(BookDetail, event)
  if (!detail.ok) return detail
  const checked = AppointmentCommand.safeParse({ ...value, ...detail.value })
  if (!checked.success) return refused('time', 'has a start and a later end')
  const { statusReason: _, ...said } = checked.data
  return said.time === undefined ? refused('time', 'is needed') : ok(said)
}

/** Nobody has missed what has not begun. */
function* noShow(_ctx: Context, value: Appointment, _event: EventInput, at: string): Steps<Result<Appointment>> {
  return value.time && Date.parse(value.time.start) > Date.parse(at) ? refused('time', 'has not come yet') : ok(value)
}

/** A new appointment takes its place, in the same commit: with what was said of the old one, at the time that the event names. */
function* reschedule(
  ctx: Context,
  value: Appointment,
  event: EventInput,
  at: string,
  before: Holding,
): Steps<Result<Appointment>> {
  const detail = detailsOf(MoveDetail, event)
  if (!detail.ok) return detail
  const { rescheduledTo: _, statusReason: __, identifiers: ___, ...same } = value
  const id = derivedId('app', before.id, 'rescheduled')
  const state = before.value.state === 'no-show' ? 'booked' : before.value.state
  const next = yield* withTime(ctx, { ...same, identifiers: [], rescheduledFrom: before.id, state }, event)
  if (!next.ok) return next
  const current = yield* ask({ ask: 'resource', type: 'Appointment', id })
  yield* write(nextOf(mapping.write(next.value).Appointment, id, current, at))
  return ok(reasoned({ ...value, rescheduledTo: id }, 'statusReason', event))
}

export const appointments = collection<Appointment, { Appointment: Resource }>({
  name: 'appointments',
  prefix: 'app',
  anchor: 'Appointment',
  parts: [],
  mapping,
  command: AppointmentCommand,
  claims: () => true,
  client: 'patient',
  sort: 'date',
  machine: { field: 'state', states: appointmentMachine, initial: 'proposed' },
  byEvents: ['rescheduledFrom', 'rescheduledTo'],
  *after(_ctx, { id, value, parts }, before, at) {
    const isMissed = value.state === 'no-show'
    const contact = { id, about: parts.Appointment, clientId: value.clientId, when: value.time?.start ?? at, isMissed }
    return ok(yield* seekOut({ ...contact, wasMissed: before?.value.state === 'no-show' }, at))
  },
  on: {
    request: withTime,
    book: withTime,
    'no-show': noShow,
    reschedule,
    *'mark-error'(_ctx, { statusReason: _, ...value }) {
      return ok(value)
    },
  },
})
