/** Invented resources for the measuring of mappings, some of them with what no mapping can read. */
import type * as fhir from '@medplum/fhirtypes'
import { core, local, localSystem, usCore } from '../../../mappings/shared/extension.ts'
import { sdohCodes } from '../../../src/domain/sdoh.ts'
import { isObject } from './checks.ts'
import { placeOfService } from './location.ts'

const race = (code: string, display: string): fhir.Extension => ({
  url: usCore('us-core-race'),
  extension: [
    { url: 'ombCategory', valueCoding: { system: 'urn:oid:2.16.840.1.113883.6.238', code, display } },
    { url: 'text', valueString: display },
  ],
})

export const patient = (n: number): fhir.Patient => ({
  resourceType: 'Patient',
  id: `p${n}`,
  meta: { versionId: '3', lastUpdated: '2026-02-01T10:00:00Z' },
  text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">Ada</div>' },
  extension: [
    race('2106-3', 'White'),
    { url: usCore('us-core-birthsex'), valueCode: 'F' },
    { url: 'http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName', valueString: 'Moore' },
    { url: local('legal-status'), valueCode: 'self-directed' },
  ],
  identifier: [
    { system: 'https://hospital.example/mrn', value: `${n}` },
    {
      type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MA' }], text: 'Medicaid' },
      system: 'https://medicaid.example',
      value: `M${n}`,
    },
  ],
  name: [{ use: 'official', family: `Stone${n}`, given: ['Ada', 'May'], prefix: ['Ms.'] }],
  telecom: [
    { system: 'phone', value: '555-0100', use: 'home' },
    { system: 'email', value: 'ada@mail.example' },
  ],
  gender: 'female',
  birthDate: '1984-03-17',
  address: [{ line: ['1 Elm Street'], city: 'Troy', state: 'NY', postalCode: '12180', country: 'US' }],
  maritalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-MaritalStatus', code: 'S' }] },
  communication: [{ language: { coding: [{ system: 'urn:ietf:bcp:47', code: 'en', display: 'English' }] }, preferred: true }],
})

export const location = (n: number): fhir.Location => ({
  resourceType: 'Location',
  id: `l${n}`,
  identifier: [{ system: 'https://harbor.example/houses', value: `${n}` }],
  status: 'active',
  name: `House ${n}`,
  type: [{ coding: [{ system: placeOfService, code: '11', display: 'Office' }] }],
  telecom: [{ system: 'phone', value: '555-0199' }],
  address: { line: ['1 Elm Street'], city: 'Troy', state: 'NY', postalCode: '12180', country: 'US' },
  position: { latitude: 42.73, longitude: -73.69 },
  managingOrganization: { reference: 'Organization/harbor', display: 'Harbor' },
})

export const appointment = (n: number): fhir.Appointment => ({
  resourceType: 'Appointment',
  id: `a${n}`,
  meta: { versionId: '2', lastUpdated: '2026-02-01T10:00:00Z' },
  identifier: [{ system: 'https://hospital.example/visits', value: `${n}` }],
  status: 'booked',
  serviceType: [{ coding: [{ system: 'http://snomed.info/sct', code: '1555005', display: 'Brief group psychotherapy' }] }],
  appointmentType: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0276', code: 'FOLLOWUP' }] },
  reasonReference: [{ reference: `Condition/c${n}` }],
  description: 'After the stay',
  start: `2026-03-0${1 + (n % 9)}T14:00:00-05:00`,
  end: `2026-03-0${1 + (n % 9)}T14:50:00-05:00`,
  minutesDuration: 50,
  basedOn: [{ reference: `ServiceRequest/r${n}` }],
  participant: [
    { actor: { reference: `Patient/p${n}`, display: 'Ada' }, status: 'accepted' },
    { actor: { reference: 'PractitionerRole/lee', display: 'Dr. Lee' }, status: 'accepted', required: 'required' },
    { actor: { reference: 'Location/l1' }, status: 'accepted' },
  ],
  extension: [{ url: local('modality'), valueCode: 'video' }],
})

export const condition = (n: number): fhir.Condition => ({
  resourceType: 'Condition',
  id: `c${n}`,
  meta: { versionId: '2', lastUpdated: '2026-02-01T10:00:00Z' },
  extension: [
    { url: local('asserted-by'), valueCode: 'client' },
    { url: local('client-view'), valueCode: 'agrees' },
  ],
  identifier: [{ system: 'https://hospital.example/problems', value: `${n}` }],
  clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] },
  verificationStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status', code: 'confirmed' }] },
  category: [
    { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-category', code: 'problem-list-item' }] },
    { coding: [{ system: localSystem('need-domain'), code: 'sdoh' }] },
    { coding: [{ system: sdohCodes, code: 'housing-instability', display: 'Housing Instability' }] },
  ],
  severity: { coding: [{ system: 'http://snomed.info/sct', code: '6736007', display: 'Moderate' }] },
  code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'Z59.811' }], text: 'May lose the flat' },
  subject: { reference: `Patient/p${n}`, display: 'Ada' },
  onsetDateTime: '2026-01-15',
  recordedDate: '2026-01-16',
  evidence: [{ detail: [{ reference: `QuestionnaireResponse/q${n}` }] }],
  note: [{ text: 'Notice by the landlord' }],
})

export const goal = (n: number): fhir.Goal => ({
  resourceType: 'Goal',
  id: `g${n}`,
  meta: { versionId: '2', lastUpdated: '2026-02-01T10:00:00Z' },
  extension: [
    { url: local('expressed-by'), valueCode: 'client' },
    {
      url: core('goal-acceptance'),
      extension: [
        { url: 'individual', valueReference: { reference: `Patient/p${n}` } },
        { url: 'status', valueCode: 'agree' },
      ],
    },
  ],
  identifier: [{ system: 'https://hospital.example/goals', value: `${n}` }],
  lifecycleStatus: 'active',
  achievementStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/goal-achievement', code: 'improving' }] },
  category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/goal-category', code: 'behavioral' }] }],
  priority: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/goal-priority', code: 'high-priority' }] },
  description: { text: `Sleep through the night ${n}` },
  subject: { reference: `Patient/p${n}`, display: 'Ada' },
  startDate: '2026-02-01',
  target: [
    {
      measure: { coding: [{ system: 'http://loinc.org', code: '44261-6', display: 'PHQ-9 total' }] },
      detailQuantity: { value: 9, unit: '{score}', system: 'http://unitsofmeasure.org', code: '{score}' },
      dueDate: '2026-05-01',
    },
    { dueDate: '2026-06-01' },
  ],
  addresses: [{ reference: `Condition/c${n}` }],
  expressedBy: { reference: `Patient/p${n}` },
  note: [
    { extension: [{ url: local('client-words'), valueBoolean: true }], text: 'I want to sleep' },
    { text: 'Asked again in March' },
  ],
})

/** What no resource may lack, and what its mapping needs in pairs. */
const kept = new Set([
  'resourceType',
  'value',
  'url',
  'language',
  'coding',
  'code',
  'position',
  'latitude',
  'longitude',
  'family',
  'reference',
  'status',
  'participant',
  'actor',
  'start',
  'end',
  'subject',
  'detail',
  'clinicalStatus',
  'lifecycleStatus',
  'linkId',
  'class',
  'intent',
  'description',
  'text',
])

/**
 * As different partners send it: some leave out what others fill in, and each has an order of its own. A function by hand that has met
 * one shape only is faster than it will ever be in use.
 */
export const asSent = <T>(resource: T, n: number): T => {
  let seed = n + 1
  const chance = (): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff
    return seed / 0x80000000
  }
  const sent = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sent)
    if (!isObject(value)) return value
    const isWhole = 'url' in value
    const members = Object.entries(value).filter(([key]) => isWhole || kept.has(key) || chance() > 0.15)
    return Object.fromEntries((chance() < 0.5 ? members : members.reverse()).map(([key, member]) => [key, sent(member)]))
  }
  return JSON.parse(JSON.stringify(sent(resource))) as T
}

/** What is wrong in each is to be named, with its place, and the rest to be read. */
export const oddPatients: readonly fhir.Patient[] = [
  { ...patient(1), birthDate: 'spring', gender: 'none' as 'other', deceasedDateTime: '2026-1' },
  {
    ...patient(2),
    name: [{ ...patient(2).name![0]!, use: 'pen' as 'usual', prefix: [] }],
    telecom: [{ system: 'x' as 'sms', rank: 1.5 }],
  },
  { ...patient(3), extension: [race('2106-3', ''), { url: local('jurisdiction'), valueCode: 'New York' }] },
  { ...patient(4), identifier: [{ system: '', value: '7', period: { start: 'then' } }, null as unknown as fhir.Identifier] },
  { ...patient(5), communication: [{ language: { text: 'English' } }], address: [{ line: ['', 'B'], city: '' }] },
  {
    ...patient(6),
    meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'MH' }] },
    link: [{ type: 'replaced-by', other: { reference: 'Person/1' } }],
    extension: [{ url: local('veteran'), valueBoolean: true }, { url: local('cultural-note') }],
  },
]

export const oddLocations: readonly fhir.Location[] = [
  { ...location(1), status: 'open' as 'active', managingOrganization: { display: 'Harbor' } },
  { ...location(2), type: [{ coding: [{ system: placeOfService, code: 'office' }] }], name: '' },
  {
    ...location(3),
    position: { latitude: '42' as unknown as number, longitude: -73.69 },
    address: { use: 'x' as 'home', line: [''] },
  },
  { ...location(4), status: 'constructor' as 'active' },
]

export const oddAppointments: readonly fhir.Appointment[] = [
  { ...appointment(4), end: undefined as unknown as string },
  { ...appointment(1), appointmentType: { text: 'as ever' }, description: '', reasonReference: [{ reference: 'Condition/1/2' }] },
  {
    ...appointment(2),
    participant: [...appointment(2).participant, { actor: { display: 'Sister' }, status: 'maybe' as 'declined' }],
  },
  {
    ...appointment(3),
    cancelationReason: { coding: [{ code: 'pat' }] },
    extension: [{ url: local('modality'), valueCode: 'letter' }],
    basedOn: [{ reference: 'CarePlan/1' }, { reference: 'ServiceRequest/2' }, { reference: 'ServiceRequest/3' }],
  },
]

export const oddConditions: readonly fhir.Condition[] = [
  { ...condition(1), severity: { text: 'bad' }, evidence: [{ detail: [{ display: 'said so' }] }, { code: [{ text: 'seen' }] }] },
  { ...condition(2), onsetDateTime: 'last spring', extension: [{ url: local('client-view'), valueCode: 'laughs' }] },
  { ...condition(3), onsetDateTime: undefined as unknown as string, onsetString: 'long ago', category: [], code: { text: '' } },
]

export const oddGoals: readonly fhir.Goal[] = [
  { ...goal(1), startDate: undefined as unknown as string, startCodeableConcept: { text: 'soon' }, priority: { text: 'most' } },
  {
    ...goal(2),
    target: [
      { measure: { text: 'sleep' }, dueDate: 'May' },
      { dueDate: '2026-06', detailRatio: {} },
    ],
  },
  {
    ...goal(3),
    statusReason: '' as unknown as string,
    note: [
      {
        extension: [{ url: local('goal-progress'), extension: [{ url: 'note', valueString: 'better' }] }],
        time: '2026-03-01',
        text: 'x',
      },
    ],
    extension: [
      { url: local('expressed-by'), valueCode: 'nobody' },
      {
        url: local('measure-trend'),
        extension: [
          { url: 'measure', valueCoding: { system: 'http://loinc.org', code: '44261-6' } },
          { url: 'trend', valueCode: 'improving' },
          { url: 'delta', valueDecimal: -5.5 },
        ],
      },
    ],
  },
]
