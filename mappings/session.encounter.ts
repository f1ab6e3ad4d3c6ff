/**
 * Session ↔ Encounter, a Procedure for each intervention, and the DocumentReference of its note. The state is Encounter.status, refined by our own extension where several
 * states share a status. https://hl7.org/fhir/R4/encounter.html
 */
import type * as fhir from '@medplum/fhirtypes'
import type { z } from 'zod'
import type { Period } from '../src/domain/kernel.ts'
import { minutesDirect, modalities, Session, sessionFoci, sessionKinds, sessionOutcomes } from '../src/domain/session.ts'
import { type Codec, cannot } from '../src/lens/codec.ts'
import { bool, idOf, instant, integer, oneOf, refTo, same, text, withHandle } from '../src/lens/codecs.ts'
import { equal } from '../src/lens/equal.ts'
import { first } from '../src/lens/head.ts'
import { mapping } from '../src/lens/mapping.ts'
import { inside, shape, together } from '../src/lens/shape.ts'
import { valuesOf, withUrl } from './shared/combine.ts'
import { coding, identifier, period } from './shared/datatypes.ts'
import { core, extension, local, localNaming, localSystem } from './shared/extension.ts'
import { labels } from './shared/labels.ts'
import { refinedState } from './shared/refined-state.ts'
import { diagnosis, participant, pertainsToGoal, signature, telehealth } from './shared/session-extensions.ts'
import { sessionNote } from './shared/session-note.ts'
import { unknownSubject } from './shared/stay.ts'

type State = Session['state']

/** https://hl7.org/fhir/R4/valueset-encounter-status.html */
const statusOf: Readonly<Record<State, fhir.Encounter['status']>> = {
  booked: 'planned',
  planned: 'planned',
  arrived: 'arrived',
  'in-progress': 'in-progress',
  completed: 'finished',
  signed: 'finished',
  amended: 'finished',
  cancelled: 'cancelled',
  'no-show': 'cancelled',
  'entered-in-error': 'entered-in-error',
}
const alike = { triaged: 'arrived', onleave: 'in-progress', unknown: 'completed' } as const

type Modality = (typeof modalities)[number]
/** Classes of Encounters that are sessions. */
export const sessionClasses: ReadonlySet<string> = new Set(['AMB', 'VR', 'HH', 'FLD'])
const sites = new Set(['AMB', 'HH', 'FLD'])
/** Encounter.class tells video from in person; how else one met is our extension's to say. */
const modality: Codec<{ class: string | undefined; fine: Modality | undefined }, Modality> = {
  name: 'modality',
  read: (raw, report) => {
    if (raw.class === 'VR') return raw.fine !== undefined && raw.fine !== 'in-person' ? raw.fine : 'video'
    return sites.has(raw.class ?? '') ? 'in-person' : cannot(report, 'unmapped class')
  },
  write: (value, prior) =>
    value === 'in-person'
      ? { class: sites.has(prior?.class ?? '') ? prior!.class : 'AMB', fine: undefined }
      : { class: 'VR', fine: value === 'video' ? undefined : value },
}

const participation = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType'
const participantOf = (system: string, code: string) => ({ type: [{ coding: [{ system, code }] }] })
const staffed = (item: fhir.EncounterParticipant): boolean => item.individual !== undefined
const plays = (code: string) => (item: fhir.EncounterParticipant) =>
  (item.type ?? []).some((type) => (type.coding ?? []).some((one) => one.system === participation && one.code === code))

/** A further participant with the role of secondary performer. */
const coRenderer: Codec<fhir.EncounterParticipant, Session['coRenderers'][number]> = inside(
  shape<fhir.EncounterParticipant, { who: Session['coRenderers'][number] }>(
    'co-renderer',
    (at) => ({ who: at.individual.as(refTo('Practitioner', 'PractitionerRole')) }),
    participantOf(participation, 'SPRF') as fhir.EncounterParticipant,
  ),
  'who',
)

const encounterLocation: Codec<fhir.EncounterLocation, string> = inside(
  shape<fhir.EncounterLocation, { id: string }>('location', (at) => ({ id: at.location.as(idOf('Location')) }), { location: {} }),
  'id',
)

type Actual = NonNullable<Session['actual']>
type Raw<T> = { readonly [K in keyof T]-?: T[K] | undefined }
interface Times {
  readonly period: z.infer<typeof Period> | undefined
  readonly breakMinutes: number | undefined
  /** What follows from the others: minutes face to face. Somebody else's word on it stays as long as the times do. */
  readonly length: fhir.Duration | undefined
}
const actual: Codec<Times, Actual | undefined> = {
  name: 'actual times',
  read({ period: times, breakMinutes, length }, report) {
    const isTold = times !== undefined || breakMinutes !== undefined
    const value = isTold ? { ...times, ...(breakMinutes !== undefined && { breakMinutes }) } : undefined
    if (length !== undefined && !equal(length, minutesLong(value)))
      report.push({ path: 'length', message: 'is not what the times come to, which count', severity: 'warning' })
    return value
  },
  write(value, prior) {
    const { breakMinutes, ...times } = value ?? {}
    const period = Object.keys(times).length > 0 ? times : undefined
    const stands = prior && equal(prior.period, period) && prior.breakMinutes === breakMinutes
    return { period, breakMinutes, length: stands ? prior.length : minutesLong(value) }
  },
}
/** https://ucum.org/ucum#section-Units-of-Time */
function minutesLong(value: Actual | undefined): fhir.Duration | undefined {
  const minutes = minutesDirect({ actual: value })
  return minutes === undefined ? undefined : { value: minutes, unit: 'min', system: 'http://unitsofmeasure.org', code: 'min' }
}

const scheduled = shape<fhir.Period, NonNullable<Session['scheduled']>>('scheduled', (at) => ({
  start: at.start.as(instant),
  end: at.end.as(instant),
}))

/** A concept with a code of one of our own systems; codings of other systems beside it stay. */
function ownCode<T extends string>(system: string, known: readonly T[]): Codec<fhir.CodeableConcept, T> {
  const codeIn = (raw: fhir.CodeableConcept): string | undefined => raw.coding?.find((one) => one.system === system)?.code
  return {
    name: `code of ${system}`,
    read: (raw, report) => known.find((code) => code === codeIn(raw)) ?? cannot(report, 'unmapped code'),
    write(value, prior) {
      if (prior && codeIn(prior) === value) return prior
      return { ...prior, coding: [...(prior?.coding ?? []).filter((one) => one.system !== system), { system, code: value }] }
    },
  }
}

const isFocus = (item: fhir.CodeableConcept): boolean =>
  (item.coding ?? []).some((one) => one.system === localSystem('session-focus'))

const intervention = withHandle<fhir.Procedure, Session['interventions'][number]>(
  shape<fhir.Procedure, Omit<Session['interventions'][number], 'handle'>>(
    'intervention',
    (at) => ({
      codings: at.code.coding.each(coding, { by: ['system', 'code'] }),
      text: at.code.text.optional(text),
    }),
    { resourceType: 'Procedure', status: 'completed', subject: unknownSubject },
  ),
)

type Group = NonNullable<Session['group']>
const group: Codec<Raw<Group>, Group | undefined> = {
  name: 'group',
  read({ groupSessionId, ...rest }, report) {
    if (groupSessionId !== undefined) return { ...rest, groupSessionId }
    return Object.values(rest).some((one) => one !== undefined) ? cannot(report, 'has no group session') : undefined
  },
  write: (value) => ({ ...{ groupSessionId: undefined, size: undefined, topic: undefined, curriculum: undefined }, ...value }),
}

const isKind = (item: fhir.CodeableConcept): boolean =>
  (item.coding ?? []).some((one) => one.system === localSystem('session-kind'))
const isNeed = (item: fhir.Reference): boolean => (item.reference ?? '').startsWith('Condition/')
const isOwnIdentifier = (item: fhir.Identifier): boolean => item.system !== localNaming('group-session')

export interface SessionParts {
  readonly Encounter: fhir.Encounter
  readonly Procedure: fhir.Procedure[]
  readonly DocumentReference?: fhir.DocumentReference
}

export default mapping<Session, SessionParts>({
  name: 'session.encounter',
  version: 3,
  domain: Session,
  owner: 'coordination',
  blank: {
    Encounter: {
      resourceType: 'Encounter',
      status: 'planned',
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
    },
    Procedure: [],
  },
  fields: ({ Encounter, Procedure, DocumentReference }) => ({
    ...labels(Encounter),
    identifiers: Encounter.identifier.each(identifier, { by: ['handle'], only: { label: 'own', test: isOwnIdentifier } }),
    state: refinedState(Encounter, Encounter.status, statusOf, alike),
    statusReason: extension(Encounter, local('status-reason')).valueString.optional(text),
    modality: together({
      class: Encounter.class.code.optional(text),
      fine: extension(Encounter, local('modality')).valueCode.optional(oneOf(...modalities)),
    }).as(modality),
    kind: first(
      Encounter.type.each(ownCode(localSystem('session-kind'), sessionKinds), {
        by: (value) => value,
        only: { label: 'session-kind', test: isKind },
      }),
    ),
    clientId: Encounter.subject.optional(idOf('Patient')),
    episodeId: first(Encounter.episodeOfCare.each(idOf('EpisodeOfCare'), { by: (id) => id })),
    referralId: first(Encounter.basedOn.each(idOf('ServiceRequest'), { by: (id) => id })),
    appointmentId: first(Encounter.appointment.each(idOf('Appointment'), { by: (id) => id })),
    renderer: Encounter.participant
      .where(participantOf(participation, 'PPRF'), staffed)
      .individual.optional(refTo('Practitioner', 'PractitionerRole')),
    coRenderers: Encounter.participant.each(coRenderer, {
      by: (who) => JSON.stringify(who),
      only: { label: 'SPRF', test: plays('SPRF') },
    }),
    supervisor: Encounter.participant
      .where(participantOf(localSystem('session-role'), 'supervisor'), staffed)
      .individual.optional(refTo('Practitioner', 'PractitionerRole')),
    actual: together({
      period: Encounter.period.optional(period),
      breakMinutes: extension(Encounter, local('break-minutes')).valueUnsignedInt.optional(integer),
      length: Encounter.length.optional(same<fhir.Duration>('Duration')),
    }).optional(actual),
    focus: Encounter.reasonCode.each(ownCode(localSystem('session-focus'), sessionFoci), {
      by: (value) => value,
      only: { label: 'session-focus', test: isFocus },
    }),
    needIds: Encounter.reasonReference.each(idOf('Condition'), { by: (id) => id, only: { label: 'Condition', test: isNeed } }),
    locationId: first(Encounter.location.each(encounterLocation, { by: (id) => id })),
    scheduled: extension(Encounter, local('scheduled')).valuePeriod.optional(scheduled),
    minutesIndirect: extension(Encounter, local('indirect-minutes')).valueUnsignedInt.optional(integer),
    telehealth: extension(Encounter, local('telehealth')).optional(telehealth),
    placeOfService: extension(Encounter, local('place-of-service')).valueCode.optional(text),
    participants: Encounter.extension.each(participant, {
      by: ['handle'],
      only: withUrl(local('session-participant')),
    }),
    group: together({
      groupSessionId: Encounter.identifier
        .where({ system: localNaming('group-session') }, (item) => item.value !== undefined)
        .value.optional(text),
      size: extension(Encounter, local('group-size')).valuePositiveInt.optional(integer),
      topic: extension(Encounter, local('group-topic')).valueString.optional(text),
      curriculum: extension(Encounter, local('group-curriculum')).valueString.optional(text),
    }).optional(group),
    interventions: Procedure.each(intervention, { by: ['handle'] }),
    note: DocumentReference.optional(sessionNote),
    goalIds: Encounter.extension.each(pertainsToGoal, {
      by: (id) => id,
      only: withUrl(core('resource-pertainsToGoal')),
    }),
    diagnoses: Encounter.extension.each(diagnosis, {
      by: ['system', 'code'],
      only: withUrl(local('session-diagnosis')),
    }),
    outcome: extension(Encounter, local('session-outcome')).valueCode.optional(oneOf(...sessionOutcomes)),
    interpreterUsed: extension(Encounter, local('interpreter-used')).valueBoolean.optional(bool),
    signatures: Encounter.extension.each(signature, {
      by: ['handle'],
      only: withUrl(local('signature')),
    }),
    procedureCode: extension(Encounter, local('procedure-code')).valueCode.optional(text),
    addOnCodes: valuesOf(Encounter.extension, local('add-on-code'), (at) => at.valueCode.as(text)),
  }),
})
