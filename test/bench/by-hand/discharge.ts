/** Discharge ↔ Encounter and its Conditions, written by hand: all rows of `mappings/discharge.encounter.ts`, with checks and warnings. */
import type * as fhir from '@medplum/fhirtypes'
import { local } from '../../../mappings/shared/extension.ts'
import { noClass } from '../../../mappings/shared/stay.ts'
import { type Discharge, type DischargeState, dischargeStates } from '../../../src/domain/discharge.ts'
import { contains } from '../../../src/lens/equal.ts'
import type { Reading } from '../../../src/lens/mapping.ts'
import {
  at,
  code,
  dateTime,
  items,
  known,
  needed,
  part,
  type Report,
  readCoding,
  readConcept,
  readIdentifier,
  text,
  warn,
} from './checks.ts'
import { readDiagnoses, writeDiagnoses } from './diagnoses.ts'
import { find, inExtension } from './extensions.ts'
import { readLabels, writeLabels } from './labels.ts'
import { idIn, refer, refIn, writeRef } from './references.ts'
import { classIn, stateIn, writeClass, writeState } from './stay.ts'
import { list, type Maybe, said, setExtension, unlessSame, writeCoding, writeConcept, writeIdentifier } from './writes.ts'

export interface StayParts {
  Encounter: fhir.Encounter
  Condition: fhir.Condition[]
}

const url = {
  state: local('domain-state'),
  setting: local('encounter-setting'),
  zone: local('time-zone'),
  legal: local('legal-status'),
  summary: local('discharge-summary'),
  medications: local('discharge-medications'),
  source: local('notification-source'),
  message: local('source-message'),
  received: local('received-at'),
  before: local('readmission-of'),
}
const codeOf = (name: keyof typeof url): string => inExtension(url[name], 'valueCode')
const referenceOf = (name: keyof typeof url): string => inExtension(url[name], 'valueReference')
const path = {
  ...{
    state: codeOf('state'),
    setting: codeOf('setting'),
    zone: codeOf('zone'),
    legal: codeOf('legal'),
    source: codeOf('source'),
  },
  ...{ summary: referenceOf('summary'), medications: referenceOf('medications'), before: referenceOf('before') },
  message: inExtension(url.message, 'valueString'),
  received: inExtension(url.received, 'valueDateTime'),
}
const states = known(...dischargeStates)
const legalStatuses = known('voluntary', 'involuntary', 'court', 'unknown')
const sources = known('adt', 'fhir-message', 'bundle', 'ccda', 'portal', 'claim')

const visitType = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'VN' }] }
const isVisitNumber = (one: fhir.Identifier): boolean =>
  one?.type?.coding?.some((each) => each?.system === visitType.coding[0]!.system && each.code === 'VN') === true
const visitPath = `identifier.where(${JSON.stringify({ type: visitType })})`
const attendingType = {
  type: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'ATND' }] }],
}
const isAttending = (one: fhir.EncounterParticipant): boolean => contains(one, attendingType)
const attendingPath = `participant.where(${JSON.stringify(attendingType)}).individual`
const wardType = {
  physicalType: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/location-physical-type', code: 'wa' }] },
}
const isWard = (one: fhir.EncounterLocation): boolean => contains(one, wardType)
const wardPath = `location.where(${JSON.stringify(wardType)}).location.display`

type Clinician = NonNullable<fhir.EncounterParticipant['individual']>

const first = <T>(all: readonly T[] | undefined, fits: (one: T) => boolean): T | undefined =>
  Array.isArray(all) ? all.find(fits) : undefined

const readOther = (one: fhir.Identifier, report: Report) => (isVisitNumber(one) ? undefined : readIdentifier(one, report))
const readNumber = (raw: fhir.Identifier, report: Report): Discharge['visitNumber'] => {
  const system = text(raw.system, 'system', report)
  const value = needed(raw.value, text(raw.value, 'value', report), 'value', report)
  return value === undefined ? undefined : { system, value }
}
const readNaming = (raw: fhir.Identifier, report: Report) => ({
  system: text(raw.system, 'system', report),
  value: text(raw.value, 'value', report),
})
const firstCoding = (raw: fhir.CodeableConcept, report: Report) =>
  raw.coding?.[0] ? readCoding(raw.coding[0], report) : warn(report, '', 'expected a coding')

function literalIn(raw: unknown, report: Report): string | undefined {
  const words = text(raw, 'subject.reference', report)
  if (words === undefined) return undefined
  const [type, id, ...more] = words.split('/')
  if (type === 'Patient' && id && more.length === 0) return id
  return warn(report, 'subject.reference', 'expected a reference to a Patient here')
}

export function readDischarge({ Encounter: e, Condition: conditions }: StayParts): Reading<Discharge> {
  const report: Report = []
  const all = e.extension
  const stay = e.hospitalization
  const attending = first(e.participant, isAttending)?.individual
  const value: Discharge = {
    ...readLabels(e.meta, report),
    identifiers: items(e.identifier, readOther, 'identifier', report),
    visitNumber: part(first(e.identifier, isVisitNumber), readNumber, visitPath, report),
    state: stateIn(e.status, code<DischargeState>(find(all, url.state)?.valueCode, states, path.state, report)),
    encounterClass: classIn(e.class, text(find(all, url.setting)?.valueCode, path.setting, report)),
    clientId: literalIn(e.subject?.reference, report),
    patientIdentifier: part(e.subject?.identifier, readNaming, 'subject.identifier', report),
    facility: e.serviceProvider && refIn(e.serviceProvider, ['Organization'], 'serviceProvider', report),
    ward: text(first(e.location, isWard)?.location?.display, wardPath, report),
    admittedAt: dateTime(e.period?.start, 'period.start', report),
    dischargedAt: dateTime(e.period?.end, 'period.end', report),
    timeZone: text(find(all, url.zone)?.valueCode, path.zone, report),
    reasons: items(e.reasonCode, readConcept, 'reasonCode', report),
    disposition: part(stay?.dischargeDisposition, firstCoding, 'hospitalization.dischargeDisposition', report),
    destination:
      stay?.destination &&
      (refIn(stay.destination, ['Location', 'Organization'], 'hospitalization.destination', report) as Discharge['destination']),
    diagnoses: readDiagnoses(e.diagnosis, conditions),
    legalStatus: code<'court'>(find(all, url.legal)?.valueCode, legalStatuses, path.legal, report),
    attending:
      attending && (refIn(attending, ['PractitionerRole', 'Practitioner'], attendingPath, report) as Discharge['attending']),
    summaryId: idIn(find(all, url.summary)?.valueReference, 'DocumentReference', path.summary, report),
    medsDocumentId: idIn(find(all, url.medications)?.valueReference, 'DocumentReference', path.medications, report),
    source: code<'adt'>(find(all, url.source)?.valueCode, sources, path.source, report),
    sourceMessageId: text(find(all, url.message)?.valueString, path.message, report),
    receivedAt: dateTime(find(all, url.received)?.valueDateTime, path.received, report),
    readmissionOf: idIn(find(all, url.before)?.valueReference, 'Encounter', path.before, report),
  }
  if (report.length > 0) at('Encounter', report, 0)
  return { ok: true, value, warnings: report }
}

function writeIdentifiers(value: Discharge, now: fhir.Identifier[] | undefined): fhir.Identifier[] | undefined {
  const others = list(now, value.identifiers, readOther, ({ handle }) => handle ?? '', writeIdentifier)
  const index = others?.findIndex(isVisitNumber) ?? -1
  const number = value.visitNumber
  if (number === undefined) return index < 0 ? others : others!.filter((one) => !isVisitNumber(one))
  if (index < 0) return [...(others ?? []), said<fhir.Identifier>({ type: visitType, ...number } as Maybe<fhir.Identifier>)]
  const next = said<fhir.Identifier>({ ...others![index], system: number.system, value: number.value } as Maybe<fhir.Identifier>)
  return others!.with(index, next)
}

/** The first that fits, as it is to be; where it said something, and there is nothing to say, it goes with all that are like it. */
function placed<T>(all: T[] | undefined, fits: (one: T) => boolean, said: unknown, next: T | undefined): T[] | undefined {
  if (next === undefined) return said === undefined ? all : all!.filter((one) => !fits(one))
  const index = all?.findIndex(fits) ?? -1
  return index < 0 ? [...(all ?? []), next] : all!.with(index, next)
}

function writeExtensions(
  value: Discharge,
  fine: string | undefined,
  setting: string | undefined,
  now: fhir.Extension[] | undefined,
) {
  const reference = (name: 'summary' | 'medications' | 'before', type: string, id: string | undefined) =>
    refer(type, id, find(now, url[name])?.valueReference)
  let all = setExtension(now, url.state, 'valueCode', fine)
  all = setExtension(all, url.setting, 'valueCode', setting)
  all = setExtension(all, url.zone, 'valueCode', value.timeZone)
  all = setExtension(all, url.legal, 'valueCode', value.legalStatus)
  all = setExtension(all, url.summary, 'valueReference', reference('summary', 'DocumentReference', value.summaryId))
  all = setExtension(all, url.medications, 'valueReference', reference('medications', 'DocumentReference', value.medsDocumentId))
  all = setExtension(all, url.source, 'valueCode', value.source)
  all = setExtension(all, url.message, 'valueString', value.sourceMessageId)
  all = setExtension(all, url.received, 'valueDateTime', value.receivedAt)
  return setExtension(all, url.before, 'valueReference', reference('before', 'Encounter', value.readmissionOf))
}

function writeSubject(value: Discharge, now: fhir.Reference | undefined): fhir.Encounter['subject'] {
  const reference = value.clientId === undefined ? undefined : `Patient/${value.clientId}`
  const identifier =
    value.patientIdentifier && said<fhir.Identifier>({ ...now?.identifier, ...value.patientIdentifier } as Maybe<fhir.Identifier>)
  const next = said<fhir.Reference>({ ...now, reference, identifier } as Maybe<fhir.Reference>)
  for (const _ in next) return next as fhir.Encounter['subject']
  return undefined
}

function writeStay(value: Discharge, now: fhir.EncounterHospitalization | undefined): fhir.EncounterHospitalization | undefined {
  const coding = now?.dischargeDisposition?.coding?.[0]
  const kept = coding && value.disposition && contains(coding, value.disposition) ? now.dischargeDisposition : undefined
  const next = said<fhir.EncounterHospitalization>({
    ...now,
    dischargeDisposition: value.disposition && (kept ?? { coding: [writeCoding(value.disposition, coding)] }),
    destination: value.destination && writeRef(value.destination, 'Location', now?.destination),
  } as Maybe<fhir.EncounterHospitalization>)
  for (const _ in next) return next
  return undefined
}

const blank: fhir.Encounter = { resourceType: 'Encounter', status: 'in-progress', class: noClass }

export function writeDischarge(value: Discharge, parts?: StayParts): StayParts {
  const now = parts?.Encounter ?? blank
  const { status, fine } = writeState(value.state, now.status)
  const { class: kind, setting } = writeClass(value.encounterClass, now.class)
  const attending = first(now.participant, isAttending)
  const ward = first(now.location, isWard)
  const { uses, conditions } = writeDiagnoses(value.diagnoses, now.diagnosis, parts?.Condition ?? [])
  const times = said<fhir.Period>({ ...now.period, start: value.admittedAt, end: value.dischargedAt } as Maybe<fhir.Period>)
  const next = {
    ...now,
    meta: writeLabels(value, now.meta),
    extension: writeExtensions(value, fine, setting, now.extension),
    identifier: writeIdentifiers(value, now.identifier),
    status,
    class: kind,
    subject: writeSubject(value, now.subject),
    participant: placed(
      now.participant,
      isAttending,
      attending?.individual,
      value.attending && {
        ...(attending ?? attendingType),
        individual: writeRef(value.attending, 'PractitionerRole', attending?.individual) as Clinician,
      },
    ),
    period: Object.keys(times).length > 0 ? times : undefined,
    reasonCode: list(
      now.reasonCode,
      value.reasons,
      (one: fhir.CodeableConcept, report) => readConcept(one, report),
      (one) => JSON.stringify(one),
      writeConcept,
    ),
    diagnosis: uses,
    hospitalization: writeStay(value, now.hospitalization),
    location: placed(
      now.location,
      isWard,
      ward?.location?.display,
      value.ward === undefined ? undefined : { ...(ward ?? wardType), location: { ...ward?.location, display: value.ward } },
    ),
    serviceProvider: value.facility && writeRef(value.facility, 'Organization', now.serviceProvider),
  } as fhir.Encounter
  const Encounter = unlessSame<fhir.Encounter>(next, parts?.Encounter)
  return Encounter === parts?.Encounter && conditions === parts.Condition ? parts : { ...parts, Encounter, Condition: conditions }
}
