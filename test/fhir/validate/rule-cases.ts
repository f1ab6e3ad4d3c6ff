/** Invariants of R4, each with a resource that keeps it and one that breaks it. */
import { answers, call, grief, ines, type Json, medicine, mood, stay, transaction, weight } from './examples.ts'

const percent = { value: 5, code: '%', system: 'http://unitsofmeasure.org' }
const code = { text: 'x' }
const who = { reference: 'Patient/ines' }
const condition = (system: string, status: string) => ({
  coding: [{ system: `http://terminology.hl7.org/CodeSystem/condition-${system}`, code: status }],
})
const extension = (members: Json) => ({ resourceType: 'Patient', extension: [{ url: 'urn:x', ...members }] })
const observed = (members: Json) => ({ resourceType: 'Observation', status: 'final', code, ...members })
const quantity = (members: Json) => ({ ...weight, valueQuantity: members })
const period = (start: string, end: string) => ({ ...stay, period: { start, end } })
const contained = (resource: Json, rest: Json = {}) => ({
  ...weight,
  contained: [{ resourceType: 'Device', id: 'd', ...resource }],
  device: { reference: '#d' },
  ...rest,
})
const narrative = (inside: string) => ({
  ...ines,
  text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${inside}</div>` },
})
const bundle = (type: string, entry: readonly Json[], rest: Json = {}) => ({ resourceType: 'Bundle', type, entry, ...rest })
const form = (item: Json) => ({
  resourceType: 'Questionnaire',
  status: 'active',
  item: [{ linkId: '1', type: 'string', ...item }],
})
const member = (reference: string) => ({
  resourceType: 'CareTeam',
  participant: [{ member: { reference }, onBehalfOf: { reference: 'Organization/1' } }],
})
const appointment = (members: Json) => ({
  resourceType: 'Appointment',
  status: 'booked',
  participant: [{ actor: who, status: 'accepted' }],
  ...members,
})

const at = { start: '2026-03-01T10:00:00Z', end: '2026-03-01T11:00:00Z' }

/** The rule and where it is told, what keeps it, what breaks it. */
export const cases: readonly (readonly [told: string, good: unknown, bad: unknown])[] = [
  ['Patient.extension[0] ext-1', extension({ valueString: 'x' }), extension({})],
  [
    'Patient.extension[0] ext-1',
    extension({ _valueString: { extension: [{ url: 'urn:y', valueCode: 'x' }] } }),
    extension({ valueString: 'x', extension: [{ url: 'y', valueCode: 'x' }] }),
  ],
  [
    'Observation.value qty-3',
    quantity({ value: 1, code: 'kg', system: 'http://unitsofmeasure.org' }),
    quantity({ value: 1, code: 'kg' }),
  ],
  ['Patient.telecom[0] cpt-2', { ...ines, telecom: [{ system: 'phone', value: '1' }] }, { ...ines, telecom: [{ value: '1' }] }],
  [
    'Patient.photo[0] att-1',
    { ...ines, photo: [{ data: 'SGVs', contentType: 'image/png' }] },
    { ...ines, photo: [{ data: 'SGVs' }] },
  ],
  [
    'Encounter.period per-1',
    period('2026-03-01T10:00:00+01:00', '2026-03-01T09:30:00Z'),
    period('2026-03-01T10:00:00Z', '2026-03-01T10:00:00+01:00'),
  ],
  ['Encounter.period per-1', period('2026-03', '2026-03-01'), period('2026-03-02', '2026-03-01T23:00:00Z')],
  ['Observation.referenceRange[0].low sqty-1', mood, { ...mood, referenceRange: [{ low: { value: 1, comparator: '<' } }] }],
  [
    'Observation.value rng-2',
    observed({ valueRange: { low: { value: 1 }, high: { value: 2 } } }),
    observed({ valueRange: { low: { value: 10 }, high: { value: 9 } } }),
  ],
  [
    'Observation.value rat-1',
    observed({ valueRatio: { numerator: { value: 1 }, denominator: { value: 2 } } }),
    observed({ valueRatio: { numerator: { value: 1 } } }),
  ],
  ['Condition.onset age-1', grief, { ...grief, onsetAge: { value: -1, code: 'a', system: 'http://unitsofmeasure.org' } }],
  [
    'MedicationRequest.dosageInstruction[0].timing.repeat tim-2',
    medicine,
    { ...medicine, dosageInstruction: [{ timing: { repeat: { period: 1 } } }] },
  ],
  [
    'Observation dom-2',
    contained({}),
    contained({ contained: [{ resourceType: 'Device', id: 'e' }], parent: { reference: '#d' } }),
  ],
  ['Observation dom-3', contained({}), contained({}, { device: undefined })],
  ['Observation dom-4', contained({ meta: { source: 'urn:x' } }), contained({ meta: { versionId: '1' } })],
  ['Observation dom-5', contained({ meta: { tag: [{ code: 'x' }] } }), contained({ meta: { security: [{ code: 'R' }] } })],
  ['Observation.subject ref-1', contained({}, { subject: { reference: '#d' } }), contained({}, { subject: { reference: '#e' } })],
  ['Patient.text.div txt-1', narrative('<p style="color: red">a<br/>b</p>'), narrative('<p onclick="x()">a</p>')],
  ['Patient.text.div txt-1', narrative('<img src="#a" alt="x"/>'), narrative('<script>x()</script>')],
  ['Patient.text.div txt-2', narrative('<!-- a --> b'), narrative('<p> <!-- a --></p>')],
  [
    'Patient.contact[0] pat-1',
    { ...ines, contact: [{ organization: { display: 'x' } }] },
    { ...ines, contact: [{ gender: 'male' }] },
  ],
  ['Organization org-1', { resourceType: 'Organization', name: 'x' }, { resourceType: 'Organization', active: true }],
  [
    'Organization.telecom[0] org-3',
    { resourceType: 'Organization', name: 'x', telecom: [{ system: 'phone', value: '1', use: 'work' }] },
    { resourceType: 'Organization', name: 'x', telecom: [{ system: 'phone', value: '1', use: 'home' }] },
  ],
  [
    'Organization.address[0] org-2',
    { resourceType: 'Organization', name: 'x', address: [{ use: 'work' }] },
    { resourceType: 'Organization', name: 'x', address: [{ use: 'home' }] },
  ],
  ['Observation obs-6', weight, { ...weight, dataAbsentReason: code }],
  ['Observation obs-7', { ...mood, valueInteger: 9 }, { ...mood, valueInteger: 9, component: [{ code: mood.code }] }],
  [
    'Observation.referenceRange[0] obs-3',
    { ...weight, referenceRange: [{ text: 'x' }] },
    { ...weight, referenceRange: [{ type: code }] },
  ],
  ['Condition con-4', grief, { ...grief, clinicalStatus: condition('clinical', 'active') }],
  [
    'Condition con-5',
    { ...grief, abatementDateTime: undefined, clinicalStatus: condition('clinical', 'active') },
    { ...grief, verificationStatus: condition('ver-status', 'entered-in-error') },
  ],
  ['Condition.stage[0] con-1', grief, { ...grief, stage: [{ type: code }] }],
  [
    'Condition.evidence[0] con-2',
    { ...grief, evidence: [{ code: [code] }] },
    { ...grief, evidence: [{ id: 'x', extension: [{ url: 'urn:x', valueCode: 'x' }] }] },
  ],
  ['Task inv-1', call, { ...call, lastModified: '2026-02-28T12:00:00Z' }],
  [
    'CarePlan.activity[0] cpl-3',
    { resourceType: 'CarePlan', status: 'active', intent: 'plan', subject: who, activity: [{ reference: who }] },
    {
      resourceType: 'CarePlan',
      status: 'active',
      intent: 'plan',
      subject: who,
      activity: [{ reference: who, detail: { status: 'scheduled' } }],
    },
  ],
  ['CareTeam.participant[0] ctm-1', member('https://a.example/fhir/Practitioner/1/_history/2'), member('Patient/1')],
  [
    'QuestionnaireResponse.item[0] qrs-1',
    answers,
    { ...answers, item: [{ linkId: '1', answer: [{ valueInteger: 1 }], item: [{ linkId: '2' }] }] },
  ],
  [
    'Questionnaire que-2',
    form({ type: 'group', item: [{ linkId: '2', type: 'string' }] }),
    form({ type: 'group', item: [{ linkId: '1', type: 'string' }] }),
  ],
  ['Questionnaire.item[0] que-1', form({}), form({ type: 'group' })],
  ['Questionnaire.item[0] que-10', form({ maxLength: 5 }), form({ type: 'date', maxLength: 5 })],
  [
    'Questionnaire.item[0] que-12',
    form({ enableWhen: [{ question: 'a', operator: 'exists', answerBoolean: true }] }),
    form({ enableWhen: ['a', 'b'].map((question) => ({ question, operator: 'exists', answerBoolean: true })) }),
  ],
  [
    'Questionnaire.item[0].enableWhen[0] que-7',
    form({ enableWhen: [{ question: 'a', operator: '=', answerInteger: 1 }] }),
    form({ enableWhen: [{ question: 'a', operator: 'exists', answerInteger: 1 }] }),
  ],
  [
    'Goal.target[0] gol-1',
    {
      resourceType: 'Goal',
      lifecycleStatus: 'active',
      description: code,
      subject: who,
      target: [{ measure: code, detailInteger: 4 }],
    },
    { resourceType: 'Goal', lifecycleStatus: 'active', description: code, subject: who, target: [{ detailInteger: 4 }] },
  ],
  ['Appointment app-2', appointment(at), appointment({ start: at.start, status: 'proposed' })],
  ['Appointment app-3', appointment({ status: 'waitlist' }), appointment({})],
  [
    'Appointment app-4',
    appointment({ ...at, status: 'noshow', cancelationReason: code }),
    appointment({ ...at, cancelationReason: code }),
  ],
  [
    'ServiceRequest prr-1',
    { resourceType: 'ServiceRequest', status: 'active', intent: 'order', subject: who, code, orderDetail: [code] },
    { resourceType: 'ServiceRequest', status: 'active', intent: 'order', subject: who, orderDetail: [code] },
  ],
  [
    'Composition.section[0] cmp-1',
    document([{ text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">a</div>' } }]),
    document([{ title: 'x' }]),
  ],
  [
    'Bundle bdl-1',
    bundle('searchset', [{ resource: weight }], { total: 1 }),
    bundle('collection', [{ resource: weight }], { total: 1 }),
  ],
  [
    'Bundle bdl-2',
    bundle('searchset', [{ resource: weight, search: { mode: 'match' } }]),
    bundle('collection', [{ resource: weight, search: { mode: 'match' } }]),
  ],
  ['Bundle bdl-3', transaction, bundle('transaction', [{ resource: weight }])],
  [
    'Bundle bdl-4',
    bundle('transaction-response', [{ response: { status: '201' } }]),
    bundle('batch-response', [{ resource: weight }]),
  ],
  ['Bundle.entry[0] bdl-5', bundle('collection', [{ resource: weight }]), bundle('collection', [{ fullUrl: 'urn:x' }])],
  [
    'Bundle bdl-7',
    bundle('collection', [
      { fullUrl: 'urn:1', resource: weight },
      { fullUrl: 'urn:2', resource: weight },
    ]),
    bundle('collection', [
      { fullUrl: 'urn:1', resource: weight },
      { fullUrl: 'urn:1', resource: weight },
    ]),
  ],
  [
    'Bundle.entry[0] bdl-8',
    bundle('collection', [{ fullUrl: 'https://a/Patient/1', resource: weight }]),
    bundle('collection', [{ fullUrl: 'https://a/Patient/1/_history/1', resource: weight }]),
  ],
  [
    'Bundle bdl-12',
    bundle('message', [{ resource: { resourceType: 'MessageHeader', eventUri: 'urn:x', source: { endpoint: 'urn:y' } } }]),
    bundle('message', [{ resource: weight }]),
  ],
  [
    'Parameters.parameter[0] inv-1',
    { resourceType: 'Parameters', parameter: [{ name: 'a', valueCode: 'x' }] },
    { resourceType: 'Parameters', parameter: [{ name: 'a', valueCode: 'x', resource: weight }] },
  ],
  [
    'RiskAssessment.prediction[0].probability ras-1',
    risk({ probabilityRange: { low: percent } }),
    risk({ probabilityRange: { low: { value: 1 } } }),
  ],
  ['RiskAssessment.prediction[0] ras-2', risk({ probabilityDecimal: 100 }), risk({ probabilityDecimal: 101 })],
].map(
  ([told, good, bad]) =>
    [told as string, good === undefined ? weight : JSON.parse(JSON.stringify(good)), JSON.parse(JSON.stringify(bad))] as const,
)

function document(section: readonly Json[]) {
  return { resourceType: 'Composition', status: 'final', type: code, date: '2026', author: [who], title: 'x', section }
}

function risk(prediction: Json) {
  return { resourceType: 'RiskAssessment', status: 'final', subject: who, prediction: [prediction] }
}
