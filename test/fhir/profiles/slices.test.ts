/** Slices: told apart by values, patterns, presence and types; open and closed. */
import { describe, expect, test } from 'vitest'
import type { Row } from '../../../src/fhir/profiles/definition.ts'
import { judged } from './judged.ts'

type Discriminator = NonNullable<NonNullable<Row['slicing']>['discriminator']>[number]
const by = (id: string, type: Discriminator['type'], path: string, rules: 'open' | 'closed' = 'open'): Row => ({
  id,
  slicing: { discriminator: [{ type, path }], rules },
})
const mrn = { system: 'urn:mrn', value: '1' }
const ssn = { system: 'urn:ssn', value: '2' }
const category = (code: string) => ({ coding: [{ system: 'urn:c', code }] })

describe('by a value', () => {
  const rows: Row[] = [
    by('Patient.identifier', 'value', 'system'),
    { id: 'Patient.identifier:mrn', min: 1, max: '1' },
    { id: 'Patient.identifier:mrn.system', fixedUri: 'urn:mrn' },
    { id: 'Patient.identifier:mrn.value', min: 1 },
  ]
  test('the slice has to be there, once, and whole; others may be', () => {
    expect(judged('Patient', rows, { identifier: [ssn, mrn] })).toEqual([])
    expect(judged('Patient', rows, { identifier: [ssn] })).toEqual(['Patient.identifier has to have the slice mrn'])
    expect(judged('Patient', rows, { identifier: [mrn, mrn] })).toEqual(['Patient.identifier may have 1 of the slice mrn'])
    expect(judged('Patient', rows, { identifier: [ssn, { system: 'urn:mrn' }] })).toEqual([
      'Patient.identifier[1].value is required',
    ])
  })

  test('where they are closed, others may not be', () => {
    const closed = [by('Patient.identifier', 'value', 'system', 'closed'), ...rows.slice(1)]
    expect(judged('Patient', closed, { identifier: [mrn] })).toEqual([])
    expect(judged('Patient', closed, { identifier: [mrn, ssn] })).toEqual([
      'Patient.identifier[1] is none of the slices that the profile allows',
    ])
  })
})

test.each<[string, Discriminator['path'], Row]>([
  ['of the whole', '$this', { id: 'Condition.category:c', min: 1, patternCodeableConcept: category('sdoh') }],
  [
    'of the whole, asked for in part',
    'coding.code',
    { id: 'Condition.category:c', min: 1, patternCodeableConcept: category('sdoh') },
  ],
])('by a pattern %s', (_, path, slice) => {
  const rows = [by('Condition.category', 'pattern', path), slice]
  expect(judged('Condition', rows, { category: [category('x'), category('sdoh')] })).toEqual([])
  expect(judged('Condition', rows, { category: [category('x')] })).toEqual(['Condition.category has to have the slice c'])
})

test('by presence', () => {
  const rows: Row[] = [
    by('Patient.telecom', 'exists', 'period'),
    { id: 'Patient.telecom:dated', min: 1 },
    { id: 'Patient.telecom:dated.period', min: 1 },
    { id: 'Patient.telecom:always', max: '1' },
    { id: 'Patient.telecom:always.period', max: '0' },
  ]
  const dated = { value: 'x', period: { start: '2026' } }
  expect(judged('Patient', rows, { telecom: [dated, { value: 'y' }] })).toEqual([])
  expect(judged('Patient', rows, { telecom: [{ value: 'x' }, { value: 'y' }] })).toEqual([
    'Patient.telecom has to have the slice dated',
    'Patient.telecom may have 1 of the slice always',
  ])
})

test('by type: of a choice, of a resource, of what is referred to', () => {
  const quantity: Row[] = [
    by('Observation.value[x]', 'type', '$this', 'closed'),
    { id: 'Observation.value[x]:valueQuantity', type: [{ code: 'Quantity' }], min: 0 },
    { id: 'Observation.value[x]:valueQuantity.unit', min: 1 },
  ]
  expect(judged('Observation', quantity, { valueQuantity: { unit: 'kg' } })).toEqual([])
  expect(judged('Observation', quantity, { valueQuantity: { value: 1 } })).toEqual(['Observation.value.unit is required'])
  expect(judged('Observation', quantity, { valueString: 'x' })).toEqual([
    'Observation.value is none of the slices that the profile allows',
  ])
  const entries: Row[] = [
    by('Bundle.entry', 'type', 'resource'),
    { id: 'Bundle.entry:who', min: 1 },
    { id: 'Bundle.entry:who.resource', type: [{ code: 'Patient' }] },
  ]
  const holding = (resourceType: string) => ({ type: 'collection', entry: [{ resource: { resourceType } }] })
  expect(judged('Bundle', entries, holding('Patient'))).toEqual([])
  expect(judged('Bundle', entries, holding('Group'))).toEqual(['Bundle.entry has to have the slice who'])
  const members: Row[] = [
    by('CareTeam.participant', 'type', 'member.resolve()'),
    { id: 'CareTeam.participant:client', min: 1 },
    {
      id: 'CareTeam.participant:client.member',
      type: [{ code: 'Reference', targetProfile: ['http://hl7.org/fhir/StructureDefinition/Patient'] }],
    },
  ]
  const member = (reference: string) => ({ participant: [{ member: { reference } }] })
  expect(judged('CareTeam', members, member('Patient/1'))).toEqual([])
  expect(judged('CareTeam', members, member('Practitioner/1'))).toEqual(['CareTeam.participant has to have the slice client'])
  // Who that is, nobody here can tell.
  expect(judged('CareTeam', members, member('urn:uuid:4d1e1a3c-8f3e-4b1e-9a55-0c1f6f1c2d3e'))).toEqual([])
})

test('slices that only a reader can tell apart are named, and nobody is refused for them', () => {
  const rows: Row[] = [
    { id: 'Observation.category', slicing: { rules: 'open', description: 'as it may be' } },
    { id: 'Observation.category:x', min: 1 },
  ]
  expect(judged('Observation', rows, {})).toEqual([
    'https://example.org/StructureDefinition/p: How category is sliced cannot be told here.',
  ])
})
