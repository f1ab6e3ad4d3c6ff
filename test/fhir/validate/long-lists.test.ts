/** A resource is valid or not whether others have their turn in between or not; where its lists are long they have. */
import { expect, test } from 'vitest'
import { atOnce } from '../../../src/fhir/at-once.ts'
import { isValid, judging } from '../../../src/fhir/validate/validate.ts'

const many = <T>(item: (i: number) => T): T[] => Array.from({ length: 3000 }, (_, i) => item(i))
const organization = (i: number) => ({ resourceType: 'Organization', id: `o${i}`, name: 'Lakeshore' })
const patient = (last: object) => ({
  resourceType: 'Patient',
  contained: many(organization),
  generalPractitioner: [...many((i) => ({ reference: `#o${i}` })), last],
})
const bundle = (last: string) => ({
  resourceType: 'Bundle',
  type: 'collection',
  entry: [
    ...many((i) => ({ fullUrl: `urn:uuid:${i}`, resource: { resourceType: 'Patient', id: `p${i}`, active: true } })),
    {
      fullUrl: 'urn:uuid:last',
      resource: { resourceType: 'List', status: 'current', mode: 'working', source: { reference: last } },
    },
    { fullUrl: 'urn:uuid:organization', resource: organization(1) },
  ],
})

test.each([
  ['sound', true, patient({ reference: '#o1' })],
  ['with a reference to nothing at the end', false, patient({ reference: '#nobody' })],
  ['with an empty item at the end', false, patient({})],
  [
    'with a contained resource that nothing refers to',
    false,
    { ...patient({ display: 'x' }), contained: many(() => organization(9999)) },
  ],
  ['a sound Bundle', true, bundle('urn:uuid:1')],
  ['a Bundle in which a reference leads to another type than it may', false, bundle('urn:uuid:organization')],
])('%s: %s', (_, sound, resource) => {
  const steps = judging(resource, resource.resourceType)
  expect(steps.next()).toMatchObject({ done: false })
  expect(atOnce(judging(resource, resource.resourceType))).toBe(sound)
  expect(isValid(resource, resource.resourceType)).toBe(sound)
})

test('what is short is judged in one go', () => {
  expect(judging(organization(1), 'Organization').next()).toEqual({ done: true, value: true })
})
