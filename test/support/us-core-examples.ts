/** What the published examples leave out of US Core's searches and must-supports. Everybody is invented. */
const extensions = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-'
const concept = (system: string, code: string) => ({ coding: [{ system, code }] })
const loinc = (code: string) => concept('http://loinc.org', code)
const ucum = (value: number, code: string) => ({ value, unit: code, system: 'http://unitsofmeasure.org', code })
const absent = concept('http://terminology.hl7.org/CodeSystem/data-absent-reason', 'unknown')
const subject = { reference: 'Patient/us-core-whole' }

const observed = (code: string, more: object) => ({
  ...{ resourceType: 'Observation', id: `us-core-${code}`, status: 'final', subject, effectiveDateTime: '2026-03-01' },
  category: [concept('http://terminology.hl7.org/CodeSystem/observation-category', 'vital-signs')],
  code: loinc(code),
  ...more,
})
const pressed = (code: string, systolic: string, diastolic: string) =>
  observed(code, {
    component: [
      { code: loinc(systolic), valueQuantity: ucum(120, 'mm[Hg]') },
      { code: loinc(diastolic), valueQuantity: ucum(80, 'mm[Hg]') },
      ...[systolic, diastolic].map((part) => ({ code: loinc(part), dataAbsentReason: absent })),
    ],
  })

export const usCoreExamples = [
  {
    ...{ resourceType: 'Patient', id: 'us-core-whole', gender: 'female', name: [{ family: 'Arroyo', given: ['Inés'] }] },
    communication: [{ language: concept('urn:ietf:bcp:47', 'es') }],
  },
  {
    ...{ resourceType: 'CarePlan', id: 'us-core-whole', status: 'active', intent: 'plan', subject },
    category: [concept('http://hl7.org/fhir/us/core/CodeSystem/careplan-category', 'assess-plan')],
    period: { start: '2026-01-01', end: '2026-06-30' },
  },
  {
    ...{ resourceType: 'Coverage', id: 'us-core-whole', status: 'active', beneficiary: subject },
    identifier: [
      { type: concept('http://terminology.hl7.org/CodeSystem/v2-0203', 'MB'), system: 'urn:example:member', value: 'M-1' },
    ],
    payor: [{ display: 'Lakeside Health Plan' }],
  },
  { resourceType: 'Device', id: 'us-core-whole', distinctIdentifier: 'A99973', patient: subject },
  {
    ...{ resourceType: 'Encounter', id: 'us-core-whole', status: 'finished', subject },
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
    participant: [
      {
        type: [concept('http://terminology.hl7.org/CodeSystem/v3-ParticipationType', 'ATND')],
        period: { start: '2026-03-01' },
        individual: { display: 'Dr. Okafor' },
      },
    ],
    reasonReference: [{ display: 'Low mood' }],
  },
  {
    ...{ resourceType: 'Goal', id: 'us-core-whole', lifecycleStatus: 'active', subject },
    description: { ...concept('http://snomed.info/sct', '289169006'), text: 'Sleeps through the night' },
  },
  {
    ...{ resourceType: 'Immunization', id: 'us-core-whole', status: 'not-done', patient: subject },
    statusReason: concept('http://terminology.hl7.org/CodeSystem/v3-ActReason', 'PATOBJ'),
    vaccineCode: concept('http://hl7.org/fhir/sid/cvx', '140'),
    occurrenceDateTime: '2026-03-01',
  },
  {
    ...{ resourceType: 'Location', id: 'us-core-whole', status: 'active', name: 'Harbor House' },
    address: { line: ['12 Harbor Street'], city: 'Lakeside', state: 'NY', postalCode: '14001' },
  },
  {
    ...{ resourceType: 'MedicationRequest', id: 'us-core-whole', status: 'active', intent: 'order', subject },
    reportedReference: { display: 'Her sister' },
    medicationCodeableConcept: concept('http://www.nlm.nih.gov/research/umls/rxnorm', '312940'),
  },
  observed('86645-9', { valueCodeableConcept: concept('http://snomed.info/sct', '454381000124105') }),
  observed('11341-5', {
    valueCodeableConcept: { text: 'Baker' },
    component: [{ code: loinc('86188-0'), valueCodeableConcept: { text: 'Bakeries' } }],
  }),
  observed('9279-1', { valueQuantity: ucum(14, '/min') }),
  observed('8310-5', { valueQuantity: ucum(36.6, 'Cel') }),
  observed('8289-1', { valueQuantity: ucum(42, '%') }),
  observed('59408-5', {
    code: { coding: [...loinc('59408-5').coding, ...loinc('2708-6').coding] },
    valueQuantity: ucum(97, '%'),
    component: [
      { code: loinc('3151-8'), valueQuantity: ucum(6, 'L/min') },
      { code: loinc('3150-0'), valueQuantity: ucum(40, '%') },
    ],
  }),
  pressed('85354-9', '8480-6', '8462-4'),
  pressed('96607-7', '96608-5', '96609-3'),
  {
    ...{ resourceType: 'Procedure', id: 'us-core-whole', status: 'completed', subject, performedDateTime: '2026-03-01' },
    code: concept('http://snomed.info/sct', '228557008'),
    reasonReference: [{ display: 'Low mood' }],
  },
  {
    ...{ resourceType: 'QuestionnaireResponse', id: 'us-core-whole', status: 'completed', subject, authored: '2026-03-01' },
    questionnaire: 'http://example.org/Questionnaire/sleep',
    _questionnaire: {
      extension: [
        { url: 'http://hl7.org/fhir/StructureDefinition/display', valueString: 'Sleep' },
        { url: `${extensions}extension-questionnaire-uri`, valueUri: 'http://example.org/sleep' },
      ],
    },
    item: [{ linkId: '1', answer: [{ valueBoolean: true, item: [{ linkId: '1.1', answer: [{ valueString: 'At three' }] }] }] }],
  },
  {
    ...{ resourceType: 'ServiceRequest', id: 'us-core-whole', status: 'active', intent: 'order', subject },
    code: concept('http://snomed.info/sct', '228557008'),
    occurrencePeriod: { start: '2026-03-01', end: '2026-04-01' },
  },
  {
    ...{ resourceType: 'Specimen', id: 'us-core-whole', subject, type: concept('http://snomed.info/sct', '119297000') },
    condition: [concept('http://terminology.hl7.org/CodeSystem/v2-0493', 'COOL')],
  },
]

/** Who made a record, and who passed it on. */
export const provenanceAgents = [
  {
    type: concept('http://terminology.hl7.org/CodeSystem/provenance-participant-type', 'author'),
    who: { display: 'Dr. Okafor' },
    onBehalfOf: { display: 'Harbor House' },
  },
  {
    type: concept(`http://hl7.org/fhir/us/core/CodeSystem/us-core-provenance-participant-type`, 'transmitter'),
    who: { display: 'Harbor House' },
  },
]
