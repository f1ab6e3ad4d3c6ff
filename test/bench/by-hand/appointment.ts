/** Appointment ↔ Appointment, written by hand: all rows of `mappings/appointment.appointment.ts`, with its checks and warnings. */
import type * as fhir from '@medplum/fhirtypes'
import { appointmentKind } from '../../../mappings/codes/appointment-kind.ts'
import { local } from '../../../mappings/shared/extension.ts'
import type { Appointment, AppointmentState, Attendee } from '../../../src/domain/appointment.ts'
import { modalities } from '../../../src/domain/session.ts'
import { handleOf } from '../../../src/lens/handle.ts'
import type { Reading } from '../../../src/lens/mapping.ts'
import { at, code, instant, items, known, part, type Report, readConcept, readIdentifier, text, warn } from './checks.ts'
import { find, inExtension } from './extensions.ts'
import { readLabels, writeLabels } from './labels.ts'
import {
  idIn,
  idsIn,
  pointing,
  refer,
  refIn,
  termIn,
  words,
  writeFirst,
  writeIds,
  writeRef,
  writeTerm,
  writeWords,
} from './references.ts'
import { list, named, said, setExtension, unlessSame, writeConcept, writeIdentifier } from './writes.ts'

const url = { modality: local('modality'), from: local('rescheduled-from'), to: local('rescheduled-to') }
const path = {
  modality: inExtension(url.modality, 'valueCode'),
  from: inExtension(url.from, 'valueReference'),
  to: inExtension(url.to, 'valueReference'),
}
const modes = known(...modalities)
const responses = known('accepted', 'declined', 'tentative', 'needs-action')
const needs = known('required', 'optional', 'information-only')
const states: Readonly<Record<string, AppointmentState>> = {
  ...{
    proposed: 'proposed',
    pending: 'pending',
    waitlist: 'waitlist',
    booked: 'booked',
    arrived: 'arrived',
    fulfilled: 'fulfilled',
  },
  ...{ 'checked-in': 'checked-in', cancelled: 'cancelled', noshow: 'no-show', 'entered-in-error': 'entered-in-error' },
}
const who = ['PractitionerRole', 'Practitioner', 'RelatedPerson', 'Location', 'HealthcareService', 'Device'] as const

type Participant = fhir.AppointmentParticipant
const isClient = (one: Participant): boolean => one?.actor?.reference?.startsWith('Patient/') === true

function readAttendee(one: Participant, report: Report): Attendee | undefined {
  if (one.actor === undefined || isClient(one)) return undefined
  const actor = refIn(one.actor, who, 'actor', report)
  const response = code<Attendee['response']>(one.status, responses, 'status', report)
  const required = code<NonNullable<Attendee['required']>>(one.required, needs, 'required', report)
  if (actor === undefined || response === undefined) return undefined
  return { handle: handleOf(one), who: actor as Attendee['who'], response, required }
}

function clientIn(participants: readonly Participant[] | undefined, report: Report): string | undefined {
  const index = participants?.findIndex(isClient) ?? -1
  return index < 0 ? undefined : idIn(participants![index]!.actor, 'Patient', `participant[${index}].actor`, report)
}

export function readAppointment({ Appointment: a }: { Appointment: fhir.Appointment }): Reading<Appointment> {
  const report: Report = []
  const clientId = clientIn(a.participant, report)
  const state = states[a.status] ?? warn(report, 'status', 'unmapped')
  const start = instant(a.start, 'start', report)
  const end = instant(a.end, 'end', report)
  const isHalf = (start === undefined) !== (end === undefined)
  if (isHalf) warn(report, '', 'expected a start and an end')
  if (clientId === undefined || state === undefined || isHalf) return { ok: false, issues: report }
  const value: Appointment = {
    identifiers: items(a.identifier, readIdentifier, 'identifier', report),
    clientId,
    referralId: idsIn(a.basedOn, 'ServiceRequest', 'basedOn', report)[0],
    kind: termIn(a.appointmentType, appointmentKind, 'appointmentType', report),
    service: part(a.serviceType?.[0], readConcept, 'serviceType.where({})', report),
    needIds: idsIn(a.reasonReference, 'Condition', 'reasonReference', report),
    time: start === undefined || end === undefined ? undefined : { start, end },
    modality: code<(typeof modalities)[number]>(find(a.extension, url.modality)?.valueCode, modes, path.modality, report),
    attendees: items(a.participant, readAttendee, 'participant', report),
    about: text(a.description, 'description', report),
    instructions: text(a.patientInstruction, 'patientInstruction', report),
    rescheduledFrom: idIn(find(a.extension, url.from)?.valueReference, 'Appointment', path.from, report),
    rescheduledTo: idIn(find(a.extension, url.to)?.valueReference, 'Appointment', path.to, report),
    statusReason: words(a.cancelationReason, 'cancelationReason', report),
    ...readLabels(a.meta, report),
    state,
  }
  if (report.length > 0) at('Appointment', report, 0)
  return { ok: true, value, warnings: report }
}

const writeAttendee = (value: Attendee, prior?: Participant): Participant =>
  named(
    said<Participant>({
      ...prior,
      actor: writeRef(value.who, who[0], prior?.actor),
      status: value.response,
      required: value.required,
    } as Participant),
    value.handle,
  )

function writeParticipants(value: Appointment, now: Participant[] | undefined): Participant[] | undefined {
  const index = now?.findIndex(isClient) ?? -1
  const prior = index < 0 ? undefined : now![index]
  const actor = pointing(`Patient/${value.clientId}`, prior?.actor) as NonNullable<Participant['actor']>
  const own: Participant = prior?.actor === actor ? prior! : { ...(prior ?? { status: 'accepted' }), actor }
  const all = own === prior ? now : index < 0 ? [...(now ?? []), own] : now!.with(index, own)
  return list<Participant, Attendee>(all, value.attendees, readAttendee, ({ handle }) => handle ?? '', writeAttendee)
}

function writeService(value: Appointment['service'], now: fhir.CodeableConcept[] | undefined) {
  const rest = now?.slice(1) ?? []
  if (value === undefined) return rest.length > 0 ? rest : undefined
  return [writeConcept(value, now?.[0]), ...rest]
}

export function writeAppointment(
  value: Appointment,
  parts?: { Appointment: fhir.Appointment },
): { Appointment: fhir.Appointment } {
  const now = parts?.Appointment
  let extension = setExtension(now?.extension, url.modality, 'valueCode', value.modality)
  extension = setExtension(
    extension,
    url.from,
    'valueReference',
    refer('Appointment', value.rescheduledFrom, find(extension, url.from)?.valueReference),
  )
  extension = setExtension(
    extension,
    url.to,
    'valueReference',
    refer('Appointment', value.rescheduledTo, find(extension, url.to)?.valueReference),
  )
  const reason = value.statusReason
  const Appointment = unlessSame<fhir.Appointment>(
    {
      ...(now ?? { resourceType: 'Appointment' }),
      meta: writeLabels(value, now?.meta),
      extension,
      identifier: list(now?.identifier, value.identifiers, readIdentifier, ({ handle }) => handle ?? '', writeIdentifier),
      status: value.state === 'no-show' ? 'noshow' : value.state,
      participant: writeParticipants(value, now?.participant) ?? [],
      basedOn: writeFirst(now?.basedOn, value.referralId, 'ServiceRequest'),
      appointmentType: writeTerm(value.kind, appointmentKind, now?.appointmentType),
      serviceType: writeService(value.service, now?.serviceType),
      reasonReference: writeIds(now?.reasonReference, value.needIds, 'Condition'),
      start: value.time?.start,
      end: value.time?.end,
      description: value.about,
      patientInstruction: value.instructions,
      cancelationReason:
        reason === words(now?.cancelationReason, '', []) ? now?.cancelationReason : writeWords(reason, now?.cancelationReason),
    },
    now,
  )
  return Appointment === now ? parts! : { Appointment }
}
