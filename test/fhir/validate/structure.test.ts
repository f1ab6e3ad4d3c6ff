/** Where a fault of structure is told, and how. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isValid, validate } from '../../../src/fhir/validate/validate.ts'
import { examples, ines, mood } from './examples.ts'

const structureOf = (resource: unknown, type?: string) =>
  validate(resource, type).structure.map(({ path, message }) => `${path} ${message}`)

test.each<[string, unknown, string]>([
  ['nothing', undefined, 'Resource has to be a resource: a JSON object'],
  ['null', null, 'Resource has to be a resource: a JSON object'],
  ['an array', [ines], 'Resource has to be a resource: a JSON object'],
  ['a text', 'Patient', 'Resource has to be a resource: a JSON object'],
  ['no type', {}, 'Resource.resourceType has to be a resource type of FHIR R4'],
  ['a type that is no text', { resourceType: ['Patient'] }, 'Resource.resourceType has to be a resource type of FHIR R4'],
  ['an abstract type', { resourceType: 'DomainResource' }, 'Resource.resourceType has to be a resource type of FHIR R4'],
  ['a data type', { resourceType: 'Quantity' }, 'Resource.resourceType has to be a resource type of FHIR R4'],
  ['a backbone element', { resourceType: 'Patient.contact' }, 'Resource.resourceType has to be a resource type of FHIR R4'],
  ['a member of every object', { resourceType: 'constructor' }, 'Resource.resourceType has to be a resource type of FHIR R4'],
  ['a type of R4B', { resourceType: 'SubscriptionStatus' }, 'Resource.resourceType has to be a resource type of FHIR R4'],
])('%s is no resource', (_, value, told) => expect(structureOf(value)).toEqual([told]))

test('a resource of another type than the one expected is refused', () => {
  expect(isValid(ines, 'Patient')).toBe(true)
  expect(isValid(ines, 'Person')).toBe(false)
  expect(structureOf(ines, 'Person')).toEqual(['Patient.resourceType has to be Person here'])
})

test('all faults are told at once, in the order of the document, each with its place', () => {
  const broken = {
    resourceType: 'Patient',
    name: [{ given: ['Inés', 7] }, {}],
    birthDate: '1994-02-30',
    deceasedBoolean: false,
    deceasedDateTime: '2026',
    communication: [{ preferred: true }],
    nickname: 'x',
  }
  expect(structureOf(broken)).toEqual([
    'Patient.name[0].given[1] is not a valid string',
    'Patient.name[1] is empty',
    'Patient.birthDate is not a valid date',
    'Patient.deceased is given in more than one type',
    'Patient.communication[0].language is required',
    'Patient.nickname is not an element of this type',
  ])
})

test.each([
  [{ resourceType: 'Patient', name: { family: 'x' } }, 'Patient.name has to be an array'],
  [{ resourceType: 'Patient', gender: ['male'] }, 'Patient.gender is not a valid code'],
  [{ resourceType: 'Patient', maritalStatus: [{ text: 'x' }] }, 'Patient.maritalStatus has to be an object, not an array'],
  [{ resourceType: 'Patient', name: [] }, 'Patient.name is an empty array'],
  [{ resourceType: 'Patient', name: [null] }, 'Patient.name[0] has to be an object'],
  [{ resourceType: 'Patient', active: null }, 'Patient.active is null'],
  [{ resourceType: 'Patient', maritalStatus: { id: 'a' } }, 'Patient.maritalStatus is empty'],
  [JSON.parse('{"resourceType":"Patient","__proto__":{"active":true}}'), 'Patient is not an element of this type'],
  [{ resourceType: 'Patient', toString: 'x' }, 'Patient.toString is not an element of this type'],
  [
    { resourceType: 'Patient', name: [{ resourceType: 'Patient' }] },
    'Patient.name[0].resourceType is not an element of this type',
  ],
])('%j: %s', (resource, told) => expect(structureOf(resource)).toEqual([told]))

describe('elements beside primitives', () => {
  const patient = (members: object) => ({ resourceType: 'Patient', name: [{ family: 'x', ...members }] })
  const because = { extension: [{ url: 'urn:why', valueCode: 'masked' }] }
  test.each([
    ['an id beside a value', { _family: { id: 'f' } }],
    ['extensions beside a value', { _family: because }],
    ['arrays in step', { given: ['a', null, 'c'], _given: [null, because, { id: 'c' }] }],
    ['a longer array of values', { given: ['a', 'b'], _given: [because] }],
    ['a longer array of elements', { given: ['a'], _given: [null, because] }],
    ['elements in place of all values', { _given: [because] }],
  ])('%s is valid', (_, members) => expect(structureOf(patient(members))).toEqual([]))

  test.each<[string, object, string]>([
    ['an id in place of a value', { _text: { id: 'f' } }, 'Patient.name[0].text is empty'],
    ['nothing in both', { given: [null], _given: [null] }, 'Patient.name[0].given[0] is null'],
    ['null without an element', { given: ['a', null] }, 'Patient.name[0].given[1] is null'],
    ['null where the other array is too short', { given: ['a', null], _given: [because] }, 'Patient.name[0].given[1] is null'],
    ['an element that is a text', { _family: 'x' }, 'Patient.name[0].family has to be an object'],
    ['a value in the element', { _family: { value: 'x' } }, 'Patient.name[0].family.value is not an element of this type'],
    ['one element for an array', { given: ['a'], _given: because }, 'Patient.name[0].given has to be an array'],
    ['beside a data type', { _period: because }, 'Patient.name[0]._period is not an element of this type'],
    ['beside an id', { id: 'a', _id: because }, 'Patient.name[0]._id is not an element of this type'],
    ['an extension that says nothing', { _family: { extension: [{ url: 'urn:why' }] } }, 'Patient.name[0].family.extension[0]'],
  ])('%s is refused', (_, members, told) => {
    const { structure, rules } = validate(patient(members))
    expect([...structure, ...rules].map(({ path, message }) => `${path} ${message}`)).toContainEqual(
      expect.stringContaining(told),
    )
    expect(isValid(patient(members))).toBe(false)
  })

  test('an extension in place of a value satisfies "required", and takes a choice', () => {
    expect(structureOf({ ...mood, status: undefined, _status: because })).toEqual(['Observation.status is not a valid code'])
    const { status: _, ...rest } = mood
    expect(structureOf({ ...rest, _status: because })).toEqual([])
    expect(structureOf({ ...ines, _deceasedBoolean: because })).toEqual([])
    expect(structureOf({ ...ines, _deceasedDateTime: because })).toEqual(['Patient.deceased is given in more than one type'])
  })
})

test('what nests beyond reason is refused and does no harm', () => {
  const nested = (levels: number) => {
    let extension: object = { url: 'urn:x', valueCode: 'x' }
    for (let level = 0; level < levels; level++) extension = { url: 'urn:x', extension: [extension] }
    return { resourceType: 'Patient', extension: [extension] }
  }
  expect(isValid(nested(50))).toBe(true)
  expect(isValid(nested(100_000))).toBe(false)
  expect(validate(nested(100_000)).structure.map(({ message }) => message)).toEqual(['is nested too deeply'])
})

test('of very many faults the first two hundred are told', () => {
  expect(validate({ resourceType: 'Patient', name: Array(10_000).fill({}) }).structure).toHaveLength(200)
})

test('whatever is sent, the fast way and the explanation agree, and nothing is thrown', () => {
  const members = [
    'resourceType',
    'id',
    'contained',
    'extension',
    'reference',
    'subject',
    'value',
    '_status',
    'status',
    'entry',
    'resource',
    'code',
    'coding',
    'item',
  ]
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('Patient', 'Bundle', 'Questionnaire', '#x', 'final', '2024-01-01', '', 'group'),
      fc.jsonValue({ maxDepth: 0 }),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...members), tie('value'), { maxKeys: 5 }),
    ),
  }))
  const spoilt = fc.record({ example: fc.constantFrom(...examples), member: fc.constantFrom(...members), value })
  fc.assert(
    fc.property(
      fc.oneof(
        value,
        spoilt.map(({ example, member, value }) => ({ ...example, [member]: value })),
      ),
      (resource) => {
        const { structure, rules } = validate(resource)
        expect(structure.length + rules.length === 0).toBe(isValid(resource))
      },
    ),
    { numRuns: 2000 },
  )
})
