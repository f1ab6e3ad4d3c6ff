/** The compiled invariants against the definitions: none is forgotten, and a FHIRPath engine judges alike. */
import { evalFhirPathTyped, parseFhirPath, toTypedValue } from '@medplum/core'
import { beforeAll, expect, test } from 'vitest'
import { expand } from '../../../scripts/validate/codes.ts'
import { shapes } from '../../../scripts/validate/shapes.ts'
import { rules } from '../../../src/fhir/generated/validate-rules.ts'
import { digitsOf } from '../../../src/fhir/number.ts'
import { byHand } from '../../../src/fhir/validate/by-hand.ts'
import { notCovered, notEnumerable } from '../../../src/fhir/validate/not-covered.ts'
import type { Node } from '../../../src/fhir/validate/rule.ts'
import { resourceShape, type Shape, shapeOf } from '../../../src/fhir/validate/shape.ts'
import { isValid } from '../../../src/fhir/validate/validate.ts'
import { corpora, resourcesOf } from '../../support/corpora.ts'
import { indexStructures } from '../../support/structures.ts'
import { examples } from './examples.ts'
import { mutantsOf } from './mutations.ts'

const constraints = [...shapes.values()].flatMap((shape) =>
  [...shape.constraints, ...shape.fields.flatMap((field) => field.constraints)].filter(({ severity }) => severity === 'error'),
)

test('every invariant of severity error is compiled, written by hand, or listed with the reason why not', () => {
  const covered = new Set(Object.values(rules).flatMap((list) => list.map(({ key }) => key)))
  const missing = constraints.map(({ key }) => key).filter((key) => key !== 'ele-1' && !covered.has(key) && !(key in notCovered))
  expect(missing).toEqual([])
  expect(Object.keys(notCovered).filter((key) => covered.has(key))).toEqual([])
  expect(Object.keys(byHand).filter((key) => !covered.has(key))).toEqual([])
})

test('every required binding is expanded, or listed with the reason why not', () => {
  const asked = [...shapes.values()].flatMap((shape) => shape.fields.flatMap(({ valueSet }) => valueSet?.split('|')[0] ?? []))
  expect([...new Set(asked.filter((valueSet) => expand(valueSet) === undefined))].sort()).toEqual(
    Object.keys(notEnumerable).sort(),
  )
})

const expressions = new Map(
  [...shapes.values()].flatMap((shape) => shape.constraints.map(({ key, expression }) => [`${shape.name} ${key}`, expression!])),
)
const capitalised = (name: string) =>
  name
    .split('.')
    .map((word, i) => (i === 0 ? word : word[0]!.toUpperCase() + word.slice(1)))
    .join('')

/** Keys of the rules on which the two disagree, over all nodes of a resource. */
function disagreements(shape: Shape, node: Node, resource: Node, root: Node): string[] {
  const own = (rules[shape.name] ?? []).flatMap(({ key, holds }) => {
    if (key in byHand) return []
    const context = { type: capitalised(shape.name), value: node }
    const variables = {
      '%resource': toTypedValue(resource),
      '%context': context,
      '%ucum': toTypedValue('http://unitsofmeasure.org'),
    }
    const result = evalFhirPathTyped(parseFhirPath(expressions.get(`${shape.name} ${key}`)!), [context], variables)
    return (holds(node, { resource, root, memory: undefined }) === true) === (result[0]?.value === true)
      ? []
      : [`${shape.name} ${key}`]
  })
  const below = Object.entries(node).flatMap(([name, value]: [string, unknown]) => {
    const field = shape.fields.get(name)
    const nodes = (Array.isArray(value) ? value : [value]).filter(
      (item): item is Node => typeof item === 'object' && item !== null && digitsOf(item) === undefined,
    )
    if (field === undefined || field.primitive) return []
    return nodes.flatMap((item) => {
      const isResource = field.type === 'Resource'
      const inner = isResource ? resourceShape(item.resourceType)! : shapeOf(field.type)!
      return disagreements(inner, item, isResource ? item : resource, name === 'contained' || !isResource ? root : item)
    })
  })
  return [...own, ...below]
}

const judge = (resource: object) =>
  disagreements(
    resourceShape((resource as { resourceType: string }).resourceType)!,
    resource as Node,
    resource as Node,
    resource as Node,
  )

beforeAll(indexStructures)

test('the examples, and the examples without one of their required elements, are judged alike', () => {
  const variants = examples.flatMap((example) => [...mutantsOf(example)]).filter(({ kind }) => kind === 'required removed')
  expect(variants.length).toBeGreaterThan(20)
  expect([...examples, ...variants.map(({ resource }) => resource as object)].flatMap(judge)).toEqual([])
})

test.skipIf(corpora === undefined)(
  'published R4 resources are judged alike, whole and with one element less (needs CORPORA)',
  () => {
    const types = new Set([
      'Patient',
      'Observation',
      'Condition',
      'Encounter',
      'Task',
      'CarePlan',
      'CareTeam',
      'Goal',
      'Questionnaire',
      'Bundle',
      'ValueSet',
      'Consent',
      'Claim',
    ])
    const found = resourcesOf(types, ['1_igs/hl7.fhir.r4.examples-4.0.1'])
      .map(({ resource }) => resource)
      .filter((resource) => isValid(resource))
    const lessOne = found.flatMap((resource) =>
      Object.keys(resource)
        .filter((name) => name !== 'resourceType')
        .map((name) => ({ ...resource, [name]: undefined })),
    )
    const without = lessOne.map((resource) => JSON.parse(JSON.stringify(resource)) as object)
    expect(found.length).toBeGreaterThan(100)
    expect([...new Set([...found, ...without].flatMap(judge))]).toEqual([])
  },
)
