/** Valid resources of invented people, with every construct of FHIR JSON in one of them. */

export type Json = Readonly<Record<string, unknown>>
export type Resource = Json & { readonly resourceType: string }

const div = (text: string): Json => ({
  status: 'generated',
  div: `<div xmlns="http://www.w3.org/1999/xhtml"><p>${text}</p></div>`,
})
const coded = (system: string, code: string): Json => ({ coding: [{ system, code }] })
const ucum = 'http://unitsofmeasure.org'
const absent = { url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }

/** Extensions simple and complex, values beside primitives and in place of them, nulls that keep arrays in step. */
export const ines: Resource = {
  resourceType: 'Patient',
  id: 'ines',
  meta: {
    versionId: '2',
    lastUpdated: '2026-03-01T09:30:00.000-05:00',
    profile: ['https://clinic.example/StructureDefinition/client|1.0'],
  },
  language: 'es',
  text: div('Inés &amp; family'),
  extension: [
    { url: 'https://clinic.example/pronouns', valueString: 'she/her' },
    {
      url: 'https://clinic.example/housing',
      extension: [
        { url: 'since', valueDate: '2025' },
        { url: 'kind', valueCode: 'shelter' },
      ],
    },
  ],
  identifier: [{ use: 'usual', system: 'urn:oid:2.16.840.1.113883.19.5', value: 'B-7', period: { start: '2024-02-29' } }],
  active: true,
  name: [
    { use: 'official', family: 'Duarte', given: ['Inés', null, 'M.'], _given: [null, { extension: [absent] }, { id: 'middle' }] },
  ],
  telecom: [{ system: 'phone', value: '555-0101', rank: 1 }],
  gender: 'female',
  birthDate: '1994-11-03',
  _birthDate: {
    extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/patient-birthTime', valueDateTime: '1994-11-03T04:05:00Z' }],
  },
  deceasedBoolean: false,
  multipleBirthInteger: 2,
  address: [{ use: 'home', line: ['12 Oak St'], city: 'Springfield', state: 'MA', country: 'US' }],
  contact: [{ relationship: [coded('http://terminology.hl7.org/CodeSystem/v2-0131', 'C')], name: { text: 'Her sister' } }],
  communication: [{ language: coded('urn:ietf:bcp:47', 'es'), preferred: true }],
}

export const mood: Resource = {
  resourceType: 'Observation',
  id: 'mood',
  status: 'final',
  category: [coded('http://terminology.hl7.org/CodeSystem/observation-category', 'survey')],
  code: coded('http://loinc.org', '44249-1'),
  subject: { reference: 'Patient/ines' },
  effectiveDateTime: '2026-03-02T10:15:00-05:00',
  issued: '2026-03-02T10:20:00.123Z',
  referenceRange: [{ low: { value: 0, unit: 'points' }, high: { value: 4, unit: 'points' }, text: 'minimal' }],
  component: [
    {
      id: 'item-1',
      code: coded('http://loinc.org', '44250-9'),
      valueQuantity: { value: 2.5, comparator: '<', unit: 'points', system: ucum, code: '{score}' },
    },
    {
      code: coded('http://loinc.org', '44255-8'),
      dataAbsentReason: coded('http://terminology.hl7.org/CodeSystem/data-absent-reason', 'asked-declined'),
    },
  ],
}

export const weight: Resource = {
  resourceType: 'Observation',
  status: 'preliminary',
  code: { text: 'Weight' },
  valueQuantity: { value: 71, unit: 'kg', system: ucum, code: 'kg' },
  interpretation: [{ text: 'as before' }],
}

export const stay: Resource = {
  resourceType: 'Encounter',
  id: 'stay',
  status: 'finished',
  class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
  subject: { identifier: { system: 'urn:mrn', value: 'B-7' }, type: 'Patient' },
  period: { start: '2026-02-20T08:00:00Z', end: '2026-03-01' },
  location: [{ location: { display: 'Ward 3' }, status: 'completed', period: { start: '2026-02' } }],
  statusHistory: [{ status: 'in-progress', period: { start: '2026-02-20' } }],
}

/** A contained resource that the containing one refers to, and one that refers back. */
export const grief: Resource = {
  resourceType: 'Condition',
  id: 'grief',
  contained: [
    { resourceType: 'Practitioner', id: 'author', name: [{ family: 'Okafor' }] },
    {
      resourceType: 'Provenance',
      id: 'origin',
      target: [{ reference: '#' }],
      recorded: '2026-03-01T00:00:00Z',
      agent: [{ who: { reference: '#author' } }],
    },
  ],
  clinicalStatus: coded('http://terminology.hl7.org/CodeSystem/condition-clinical', 'resolved'),
  verificationStatus: coded('http://terminology.hl7.org/CodeSystem/condition-ver-status', 'confirmed'),
  code: { text: 'Grief' },
  subject: { reference: 'Patient/ines' },
  onsetAge: { value: 31, unit: 'years', system: ucum, code: 'a' },
  abatementDateTime: '2026',
  recorder: { reference: '#author' },
  stage: [{ summary: { text: 'late' } }],
}

export const call: Resource = {
  resourceType: 'Task',
  id: 'call',
  status: 'requested',
  intent: 'order',
  code: { text: 'Call within seven days' },
  focus: { reference: 'Encounter/stay' },
  authoredOn: '2026-03-01T12:00:00Z',
  lastModified: '2026-03-01T12:00:00Z',
  restriction: { repetitions: 3, period: { end: '2026-03-08' } },
  input: [{ type: { text: 'script' }, valueBase64Binary: 'SGVsbG8=' }],
  output: [{ type: { text: 'duration' }, valueDuration: { value: 12, unit: 'min', system: ucum, code: 'min' } }],
}

export const medicine: Resource = {
  resourceType: 'MedicationRequest',
  status: 'active',
  intent: 'order',
  medicationCodeableConcept: { text: 'an antidepressant' },
  subject: { reference: 'Patient/ines' },
  dosageInstruction: [
    {
      timing: {
        repeat: { boundsPeriod: { start: '2026-03-01' }, frequency: 1, period: 1, periodUnit: 'd', timeOfDay: ['08:00:00'] },
      },
      asNeededBoolean: false,
      doseAndRate: [{ doseQuantity: { value: 20, unit: 'mg', system: ucum, code: 'mg' } }],
      maxDosePerPeriod: {
        numerator: { value: 40, unit: 'mg', system: ucum, code: 'mg' },
        denominator: { value: 1, system: ucum, code: 'd' },
      },
    },
  ],
}

export const answers: Resource = {
  resourceType: 'QuestionnaireResponse',
  status: 'completed',
  questionnaire: 'https://clinic.example/Questionnaire/phq-9|1',
  authored: '2026-03-02',
  item: [
    {
      linkId: '1',
      item: [
        {
          linkId: '1.1',
          answer: [{ valueCoding: { system: 'http://loinc.org', code: 'LA6568-5' }, item: [{ linkId: '1.1.1' }] }],
        },
      ],
    },
  ],
}

export const claim: Resource = {
  resourceType: 'Claim',
  status: 'active',
  type: { text: 'professional' },
  use: 'claim',
  patient: { reference: 'Patient/ines' },
  created: '2026-03-03',
  provider: { display: 'Clinic on Elm' },
  priority: { text: 'normal' },
  insurance: [{ sequence: 1, focal: true, coverage: { display: 'State plan' } }],
  item: [
    {
      sequence: 1,
      productOrService: { text: 'session' },
      servicedDate: '2026-03-02',
      unitPrice: { value: 90.25, currency: 'USD' },
    },
  ],
}

export const transaction: Resource = {
  resourceType: 'Bundle',
  type: 'transaction',
  entry: [
    { fullUrl: 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0', resource: ines, request: { method: 'PUT', url: 'Patient/ines' } },
    { resource: mood, request: { method: 'POST', url: 'Observation' } },
    { request: { method: 'DELETE', url: 'Task/old' } },
  ],
}

export const parameters: Resource = {
  resourceType: 'Parameters',
  parameter: [
    { name: 'resource', resource: weight },
    { name: 'mode', valueCode: 'create' },
    { name: 'more', part: [{ name: 'n', valueUnsignedInt: 0 }] },
  ],
}

export const examples: readonly Resource[] = [
  ...[ines, mood, weight, stay, grief, call, medicine, answers, claim, transaction, parameters],
  { resourceType: 'Patient' },
  { resourceType: 'Binary', contentType: 'text/plain', data: 'SGVs bG8=' },
]
