/** An appointment: a time that was agreed upon, or is still looked for; whether it was kept, moved or missed. */
import { z } from 'zod'
import { Concept, Handle, Id, Identifier, list, RefTo, Text, Times } from './kernel.ts'
import { labelFields } from './labels.ts'
import { modalities } from './session.ts'
import { stateMachine } from './state-machine.ts'

export const appointmentStates = [
  ...['proposed', 'pending', 'waitlist', 'booked', 'arrived', 'checked-in', 'fulfilled', 'cancelled', 'no-show'],
  'entered-in-error',
] as const
export type AppointmentState = (typeof appointmentStates)[number]

const appointmentKinds = ['check-up', 'emergency', 'follow-up', 'routine', 'walk-in'] as const
export const responses = ['accepted', 'declined', 'tentative', 'needs-action'] as const

/** Who else is to be there, or where it is. */
export const Attendee = z.object({
  handle: Handle,
  who: RefTo('PractitionerRole', 'Practitioner', 'RelatedPerson', 'Location', 'HealthcareService', 'Device'),
  response: z.enum(responses),
  required: z.enum(['required', 'optional', 'information-only']).optional(),
})
export type Attendee = z.infer<typeof Attendee>

/** R4 lets an appointment lack its time only while it is looked for, or given up. https://hl7.org/fhir/R4/appointment.html#app-3 */
const timeless: ReadonlySet<AppointmentState> = new Set(['proposed', 'waitlist', 'cancelled'])

const fields = z.object({
  identifiers: list(Identifier),
  clientId: Id,
  referralId: Id.optional(),
  kind: z.enum(appointmentKinds).optional(),
  /** What is to be done, in general words. */
  service: Concept.optional(),
  needIds: list(Id),
  time: Times.optional(),
  modality: z.enum(modalities).optional(),
  attendees: list(Attendee),
  about: Text.optional(),
  /** For the client. */
  instructions: Text.optional(),
  /** Where it was moved from, and to. */
  rescheduledFrom: Id.optional(),
  rescheduledTo: Id.optional(),
  statusReason: Text.optional(),
  ...labelFields,
  state: z.enum(appointmentStates),
})

/** Read schema: any Appointment of a patient. */
export const Appointment = fields.refine(
  ({ state, time, statusReason }) =>
    (time !== undefined || timeless.has(state)) && (statusReason === undefined || state === 'cancelled'),
  'an appointment of this state has a time, and a reason only where it was given up',
)
export type Appointment = z.infer<typeof Appointment>

/** What we ask of an appointment of our own. */
export const AppointmentCommand = fields.superRefine(({ time }, ctx) => {
  if (time && Date.parse(time.end) <= Date.parse(time.start))
    ctx.addIssue({ code: 'custom', path: ['time', 'end'], message: 'is not after the start' })
})

/** The time may stand already when it is booked; when it is moved, the new one is told. */
export const BookDetail = z.object({ time: Times.optional() })
export const MoveDetail = z.object({ time: Times })

const ahead = ['proposed', 'pending', 'waitlist', 'booked'] as const
export const appointmentMachine = stateMachine({
  states: appointmentStates,
  events: {
    request: { from: ['proposed'], to: 'pending' },
    wait: { from: ['proposed', 'pending'], to: 'waitlist' },
    book: { from: ['proposed', 'pending', 'waitlist'], to: 'booked' },
    arrive: { from: ['booked'], to: 'arrived' },
    'check-in': { from: ['booked', 'arrived'], to: 'checked-in' },
    fulfil: { from: ['booked', 'arrived', 'checked-in'], to: 'fulfilled' },
    'no-show': { from: ['booked'], to: 'no-show' },
    cancel: { from: [...ahead, 'arrived', 'checked-in'], to: 'cancelled', reason: true },
    /** Given up for another time: a new appointment takes its place. */
    reschedule: { from: [...ahead, 'no-show'], to: 'cancelled', reason: true },
    'mark-error': { from: 'any', to: 'entered-in-error' },
  },
})

/** What an appointment comes to when its session does. */
const keptBy: Readonly<Record<string, AppointmentState>> = {
  arrived: 'arrived',
  'in-progress': 'checked-in',
  completed: 'fulfilled',
  signed: 'fulfilled',
  amended: 'fulfilled',
  'no-show': 'no-show',
  cancelled: 'cancelled',
}

const order: readonly AppointmentState[] = ['proposed', 'pending', 'waitlist', 'booked', 'arrived', 'checked-in', 'fulfilled']
/** Does the session tell something new? An appointment never goes back, and one that was given up stays so. */
export function followed(appointment: AppointmentState, session: string): AppointmentState | undefined {
  const to = keptBy[session]
  const now = order.indexOf(appointment)
  if (to === undefined || to === appointment || now < 0) return undefined
  const next = order.indexOf(to)
  return next > now || (next < 0 && appointment !== 'fulfilled') ? to : undefined
}
