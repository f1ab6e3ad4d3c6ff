/** Invariants and required bindings, each kept and broken. https://hl7.org/fhir/R4/validation.html */
import { describe, expect, test } from 'vitest'
import { isValid, validate } from '../../../src/fhir/validate/validate.ts'
import { ines, medicine, weight } from './examples.ts'
import { cases } from './rule-cases.ts'

const keysOf = (resource: unknown) => {
  const { structure, rules } = validate(resource)
  expect(structure).toEqual([])
  expect(isValid(resource)).toBe(rules.length === 0)
  const keys = rules.map(({ path, message }) => `${path} ${/\(([a-z]+-\d+[a-z]?)\)$/.exec(message)?.[1] ?? message}`)
  expect(keys).toEqual([...new Set(keys)])
  return keys
}

describe('invariants', () => {
  test.each(cases)('%s', (told, good, bad) => {
    expect(keysOf(good).filter((key) => key === told)).toEqual([])
    expect(keysOf(bad)).toContain(told)
  })
})

describe('required bindings', () => {
  const allergy = (status: unknown) => ({
    resourceType: 'AllergyIntolerance',
    clinicalStatus: status,
    verificationStatus: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification', code: 'confirmed' }],
    },
    patient: { reference: 'Patient/ines' },
  })
  const active = { system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }
  const none = ['AllergyIntolerance.clinicalStatus has no code of the required value set']

  test('a code is one of its value set', () => {
    expect(keysOf({ ...ines, gender: 'woman' })).toEqual(['Patient.gender is not a code of the required value set'])
    expect(keysOf({ ...ines, gender: 'Female' })).toEqual(['Patient.gender is not a code of the required value set'])
    expect(keysOf({ ...ines, telecom: [{ system: 'pager', value: '1', use: 'work' }] })).toEqual([])
    expect(keysOf({ ...medicine, dosageInstruction: [{ timing: { repeat: { dayOfWeek: ['mon', 'monday'] } } }] })).toEqual([
      'MedicationRequest.dosageInstruction[0].timing.repeat.dayOfWeek[1] is not a code of the required value set',
    ])
  })

  test('one coding of a concept is of its value set, by system and code', () => {
    expect(keysOf(allergy({ coding: [active] }))).toEqual([])
    expect(keysOf(allergy({ coding: [{ system: 'urn:local', code: 'A' }, active] }))).toEqual([])
    expect(keysOf(allergy({ coding: [{ ...active, system: 'urn:local' }] }))).toEqual(none)
    expect(keysOf(allergy({ coding: [{ code: 'active' }] }))).toEqual(none)
    expect(keysOf(allergy({ text: 'active' }))).toEqual(none)
  })

  test('value sets that R4 does not enumerate are not asked', () => {
    expect(keysOf({ ...ines, photo: [{ contentType: 'image/x-invented', url: 'https://a' }] })).toEqual([])
  })
})

test('a broken rule inside does not hide the rules around it; a broken structure does', () => {
  const both = { ...weight, dataAbsentReason: { text: 'x' }, valueQuantity: { value: 1, code: 'kg' }, status: 'final' }
  expect(keysOf(both)).toEqual(['Observation.value qty-3', 'Observation obs-6'])
  const { structure, rules } = validate({ ...both, issued: 'yesterday' })
  expect(structure).toHaveLength(1)
  expect(rules.map(({ path }) => path)).toEqual(['Observation.value'])
})

test('rules that compare parts of a resource with each other grow with its size, not with its square', () => {
  const many = <T>(make: (n: number) => T) => Array.from({ length: 30_000 }, (_, n) => make(n))
  const coding = many((n) => ({ system: 'urn:a', code: `${n}` }))
  const component = many((n) => ({ code: { coding: [{ system: 'urn:b', code: `${n}` }] } }))
  const observation = { ...weight, code: { coding }, component }
  expect(keysOf(observation)).toEqual([])
  expect(
    keysOf({ ...observation, component: component.with(-1, { code: { coding: [{ code: '29999', system: 'urn:a' }] } }) }),
  ).toEqual(['Observation obs-7'])
  const contained = many((n) => ({ resourceType: 'Practitioner', id: `p${n}` }))
  expect(keysOf({ ...weight, contained, performer: many((n) => ({ reference: `#p${n}` })) })).toEqual([])
})
