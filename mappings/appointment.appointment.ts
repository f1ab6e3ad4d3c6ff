/** Appointment ↔ Appointment. https://hl7.org/fhir/R4/appointment.html */
import type * as fhir from '@medplum/fhirtypes'
import { Appointment, type Attendee, appointmentStates, responses } from '../src/domain/appointment.ts'
import { modalities } from '../src/domain/session.ts'
import { asCode, asConcept, codeTable } from '../src/lens/code-table.ts'
import { type Codec, cannot } from '../src/lens/codec.ts'
import { idOf, instant, oneOf, refTo, text, withHandle } from '../src/lens/codecs.ts'
import { mapping } from '../src/lens/mapping.ts'
import { shape, together } from '../src/lens/shape.ts'
import { appointmentKind } from './codes/appointment-kind.ts'
import { first, holding, idIn, idsIn } from './shared/combine.ts'
import { concept, identifier } from './shared/datatypes.ts'
import { extension, local } from './shared/extension.ts'
import { labels } from './shared/labels.ts'
import { reasonText } from './shared/reason-text.ts'

const states = codeTable(
  'http://hl7.org/fhir/appointmentstatus',
  appointmentStates.map((state) => [state === 'no-show' ? 'noshow' : state, state] as const),
)

/** Both or none. https://hl7.org/fhir/R4/appointment.html#app-2 */
type Time = NonNullable<Appointment['time']>
const time: Codec<{ readonly start: string | undefined; readonly end: string | undefined }, Time | undefined> = {
  name: 'start and end',
  read({ start, end }, report) {
    if (start === undefined && end === undefined) return undefined
    return start === undefined || end === undefined ? cannot(report, 'expected a start and an end') : { start, end }
  },
  write: (value) => ({ start: value?.start, end: value?.end }),
}

const isClient = ({ actor }: fhir.AppointmentParticipant): boolean => actor?.reference?.startsWith('Patient/') === true
const client = holding<fhir.AppointmentParticipant, string>((at) => at.actor.as(idOf('Patient')), { status: 'accepted' })
const attendee = withHandle<fhir.AppointmentParticipant, Attendee>(
  shape<fhir.AppointmentParticipant, Omit<Attendee, 'handle'>>('attendee', (at) => ({
    who: at.actor.as(refTo('PractitionerRole', 'Practitioner', 'RelatedPerson', 'Location', 'HealthcareService', 'Device')),
    response: at.status.as(oneOf(...responses)),
    required: at.required.optional(oneOf('required', 'optional', 'information-only')),
  })),
)

export default mapping<Appointment, { Appointment: fhir.Appointment }>({
  name: 'appointment.appointment',
  version: 1,
  domain: Appointment,
  owner: 'shared',
  blank: { Appointment: { resourceType: 'Appointment', status: 'proposed', participant: [] } },
  fields: ({ Appointment: at }) => ({
    identifiers: at.identifier.each(identifier, { by: ['handle'] }),
    clientId: first(at.participant.each(client, { by: (id) => id, only: { label: 'client', test: isClient } })).as<string>({
      name: 'client',
      read: (id) => id,
      write: (id) => id,
    }),
    referralId: idIn(at.basedOn, 'ServiceRequest'),
    kind: at.appointmentType.optional(asConcept(appointmentKind)),
    service: at.serviceType.where({}).optional(concept),
    needIds: idsIn(at.reasonReference, 'Condition'),
    time: together({ start: at.start.optional(instant), end: at.end.optional(instant) }).as<Time | undefined>(time),
    modality: extension(at, local('modality')).valueCode.optional(oneOf(...modalities)),
    attendees: at.participant.each(attendee, {
      by: ['handle'],
      only: { label: 'attendee', test: (one) => one.actor !== undefined && !isClient(one) },
    }),
    about: at.description.optional(text),
    instructions: at.patientInstruction.optional(text),
    rescheduledFrom: extension(at, local('rescheduled-from')).valueReference.optional(idOf('Appointment')),
    rescheduledTo: extension(at, local('rescheduled-to')).valueReference.optional(idOf('Appointment')),
    statusReason: at.cancelationReason.optional(reasonText),
    ...labels(at),
    state: at.status.as(asCode(states)),
  }),
})
