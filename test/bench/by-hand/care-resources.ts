/** Further invented resources for the measuring of mappings: what is planned, done and told in the course of care. */
import type * as fhir from '@medplum/fhirtypes'
import { core, local, localSystem } from '../../../mappings/shared/extension.ts'

const loinc = 'http://loinc.org'
const snomed = 'http://snomed.info/sct'
const meta: fhir.Meta = { versionId: '2', lastUpdated: '2026-02-01T10:00:00Z' }

const signature = (at: string): fhir.Extension => ({
  url: local('signature'),
  extension: [
    { url: 'party', valueString: 'Ada Stone' },
    { url: 'role', valueCode: 'client' },
    { url: 'method', valueCode: 'electronic' },
    { url: 'at', valueDateTime: at },
  ],
})

export const carePlan = (n: number): fhir.CarePlan => ({
  resourceType: 'CarePlan',
  id: `cp${n}`,
  meta,
  text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">Care plan</div>' },
  extension: [
    { url: local('review-every'), valueString: 'P90D' },
    { url: local('next-review'), valueDate: '2026-05-01' },
    signature('2026-02-01T10:00:00-05:00'),
  ],
  identifier: [{ system: 'https://hospital.example/plans', value: `${n}` }],
  status: 'active',
  intent: 'plan',
  category: [
    { coding: [{ system: 'http://hl7.org/fhir/us/core/CodeSystem/careplan-category', code: 'assess-plan' }] },
    { coding: [{ system: localSystem('care-plan-kind'), code: 'coordination' }] },
  ],
  title: `Plan ${n}`,
  description: 'Sleep, a flat, and somebody to talk to',
  subject: { reference: `Patient/p${n}`, display: 'Ada' },
  period: { start: '2026-02-01', end: '2026-08-01' },
  created: '2026-02-01',
  author: { reference: 'PractitionerRole/lee', display: 'Dr. Lee' },
  contributor: [{ reference: `Patient/p${n}` }, { display: 'Her sister' }],
  careTeam: [{ reference: `CareTeam/t${n}` }],
  addresses: [{ reference: `Condition/c${n}` }, { reference: `Condition/d${n}` }],
  goal: [{ reference: `Goal/g${n}` }],
  activity: [
    {
      extension: [{ url: local('intervention-kind'), valueCode: 'session-series' }],
      detail: {
        kind: 'Appointment',
        code: { coding: [{ system: snomed, code: '75516001', display: 'Psychotherapy' }], text: 'Weekly sessions' },
        goal: [{ reference: `Goal/g${n}` }],
        status: 'in-progress',
        doNotPerform: false,
        scheduledTiming: { repeat: { frequency: 1, period: 1, periodUnit: 'wk' } },
        performer: [{ reference: 'PractitionerRole/lee' }],
      },
    },
    {
      extension: [
        { url: local('intervention-kind'), valueCode: 'referral' },
        { url: local('intervention-goal'), valueReference: { reference: `Goal/g${n}` } },
      ],
      reference: { reference: `ServiceRequest/r${n}`, display: 'Legal aid' },
    },
  ],
  note: [{ text: 'Agreed in person' }],
})

export const oddCarePlans: readonly fhir.CarePlan[] = [
  { ...carePlan(1), status: 'unknown', title: '', author: {}, careTeam: [{ display: 'All of us' }], period: { start: 'soon' } },
  {
    ...carePlan(2),
    activity: [
      { progress: [{ text: 'begun' }] },
      { detail: { status: 'doing' as 'completed', scheduledString: 'as needed', location: { display: 'Here' } } },
      { reference: {}, extension: [{ url: local('intervention-goal'), valueReference: { reference: 'Group/1' } }] },
      { outcomeCodeableConcept: [{ text: 'well' }], detail: { status: 'stopped', scheduledTiming: { event: ['2026-02-02'] } } },
    ],
  },
  {
    ...carePlan(3),
    extension: [
      { url: local('signature'), extension: [{ url: 'party', valueString: '' }] },
      { url: local('next-review'), valueDate: 'May' },
      { url: core('workflow-episodeOfCare'), valueReference: { display: 'this one' } },
      { url: local('status-reason'), valueCodeableConcept: { coding: [{ code: 'x' }] } },
    ],
    category: [{ text: 'plan' }],
  },
]
