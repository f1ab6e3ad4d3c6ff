/** An Encounter with Procedures and a note as a session, written by hand: all rows of `mappings/session.encounter.ts`. */
import type * as fhir from '@medplum/fhirtypes'
import type { SessionParts } from '../../../mappings/session.encounter.ts'
import { core, local, localNaming, localSystem } from '../../../mappings/shared/extension.ts'
import { minutesDirect, modalities, type Session, sessionFoci, sessionKinds, sessionStates } from '../../../src/domain/session.ts'
import { equal } from '../../../src/lens/equal.ts'
import type { Reading } from '../../../src/lens/mapping.ts'
import {
  at,
  bool,
  code,
  items,
  known,
  part,
  type Report,
  readCoding,
  readIdentifier,
  readPeriod,
  text,
  warn,
  whole,
} from './checks.ts'
import { find, inExtension } from './extensions.ts'
import { readLabels } from './labels.ts'
import { idIn, idsIn } from './references.ts'
import { readAttendee, readDone, readNote, readScheduled, readSecond, readTelehealth, roleIn } from './session-elements.ts'
import { readSignature } from './signature.ts'

type State = Session['state']
export const statusOf: Readonly<Record<State, fhir.Encounter['status']>> = {
  ...({ planned: 'planned', booked: 'planned', arrived: 'arrived', 'in-progress': 'in-progress' } as const),
  ...({ completed: 'finished', signed: 'finished', amended: 'finished' } as const),
  ...({ 'no-show': 'cancelled', cancelled: 'cancelled', 'entered-in-error': 'entered-in-error' } as const),
}
export const bare: Readonly<Record<string, State>> = {
  ...({ planned: 'booked', arrived: 'arrived', triaged: 'arrived', 'in-progress': 'in-progress' } as const),
  ...({ onleave: 'in-progress', finished: 'completed', cancelled: 'cancelled' } as const),
  ...({ 'entered-in-error': 'entered-in-error', unknown: 'completed' } as const),
}

export const url = {
  state: local('domain-state'),
  reason: local('status-reason'),
  modality: local('modality'),
  breaks: local('break-minutes'),
  scheduled: local('scheduled'),
  indirect: local('indirect-minutes'),
  telehealth: local('telehealth'),
  place: local('place-of-service'),
  participant: local('session-participant'),
  size: local('group-size'),
  topic: local('group-topic'),
  curriculum: local('group-curriculum'),
  goal: core('resource-pertainsToGoal'),
  diagnosis: local('session-diagnosis'),
  outcome: local('session-outcome'),
  interpreter: local('interpreter-used'),
  procedure: local('procedure-code'),
  addOn: local('add-on-code'),
}
const path = {
  state: inExtension(url.state, 'valueCode'),
  reason: inExtension(url.reason, 'valueString'),
  modality: inExtension(url.modality, 'valueCode'),
  breaks: inExtension(url.breaks, 'valueUnsignedInt'),
  scheduled: inExtension(url.scheduled, 'valuePeriod'),
  indirect: inExtension(url.indirect, 'valueUnsignedInt'),
  telehealth: `extension.where(${JSON.stringify({ url: url.telehealth })})`,
  place: inExtension(url.place, 'valueCode'),
  size: inExtension(url.size, 'valuePositiveInt'),
  topic: inExtension(url.topic, 'valueString'),
  curriculum: inExtension(url.curriculum, 'valueString'),
  outcome: inExtension(url.outcome, 'valueCode'),
  interpreter: inExtension(url.interpreter, 'valueBoolean'),
  procedure: inExtension(url.procedure, 'valueCode'),
}
const states = known(...sessionStates)
const modes = known(...modalities)
const outcomes = known('completed', 'no-show', 'late-cancel', 'client-cancel', 'provider-cancel', 'partial')
export const sites = known('AMB', 'HH', 'FLD')
export const groups = localNaming('group-session')
const groupPath = `identifier.where(${JSON.stringify({ system: groups })}).value`

export type Word = { readonly system: string; readonly words: readonly string[] }
export const kinds: Word = { system: localSystem('session-kind'), words: sessionKinds }
export const foci: Word = { system: localSystem('session-focus'), words: sessionFoci }

const wordIn = (raw: fhir.CodeableConcept, { system }: Word): fhir.Coding | undefined =>
  raw?.coding?.find((one) => one.system === system)

const readWord =
  <T extends string>(word: Word) =>
  (raw: fhir.CodeableConcept, report: Report): T | undefined => {
    const coding = wordIn(raw, word)
    if (coding === undefined) return undefined
    return word.words.includes(coding.code!) ? (coding.code as T) : warn(report, '', 'unmapped code')
  }
export const readKind = readWord<NonNullable<Session['kind']>>(kinds)
export const readFocus = readWord<Session['focus'][number]>(foci)

export const readOwn = (raw: fhir.Identifier, report: Report) =>
  raw?.system === groups ? undefined : readIdentifier(raw, report)
export const all =
  (type: string) =>
  (raw: fhir.Reference, report: Report): string | undefined =>
    idIn(raw, type, '', report)
export const locationIn = (raw: fhir.EncounterLocation, report: Report): string | undefined =>
  raw.location === undefined ? warn(report, 'location', 'is required here') : idIn(raw.location, 'Location', 'location', report)

export function goalIn(raw: fhir.Extension, report: Report): string | undefined {
  if (raw.url !== url.goal) return undefined
  const [type, id] = (raw.valueReference?.reference ?? '').split('/')
  return type === 'Goal' && id ? id : warn(report, '', 'expected a reference to a Goal')
}

export const addOnIn = (raw: fhir.Extension, report: Report): string | undefined =>
  raw.url !== url.addOn
    ? undefined
    : raw.valueCode === undefined
      ? warn(report, 'valueCode', 'is required here')
      : text(raw.valueCode, 'valueCode', report)

export type Diagnosis = Session['diagnoses'][number]
export function diagnosisIn(raw: fhir.Extension, report: Report): Diagnosis | undefined {
  if (raw.url !== url.diagnosis) return undefined
  if (raw.valueCoding === undefined) return warn(report, '', 'expected valueCoding')
  const value = readCoding(raw.valueCoding, report)
  return value?.system !== undefined && value.code !== undefined
    ? (value as Diagnosis)
    : warn(report, '', 'needs system and code')
}

function modalityIn(e: fhir.Encounter, report: Report): Session['modality'] | undefined {
  const fine = code<Session['modality']>(find(e.extension, url.modality)?.valueCode, modes, path.modality, report)
  if (e.class?.code === 'VR') return fine !== undefined && fine !== 'in-person' ? fine : 'video'
  return sites.has(e.class?.code ?? '') ? 'in-person' : warn(report, '', 'unmapped class')
}

function stateIn(e: fhir.Encounter, report: Report): State | undefined {
  const fine = code<State>(find(e.extension, url.state)?.valueCode, states, path.state, report)
  return fine !== undefined && statusOf[fine] === e.status ? fine : bare[e.status]
}

export function actualIn(e: fhir.Encounter, report: Report): Session['actual'] {
  const times = part(e.period, readPeriod, 'period', report)
  const breakMinutes = whole(find(e.extension, url.breaks)?.valueUnsignedInt, path.breaks, report)
  const value = times === undefined && breakMinutes === undefined ? undefined : { ...times, breakMinutes }
  if (e.length !== undefined && !equal(e.length, minutesLong(value)))
    warn(report, 'length', 'is not what the times come to, which count')
  return value
}

export function minutesLong(actual: Session['actual']): fhir.Duration | undefined {
  const value = minutesDirect({ actual })
  return value === undefined ? undefined : { value, unit: 'min', system: 'http://unitsofmeasure.org', code: 'min' }
}

function groupIn(e: fhir.Encounter, report: Report): Session['group'] {
  const mark = e.identifier?.find((one) => one?.system === groups)
  const groupSessionId = mark && text(mark.value, groupPath, report)
  const size = whole(find(e.extension, url.size)?.valuePositiveInt, path.size, report)
  const topic = text(find(e.extension, url.topic)?.valueString, path.topic, report)
  const curriculum = text(find(e.extension, url.curriculum)?.valueString, path.curriculum, report)
  if (groupSessionId !== undefined) return { groupSessionId, size, topic, curriculum }
  return (size ?? topic ?? curriculum) === undefined ? undefined : warn(report, '', 'has no group session')
}

export function readSession({ Encounter: e, Procedure, DocumentReference }: SessionParts): Reading<Session> {
  const report: Report = []
  const state = stateIn(e, report)
  const modality = modalityIn(e, report)
  if (state === undefined || modality === undefined) return { ok: false, issues: report }
  const x = e.extension
  const value: Omit<Session, 'interventions' | 'note'> = {
    ...readLabels(e.meta, report),
    identifiers: items(e.identifier, readOwn, 'identifier', report),
    state,
    statusReason: text(find(x, url.reason)?.valueString, path.reason, report),
    modality,
    kind: items(e.type, readKind, 'type', report)[0],
    clientId: idIn(e.subject, 'Patient', 'subject', report),
    episodeId: items(e.episodeOfCare, all('EpisodeOfCare'), 'episodeOfCare', report)[0],
    referralId: items(e.basedOn, all('ServiceRequest'), 'basedOn', report)[0],
    appointmentId: items(e.appointment, all('Appointment'), 'appointment', report)[0],
    renderer: roleIn(e.participant, 'PPRF', report),
    coRenderers: items(e.participant, readSecond, 'participant', report),
    supervisor: roleIn(e.participant, 'supervisor', report),
    actual: actualIn(e, report),
    focus: items(e.reasonCode, readFocus, 'reasonCode', report),
    needIds: idsIn(e.reasonReference, 'Condition', 'reasonReference', report),
    locationId: items(e.location, locationIn, 'location', report)[0],
    scheduled: part(find(x, url.scheduled)?.valuePeriod, readScheduled, path.scheduled, report),
    minutesIndirect: whole(find(x, url.indirect)?.valueUnsignedInt, path.indirect, report),
    telehealth: part(find(x, url.telehealth), readTelehealth, path.telehealth, report),
    placeOfService: text(find(x, url.place)?.valueCode, path.place, report),
    participants: items(x, readAttendee, 'extension', report),
    group: groupIn(e, report),
    goalIds: items(x, goalIn, 'extension', report),
    diagnoses: items(x, diagnosisIn, 'extension', report),
    outcome: code<'partial'>(find(x, url.outcome)?.valueCode, outcomes, path.outcome, report),
    interpreterUsed: bool(find(x, url.interpreter)?.valueBoolean, path.interpreter, report),
    signatures: items(x, readSignature, 'extension', report),
    procedureCode: text(find(x, url.procedure)?.valueCode, path.procedure, report),
    addOnCodes: items(x, addOnIn, 'extension', report),
  }
  if (report.length > 0) at('Encounter', report, 0)
  const interventions = items(Procedure, readDone, 'Procedure', report)
  const note = part(DocumentReference, readNote, 'DocumentReference', report)
  return { ok: true, value: { ...value, interventions, note }, warnings: report }
}
