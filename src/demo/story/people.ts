/** Who is in the story. All of them, and their numbers, are invented. */
import { type Days, instant } from '../days.ts'
import { authority, type HospitalStay } from '../sandbox/hospital-messages.ts'

export const rosa = 'cli-rosa-quintero'
export const dana = 'pra-dana-whitfield'
const agency = 'org-harbor-lights'
export const pantry = 'org-maumee-pantry'
export const payerOrg = 'org-lakeshore-plan'
export const consent = 'con-rosa-pantry'
const coverage = 'cov-rosa-lakeshore'

export const npi = 'http://hl7.org/fhir/sid/us-npi'

/** Who may sign in. */
export const careTeam = [{ sub: 'dana', name: 'Dana Whitfield', npi: '1666666668' }]

const loinc = 'http://loinc.org'
const terminology = 'http://terminology.hl7.org/CodeSystem'
const extension = (name: string, value: object) => ({
  url: `https://warm-handoff.example/fhir/StructureDefinition/${name}`,
  ...value,
})

interface Resource {
  readonly resourceType: string
  readonly id: string
  readonly [element: string]: unknown
}

/** Those who work with Rosa, and her consent: what stands in an agency's records before anything happens. */
export const directory = ({ admitted }: Days): readonly Resource[] => [
  { resourceType: 'Organization', id: agency, active: true, name: 'Harbor Lights Coordination' },
  {
    resourceType: 'Organization',
    id: pantry,
    active: true,
    name: 'Maumee Bay Food Pantry',
    telecom: [{ system: 'phone', value: '+1 419 555 0177' }],
  },
  { resourceType: 'Organization', id: payerOrg, active: true, name: 'Lakeshore Community Plan' },
  {
    resourceType: 'Practitioner',
    id: dana,
    active: true,
    identifier: [{ system: npi, value: careTeam[0]!.npi }],
    name: [{ use: 'official', family: 'Whitfield', given: ['Dana'], suffix: ['LCSW'] }],
    qualification: [{ code: { text: 'LCSW' }, period: { start: '2019-05-01' } }],
    extension: [extension('staff-level', { valueCode: 'master' })],
  },
  {
    resourceType: 'PractitionerRole',
    id: 'rol-dana-harbor',
    active: true,
    practitioner: { reference: `Practitioner/${dana}` },
    organization: { reference: `Organization/${agency}` },
    specialty: [{ coding: [{ system: 'http://nucc.org/provider-taxonomy', code: '1041C0700X' }] }],
  },
  {
    resourceType: 'List',
    id: 'cas-dana',
    status: 'current',
    mode: 'working',
    title: 'Dana’s clients',
    code: { coding: [{ system: 'https://warm-handoff.example/fhir/CodeSystem/list-kind', code: 'caseload' }] },
    source: { reference: 'PractitionerRole/rol-dana-harbor' },
    entry: [{ item: { reference: `Patient/${rosa}` } }],
  },
  {
    resourceType: 'Coverage',
    id: coverage,
    status: 'active',
    // Medicaid, managed care: https://nahdo.org/sopt
    type: { coding: [{ system: 'https://nahdo.org/sopt', code: '21' }] },
    identifier: [{ type: { coding: [{ system: `${terminology}/v2-0203`, code: 'MB' }] }, value: 'LCP-4471900' }],
    beneficiary: { reference: `Patient/${rosa}` },
    relationship: { coding: [{ system: `${terminology}/subscriber-relationship`, code: 'self' }] },
    payor: [{ reference: `Organization/${payerOrg}` }],
    period: { start: '2025-01-01' },
    order: 1,
  },
  {
    resourceType: 'Consent',
    id: consent,
    status: 'active',
    scope: { coding: [{ system: `${terminology}/consentscope`, code: 'patient-privacy' }] },
    category: [{ coding: [{ system: loinc, code: '59284-0' }] }],
    patient: { reference: `Patient/${rosa}` },
    dateTime: instant(admitted, '09:30'),
    policyRule: { coding: [{ system: `${terminology}/consentpolicycodes`, code: 'hipaa-auth' }] },
  },
]

/** A client since last year; St. Brendan's knows her as 778812. */
export const rosaAsPatient = {
  resourceType: 'Patient',
  id: rosa,
  active: true,
  identifier: [{ system: authority, value: '778812' }],
  name: [{ use: 'official', family: 'Quintero', given: ['Rosa', 'M'] }],
  gender: 'female',
  birthDate: '1984-02-19',
  communication: [{ language: { coding: [{ system: 'urn:ietf:bcp:47', code: 'es' }] }, preferred: true }],
  extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/timezone', valueCode: 'America/New_York' }],
}

/** Nine nights on the psychiatric unit. */
export const rosasStay = ({ admitted, discharged }: Days): HospitalStay => ({
  visit: 'V90017',
  patient: { number: '778812', family: 'Quintero', given: 'Rosa', birthDate: '1984-02-19', gender: 'female' },
  admittedAt: instant(admitted, '08:15'),
  dischargedAt: instant(discharged, '14:20'),
  reportedAt: instant(discharged, '14:31'),
  diagnosis: { code: 'F32.2', text: 'Major depressive disorder, single episode, severe' },
})

/** Somebody whom the agency has never met. */
export const jonahsStay = ({ admitted, discharged }: Days): HospitalStay => ({
  visit: 'V90021',
  patient: { number: '802254', family: 'Petrov', given: 'Jonah', birthDate: '1991-07-30', gender: 'male' },
  admittedAt: instant(admitted, '21:40'),
  dischargedAt: instant(discharged, '10:05'),
  reportedAt: instant(discharged, '10:12'),
  diagnosis: { code: 'F31.4', text: 'Bipolar disorder, current episode depressed, severe' },
})
