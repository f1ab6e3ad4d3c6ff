/** Further invented resources for the measuring of mappings: what is planned, done and told in the course of care. */
import type * as fhir from '@medplum/fhirtypes'
import { core, local, localSystem } from '../../../mappings/shared/extension.ts'

const loinc = 'http://loinc.org'
const snomed = 'http://snomed.info/sct'
const meta: fhir.Meta = { versionId: '2', lastUpdated: '2026-02-01T10:00:00Z' }

export const signature = (at: string): fhir.Extension => ({
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

const asked = (code: string, score: number): fhir.QuestionnaireResponseItem => ({
  linkId: `/${code}`,
  text: 'How often?',
  extension: [{ url: local('item-score'), valueInteger: score }],
  answer: [{ valueCoding: { system: loinc, code: `LA${score}`, display: 'Several days' } }],
})

/** A PHQ-2 with what came of it. */
export const questionnaireResponse = (n: number): fhir.QuestionnaireResponse => ({
  resourceType: 'QuestionnaireResponse',
  id: `q${n}`,
  meta,
  language: 'en-US',
  extension: [
    { url: local('assessment-kind'), valueCode: 'instrument' },
    { url: local('instrument'), valueString: 'PHQ-2' },
    {
      url: local('assessment-mode'),
      valueCodeableConcept: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationMode', code: 'PHONE' }] },
    },
    { url: local('respondent'), valueCode: 'client' },
    {
      url: local('score'),
      extension: [
        { url: 'key', valueString: 'total' },
        { url: 'code', valueCoding: { system: loinc, code: '55758-7' } },
        { url: 'value', valueDecimal: n % 7 },
        { url: 'complete', valueBoolean: true },
      ],
    },
    {
      url: local('band'),
      extension: [
        { url: 'code', valueString: 'positive' },
        { url: 'ruleVersion', valueString: '1' },
      ],
    },
    { url: local('assessment-result'), valueCode: 'positive' },
    {
      url: local('risk-finding'),
      extension: [
        { url: 'ruleId', valueString: 'phq-hopeless' },
        { url: 'level', valueCode: 'moderate' },
        { url: 'itemRef', valueString: '/44255-8' },
        { url: 'at', valueDateTime: '2026-02-01T10:05:00-05:00' },
      ],
    },
    { url: local('need-derived'), valueReference: { reference: `Condition/c${n}` } },
    { url: local('domain-state'), valueCode: 'reviewed' },
  ],
  identifier: { system: 'https://hospital.example/answers', value: `${n}` },
  questionnaire: 'http://loinc.org/q/55757-9',
  status: 'completed',
  subject: { reference: `Patient/p${n}`, display: 'Ada' },
  encounter: { reference: `Encounter/e${n}` },
  authored: '2026-02-01T10:00:00-05:00',
  author: { reference: 'Practitioner/lee' },
  source: { reference: `Patient/p${n}` },
  item: [asked('44250-9', n % 4), { linkId: 'group', text: 'Mood', item: [asked('44255-8', (n + 1) % 4)] }],
})

export const oddQuestionnaireResponses: readonly fhir.QuestionnaireResponse[] = [
  {
    ...questionnaireResponse(1),
    authored: 'today',
    author: {},
    item: [
      { linkId: '', answer: [{ valueString: '' }] },
      { linkId: 'a', answer: [{ valueInteger: 1.5 }, { valueBoolean: true, valueString: 'yes' }, { valueDate: '2026-02' }] },
      { linkId: 'g', item: [{ linkId: 'b', extension: [{ url: local('item-score'), valueInteger: 0.5 }] }] },
    ],
  },
  {
    ...questionnaireResponse(2),
    status: 'amended',
    extension: [
      { url: local('domain-state'), valueCode: 'reviewed' },
      { url: local('score'), extension: [{ url: 'value', valueDecimal: 3 }] },
      { url: local('band'), extension: [{ url: 'code', valueString: 'high' }] },
      {
        url: local('risk-finding'),
        extension: [
          { url: 'ruleId', valueString: 'x' },
          { url: 'level', valueCode: 'dire' },
        ],
      },
      { url: local('need-derived'), valueReference: { reference: 'Observation/1' } },
      { url: local('assessment-mode'), valueCodeableConcept: { text: 'by owl' } },
      { url: local('reviewed-by'), valueReference: {} },
    ],
  },
]
