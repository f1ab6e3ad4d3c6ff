/** Invented Encounters for the measuring of mappings: hospital stays with their diagnoses, and sessions. */
import type * as fhir from '@medplum/fhirtypes'
import { local } from '../../../mappings/shared/extension.ts'
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
