/** Invented Encounters for the measuring of mappings: hospital stays with their diagnoses, and sessions. */
import type * as fhir from '@medplum/fhirtypes'
import type { SessionParts } from '../../../mappings/session.encounter.ts'
import { core, local, localSystem } from '../../../mappings/shared/extension.ts'
import { signature } from './care-resources.ts'
import type { StayParts } from './discharge.ts'

const actCode = 'http://terminology.hl7.org/CodeSystem/v3-ActCode'
const roles = 'http://terminology.hl7.org/CodeSystem/diagnosis-role'
const icd10 = 'http://hl7.org/fhir/sid/icd-10-cm'
const participation = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType'
const meta: fhir.Meta = { versionId: '2', lastUpdated: '2026-02-01T10:00:00Z' }

const diagnosed = (id: string, n: number, code: string, display: string): fhir.Condition => ({
  resourceType: 'Condition',
  id,
  clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] },
  code: { coding: [{ system: icd10, code, display }] },
  subject: { reference: `Patient/p${n}` },
  recordedDate: '2026-01-20',
})

export const stay = (n: number): StayParts => ({
  Encounter: {
    resourceType: 'Encounter',
    id: `s${n}`,
    meta,
    extension: [
      { url: local('domain-state'), valueCode: 'in-follow-up' },
      { url: local('encounter-setting'), valueCode: 'inpatient-acute-psych' },
      { url: local('time-zone'), valueCode: 'America/New_York' },
      { url: local('notification-source'), valueCode: 'adt' },
      { url: local('received-at'), valueDateTime: '2026-02-01T10:00:00Z' },
    ],
    identifier: [
      { system: 'https://hospital.example/accounts', value: `A${n}` },
      {
        type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'VN' }] },
        system: 'https://hospital.example/visits',
        value: `${n}`,
      },
    ],
    status: 'finished',
    class: { system: actCode, code: 'IMP', display: 'inpatient encounter' },
    priority: { text: 'urgent' },
    subject: {
      reference: `Patient/p${n}`,
      identifier: { system: 'https://hospital.example/mrn', value: `${n}` },
      display: 'Ada',
    },
    participant: [
      { type: [{ coding: [{ system: participation, code: 'ATND' }] }], individual: { reference: 'Practitioner/gray' } },
      { type: [{ coding: [{ system: participation, code: 'ADM' }] }], individual: { display: 'Dr. Moss' } },
    ],
    period: { start: '2026-01-20T21:00:00-05:00', end: '2026-02-01T09:30:00-05:00' },
    reasonCode: [{ coding: [{ system: icd10, code: 'F32.2' }], text: 'Depressed' }],
    diagnosis: [
      { condition: { reference: `Condition/x${n}` }, use: { coding: [{ system: roles, code: 'DD' }] }, rank: 1 },
      { condition: { reference: `Condition/y${n}` }, use: { coding: [{ system: roles, code: 'AD' }] } },
      { condition: { display: 'Asthma' } },
    ],
    hospitalization: {
      admitSource: { text: 'emergency' },
      dischargeDisposition: { coding: [{ system: 'https://www.nubc.org/CodeSystem/PatDischargeStatus', code: '01' }] },
      destination: { reference: 'Location/home' },
    },
    location: [
      {
        location: { display: '4 West' },
        physicalType: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/location-physical-type', code: 'wa' }] },
      },
    ],
    serviceProvider: { reference: 'Organization/stb', display: 'St. Brendan' },
  },
  Condition: [
    diagnosed(`x${n}`, n, 'F32.2', 'Major depressive disorder'),
    diagnosed(`y${n}`, n, 'R45.851', 'Suicidal ideations'),
  ],
})

const withStay = (n: number, over: Partial<fhir.Encounter>): StayParts => {
  const { Encounter, Condition } = stay(n)
  return { Encounter: { ...Encounter, ...over }, Condition }
}

export const oddStays: readonly StayParts[] = [
  withStay(1, {
    status: 'cancelled',
    class: { code: 'IMP' },
    subject: { reference: 'Group/1', identifier: { system: '' } },
    serviceProvider: {},
    period: { start: 'then' },
    hospitalization: { dischargeDisposition: { text: 'home' }, destination: {} },
  }),
  withStay(2, {
    class: { system: actCode, code: 'AMB' },
    extension: [
      { url: local('domain-state'), valueCode: 'entered-in-error' },
      { url: local('legal-status'), valueCode: 'odd' },
      { url: local('discharge-summary'), valueReference: { display: 'the letter' } },
      { url: local('received-at'), valueDateTime: 'noon' },
      { url: local('source-message'), valueString: '' },
    ],
    identifier: [{ type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'VN' }] } }],
    participant: [{ type: [{ coding: [{ system: participation, code: 'ATND' }] }], individual: {} }],
    reasonCode: [{ text: '' }],
  }),
]

export const session = (n: number): SessionParts => ({
  Encounter: {
    resourceType: 'Encounter',
    id: `e${n}`,
    meta,
    extension: [
      { url: local('domain-state'), valueCode: 'signed' },
      { url: local('modality'), valueCode: 'audio-only' },
      { url: local('scheduled'), valuePeriod: { start: '2026-03-02T14:00:00-05:00', end: '2026-03-02T14:50:00-05:00' } },
      {
        url: local('telehealth'),
        extension: [
          { url: 'clientLocation', valueCode: 'home' },
          { url: 'consentToTelehealth', valueBoolean: true },
        ],
      },
      {
        url: local('session-participant'),
        extension: [
          { url: 'who', valueReference: { reference: `Patient/p${n}` } },
          { url: 'role', valueCode: 'client' },
          { url: 'present', valueBoolean: true },
        ],
      },
      { url: core('resource-pertainsToGoal'), valueReference: { reference: `Goal/g${n}` } },
      { url: local('session-diagnosis'), valueCoding: { system: icd10, code: 'F32.2' } },
      { url: local('session-outcome'), valueCode: 'completed' },
      signature('2026-03-02T15:00:00-05:00'),
    ],
    identifier: [{ system: 'https://hospital.example/sessions', value: `${n}` }],
    status: 'finished',
    class: { system: actCode, code: 'VR', display: 'virtual' },
    type: [
      { coding: [{ system: localSystem('session-kind'), code: 'outreach' }] },
      { coding: [{ system: 'http://snomed.info/sct', code: '75516001' }] },
    ],
    subject: { reference: `Patient/p${n}`, display: 'Ada' },
    episodeOfCare: [{ reference: `EpisodeOfCare/ep${n}` }],
    participant: [
      { type: [{ coding: [{ system: participation, code: 'PPRF' }] }], individual: { reference: 'Practitioner/lee' } },
      { type: [{ text: 'guest' }], individual: { display: 'A student' } },
    ],
    appointment: [{ reference: `Appointment/a${n}` }],
    period: { start: '2026-03-02T14:02:00-05:00', end: '2026-03-02T14:49:00-05:00' },
    length: { value: 47, unit: 'min' },
    reasonCode: [{ coding: [{ system: localSystem('session-focus'), code: 'mental-health' }] }],
    reasonReference: [{ reference: `Condition/c${n}` }],
    location: [{ location: { reference: 'Location/l1' } }],
  },
  Procedure: [
    {
      resourceType: 'Procedure',
      id: `i${n}`,
      status: 'completed',
      subject: { reference: `Patient/p${n}` },
      code: { coding: [{ system: 'http://snomed.info/sct', code: '228557008' }], text: 'Cognitive behavioural work' },
    },
  ],
})

const withSession = (n: number, over: Partial<fhir.Encounter>): SessionParts => {
  const { Encounter, Procedure } = session(n)
  return { Encounter: { ...Encounter, ...over }, Procedure }
}

export const oddSessions: readonly SessionParts[] = [
  withSession(1, {
    status: 'onleave',
    episodeOfCare: [{ display: 'this one' }],
    type: [{ coding: [{ system: localSystem('session-kind'), code: 'seance' }] }],
    period: { start: 'two' },
    location: [{ location: {} }],
    extension: [
      { url: local('telehealth'), extension: [{ url: 'platform', valueString: '' }] },
      { url: local('session-participant'), extension: [{ url: 'role', valueCode: 'cat' }] },
      { url: local('group-size'), valuePositiveInt: 7 },
      { url: local('session-diagnosis'), valueCoding: { code: 'F32.2' } },
      { url: core('resource-pertainsToGoal'), valueReference: { display: 'sleep' } },
      { url: local('scheduled'), valuePeriod: { start: '2026-03-02' } },
    ],
    participant: [{ type: [{ coding: [{ system: participation, code: 'SPRF' }] }] }],
  }),
  { ...session(2), Procedure: [{ resourceType: 'Procedure', status: 'completed', subject: {}, code: { text: '' } }] },
  withSession(3, { class: { code: 'IMP' } }),
]
