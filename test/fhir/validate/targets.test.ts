/** Where references may lead. https://hl7.org/fhir/R4/references.html */
import { describe, expect, test } from 'vitest'
import { isValid, validate } from '../../../src/fhir/validate/validate.ts'
import { type Json, mood } from './examples.ts'

const found = (resource: unknown) => {
  const { structure, rules } = validate(resource)
  expect(isValid(resource)).toBe(structure.length + rules.length === 0)
  expect(structure).toEqual([])
  return rules.map(({ path, message }) => `${path} ${message}`)
}
const about = (subject: Json, more: Json = {}) => found({ ...mood, subject, ...more })
const to = (reference: string) => about({ reference })

describe('an element says which types it refers to', () => {
  test.each([
    'Patient/1',
    'Group/1/_history/2',
    'https://ehr.example/fhir/Location/1',
    'Device?identifier=urn:serial|7',
    // Nothing here tells of what type these are.
    ...['urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0', 'urn:oid:2.16.840.1.113883.4.1', 'https://ehr.example/people/1'],
    ...['https://ehr.example/Patient/1/photo', 'mailto:ines@ehr.example'],
  ])('%s is taken', (reference) => {
    expect(to(reference)).toEqual([])
  })

  test.each([
    'Practitioner/1',
    'Practitioner/1/_history/2',
    'https://ehr.example/fhir/Practitioner/1',
    'https://ehr.example/fhir/Practitioner/1/_history/2',
    'http://ehr.example/Patient/1/Practitioner/1',
    'Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|1',
    'https://ehr.example/Practitioner?identifier=1',
  ])('%s is not', (reference) => {
    expect(to(reference)).toEqual([
      'Observation.subject may lead to Patient, Group, Device, Location here, and not to Practitioner',
    ])
  })

  test.each([
    ...[
      'nonsense',
      'Patient',
      'Patient/',
      'patient/1',
      'Person1/1',
      '/Patient/1',
      'Patient/1/2',
      'fhir/Patient/1',
      'Patient/no_id_of_R4',
    ],
    ...[
      `Patient/${'1'.repeat(65)}`,
      'Patient/1/_history',
      'Patient/1/_history/',
      'Patient/1/_history/2/3',
      'Patient/1#part',
      'x?y=1',
    ],
  ])('%s leads nowhere, where any type will do, too', (reference) => {
    const formless = 'is relative, and not of the form [type]/[id]'
    expect(to(reference)).toEqual([`Observation.subject ${formless}`])
    expect(about({ reference, type: 'Patient' })).toEqual([`Observation.subject ${formless}`])
    expect(found({ ...mood, focus: [{ reference }] })).toEqual([`Observation.focus[0] ${formless}`])
    expect(found({ ...mood, extension: [{ url: 'urn:x', valueReference: { reference } }] })).toEqual([
      `Observation.extension[0].value ${formless}`,
    ])
  })

  test('what is no Reference may be a relative URL', () => {
    const photo = [{ contentType: 'image/png', url: 'photos/1' }]
    expect(found({ resourceType: 'Patient', photo, implicitRules: 'rules' })).toEqual([])
    expect(found({ resourceType: 'QuestionnaireResponse', status: 'completed', questionnaire: 'phq-9' })).toEqual([])
  })

  test('a type that begins like one of them is another', () => {
    const member = (reference: string) =>
      found({ resourceType: 'Encounter', status: 'finished', class: { code: 'AMB' }, account: [{ reference }] })
    expect(member('Account/1')).toEqual([])
    const role = { resourceType: 'PractitionerRole', practitioner: { reference: 'PractitionerRole/1' } }
    expect(found(role)).toEqual(['PractitionerRole.practitioner may lead to Practitioner here, and not to PractitionerRole'])
  })

  test('in a list and in a choice, each at its place', () => {
    const performer = [{ reference: 'Practitioner/1' }, { reference: 'Device/1' }]
    expect(found({ ...mood, performer })).toEqual([expect.stringMatching(/^Observation\.performer\[1\] .* not to Device$/)])
    const note = [{ authorReference: { reference: 'Device/1' }, text: 'x' }]
    expect(found({ ...mood, note })).toEqual([expect.stringMatching(/^Observation\.note\[0\]\.author .* not to Device$/)])
  })

  test('where any type will do, any does', () => {
    const focus = [{ reference: 'Practitioner/1' }, { reference: 'Basic/1' }]
    expect(found({ ...mood, focus, extension: [{ url: 'urn:x', valueReference: { reference: 'Bundle/1' } }] })).toEqual([])
  })

  test('what the definitions package adds to the types of R4 is not R4', () => {
    const event = (who: string) => ({
      ...{ resourceType: 'AuditEvent', type: { code: 'rest' }, recorded: '2026-03-02T10:15:00Z' },
      ...{ agent: [{ who: { reference: who }, requestor: true }], source: { observer: { reference: 'Device/1' } } },
    })
    expect(found(event('Practitioner/1'))).toEqual([])
    expect(found(event('Subscription/1'))).toHaveLength(1)
    const study = (site: string) => ({ resourceType: 'ResearchStudy', status: 'active', site: [{ reference: site }] })
    expect(found(study('Location/1'))).toEqual([])
    expect(found(study('Organization/1'))).toHaveLength(1)
  })
})

describe('Reference.type', () => {
  test('is one of the types, whatever else the reference says', () => {
    expect(about({ type: 'Patient', display: 'Inés' })).toEqual([])
    expect(about({ type: 'http://hl7.org/fhir/StructureDefinition/Patient', reference: 'Patient/1' })).toEqual([])
    for (const subject of [{ display: 'x' }, { reference: 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0' }])
      expect(about({ ...subject, type: 'Practitioner' })).toEqual([expect.stringMatching(/not to Practitioner$/)])
    expect(about({ type: 'Inés-Duarte', display: 'x' })).toEqual([expect.not.stringContaining('Inés')])
  })

  test('is the type that the reference leads to', () => {
    const apart = 'Observation.subject leads to Patient, and its type says something else'
    expect(about({ type: 'Group', reference: 'Patient/1' })).toEqual([apart])
    expect(about({ type: 'patient', reference: 'Patient/1' })).toEqual([apart])
    expect(found({ ...mood, focus: [{ type: 'Patient', reference: 'Device/1' }] })).toHaveLength(1)
  })
})

describe('within a resource', () => {
  const contained = [
    { resourceType: 'Patient', id: 'p' },
    { resourceType: 'Practitioner', id: 'd' },
  ]
  const both = (subject: string, performer: string) =>
    found({ ...mood, contained, subject: { reference: subject }, performer: [{ reference: performer }] })

  test('a contained resource is of its own type', () => {
    expect(both('#p', '#d')).toEqual([])
    expect(both('#d', '#p')).toEqual([expect.stringMatching(/^Observation\.subject .* not to Practitioner$/)])
  })

  test('# is what contains', () => {
    const provenance = {
      resourceType: 'Provenance',
      id: 'x',
      recorded: '2026-03-02T10:15:00Z',
      agent: [{ who: { display: 'x' } }],
    }
    const containing = (resource: Json) => found({ ...mood, contained: [resource] })
    expect(containing({ ...provenance, target: [{ reference: '#' }] })).toEqual([])
    const told = containing({
      resourceType: 'Goal',
      id: 'x',
      lifecycleStatus: 'active',
      description: { text: 'x' },
      subject: { reference: '#' },
    })
    expect(told).toEqual([expect.stringMatching(/^Observation\.contained\[0\]\.subject .* not to Observation$/)])
  })
})

describe('within a Bundle', () => {
  const bundle = (subject: string) => ({
    ...{ resourceType: 'Bundle', type: 'collection' },
    entry: [
      { fullUrl: 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0', resource: { resourceType: 'Patient' } },
      { fullUrl: 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e1', resource: { resourceType: 'Practitioner' } },
      { fullUrl: 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e2', resource: { ...mood, subject: { reference: subject } } },
    ],
  })

  test('an entry is of its own type', () => {
    expect(found(bundle('urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0'))).toEqual([])
    expect(found(bundle('urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e1'))).toEqual([
      expect.stringMatching(/^Bundle\.entry\[2\]\.resource\.subject .* not to Practitioner$/),
    ])
  })
})
