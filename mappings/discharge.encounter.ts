/**
 * Discharge ↔ Encounter of a hospital stay, and the Conditions that it names as its diagnoses. https://hl7.org/fhir/R4/encounter.html
 */
import type * as fhir from '@medplum/fhirtypes'
import { Discharge, dischargeStates, type VisitNumber } from '../src/domain/discharge.ts'
import type { Coding } from '../src/domain/kernel.ts'
import { type Codec, cannot } from '../src/lens/codec.ts'
import { dateTime, idOf, oneOf, refTo, text } from '../src/lens/codecs.ts'
import { contains } from '../src/lens/equal.ts'
import { type Field, field } from '../src/lens/field.ts'
import { literalTo } from '../src/lens/literal.ts'
import { mapping } from '../src/lens/mapping.ts'
import { shape, together } from '../src/lens/shape.ts'
import { coding, concept, identifier } from './shared/datatypes.ts'
import { extension, local } from './shared/extension.ts'
import { labels } from './shared/labels.ts'
import { readmissionRisk } from './shared/readmission-risk.ts'
import { diagnoses, dischargeState, encounterClass, noClass, whole } from './shared/stay.ts'

const visitNumberType = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'VN' }] }
const isVisitNumber = (item: fhir.Identifier): boolean => contains(item, { type: visitNumberType })

const visitNumber = shape<fhir.Identifier, VisitNumber>('visit number', (at) => ({
  system: at.system.optional(text),
  value: at.value.as(text),
}))

/** `Patient/p1` ↔ `p1`, beside the identifier by which the hospital names the patient. */
const patientLiteral: Codec<string, string> = {
  name: 'id of Patient',
  read: (raw, report) => literalTo('Patient', raw) ?? cannot(report, 'expected a reference to a Patient here'),
  write: (id) => `Patient/${id}`,
}

/** The first coding of a concept. */
const firstCoding: Codec<fhir.CodeableConcept, Coding> = {
  name: 'first coding',
  read: (raw, report) => (raw.coding?.[0] ? coding.read(raw.coding[0], report) : cannot(report, 'expected a coding')),
  write: (value, prior) => ({ coding: [coding.write(value, prior?.coding?.[0])] }),
}

const attending = { type: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'ATND' }] }] }
const ward = {
  physicalType: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/location-physical-type', code: 'wa' }] },
}

/** An item without its location goes: FHIR requires it. */
const hasLocation = (item: fhir.EncounterLocation): boolean => (item.location as unknown) !== undefined

/** Says the state of a discharge where the status does not tell it. */
export const stateExtension = local('domain-state')
/** Says that somebody told us of the stay, and how; what came with a record's history has none. */
export const sourceExtension = local('notification-source')

type StayParts = { Encounter: fhir.Encounter; Condition: fhir.Condition[] }
/** No Conditions are an empty list of them. */
const keepingList = <A>(of: Field<StayParts, A>): Field<StayParts, A> =>
  field({
    ...of,
    put(parts, value) {
      const next = of.put(parts, value)
      return (next as Partial<StayParts>).Condition === undefined ? { ...next, Condition: [] } : next
    },
  })

export default mapping<Discharge, StayParts>({
  name: 'discharge.encounter',
  version: 1,
  domain: Discharge,
  owner: 'partner',
  blank: { Encounter: { resourceType: 'Encounter', status: 'in-progress', class: noClass }, Condition: [] },
  fields: ({ Encounter, Condition }) => ({
    ...labels(Encounter),
    identifiers: Encounter.identifier.each(identifier, {
      by: ['handle'],
      only: { label: 'not the visit number', test: (item) => !isVisitNumber(item) },
    }),
    visitNumber: Encounter.identifier.where({ type: visitNumberType }).optional(visitNumber),
    state: whole(
      together({
        status: Encounter.status,
        fine: extension(Encounter, stateExtension).valueCode.optional(oneOf(...dischargeStates)),
      }),
      dischargeState,
    ).ownedBy('coordination'),
    encounterClass: whole(
      together({ class: Encounter.class, setting: extension(Encounter, local('encounter-setting')).valueCode.optional(text) }),
      encounterClass,
    ),
    clientId: Encounter.subject.reference.optional(patientLiteral).ownedBy('coordination'),
    patientIdentifier: Encounter.subject.identifier.optional(
      shape<fhir.Identifier, NonNullable<Discharge['patientIdentifier']>>('Identifier', (at) => ({
        system: at.system.optional(text),
        value: at.value.optional(text),
      })),
    ),
    facility: Encounter.serviceProvider.optional(refTo('Organization')),
    ward: Encounter.location.where(ward, hasLocation).location.display.optional(text),
    admittedAt: Encounter.period.start.optional(dateTime),
    dischargedAt: Encounter.period.end.optional(dateTime),
    timeZone: extension(Encounter, local('time-zone')).valueCode.optional(text),
    reasons: Encounter.reasonCode.each(concept, { by: (value) => JSON.stringify(value) }),
    disposition: Encounter.hospitalization.dischargeDisposition.optional(firstCoding),
    destination: Encounter.hospitalization.destination.optional(refTo('Location', 'Organization')),
    diagnoses: keepingList(whole(together({ uses: Encounter.diagnosis, conditions: Condition }), diagnoses)),
    legalStatus: extension(Encounter, local('legal-status')).valueCode.optional(
      oneOf('voluntary', 'involuntary', 'court', 'unknown'),
    ),
    attending: Encounter.participant.where(attending).individual.optional(refTo('PractitionerRole', 'Practitioner')),
    summaryId: extension(Encounter, local('discharge-summary'))
      .valueReference.optional(idOf('DocumentReference'))
      .ownedBy('coordination'),
    medsDocumentId: extension(Encounter, local('discharge-medications'))
      .valueReference.optional(idOf('DocumentReference'))
      .ownedBy('coordination'),
    source: extension(Encounter, sourceExtension)
      .valueCode.optional(oneOf('adt', 'fhir-message', 'bundle', 'ccda', 'portal', 'claim'))
      .ownedBy('coordination'),
    sourceMessageId: extension(Encounter, local('source-message')).valueString.optional(text).ownedBy('coordination'),
    receivedAt: extension(Encounter, local('received-at')).valueDateTime.optional(dateTime).ownedBy('coordination'),
    readmissionOf: extension(Encounter, local('readmission-of'))
      .valueReference.optional(idOf('Encounter'))
      .ownedBy('coordination'),
    readmissionRisk: extension(Encounter, local('readmission-risk')).optional(readmissionRisk).ownedBy('coordination'),
  }),
})
