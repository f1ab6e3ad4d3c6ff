import { validateResource } from '@medplum/core'
import type { Resource } from '@medplum/fhirtypes'
import { beforeAll, describe, expect, test } from 'vitest'
import { type ProblemCode, problem, problems } from '../../src/domain/problem.ts'
import { capabilityStatement } from '../../src/fhir/capability-statement.ts'
import { informationOutcome, outcome, statusOf } from '../../src/fhir/outcome.ts'
import { parseSearch } from '../../src/fhir/search/parse.ts'
import { terminologyCapabilities } from '../../src/fhir/terminology-capabilities.ts'
import { isId, isResourceType, resourceTypes } from '../../src/fhir/types.ts'
import { indexStructures } from '../support/structures.ts'

beforeAll(indexStructures)

const errorsOf = (resource: object) => validateResource(resource as Resource).filter(({ severity }) => severity === 'error')

describe('a problem as OperationOutcome', () => {
  test('every code has a status and makes a valid outcome', () => {
    for (const code of Object.keys(problems) as ProblemCode[]) {
      expect(statusOf(problem(code, 'x'))).toBeGreaterThanOrEqual(400)
      expect(errorsOf(outcome(problem(code, 'A sentence.')))).toEqual([])
    }
  })

  test('findings become issues with their places', () => {
    const found = problem('invalid', 'The Patient is not valid.', {
      issues: [
        { path: 'Patient.birthDate', message: 'is no date' },
        { path: 'Patient.name', message: 'is odd', severity: 'warning' },
      ],
    })
    expect(outcome(found).issue).toEqual([
      { severity: 'error', code: 'invalid', diagnostics: 'is no date', expression: ['Patient.birthDate'] },
      { severity: 'warning', code: 'invalid', diagnostics: 'is odd', expression: ['Patient.name'] },
    ])
  })

  test('warnings alone do not explain a refusal: its sentence comes first', () => {
    expect(outcome(problem('conflict', 'Why.', { issues: [{ message: 'also', severity: 'warning' }] })).issue).toMatchObject([
      { severity: 'error', diagnostics: 'Why.' },
      { severity: 'warning' },
    ])
  })

  test('nothing found is said, too', () => {
    expect(errorsOf(informationOutcome([]))).toEqual([])
    expect(informationOutcome([{ message: 'm', severity: 'warning' }]).issue).toMatchObject([
      { severity: 'warning', code: 'informational' },
    ])
  })
})

describe('the CapabilityStatement', () => {
  const facts = {
    base: 'https://us.example/fhir',
    canonical: 'https://us.example/ours',
    software: { name: 'x', version: '1' },
    date: '2026-03-01',
    limits: { entries: 10, bundle: 20, resource: 30, page: 40 },
  }
  interface Statement {
    readonly rest: readonly [
      {
        security?: object
        resource: readonly {
          type: string
          searchParam: { name: string; type: string; definition: string }[]
          searchRevInclude?: string[]
        }[]
      },
    ]
  }
  const statement = capabilityStatement(facts) as Statement

  test('is valid R4', () => {
    expect(errorsOf(statement)).toEqual([])
    expect(
      errorsOf(capabilityStatement({ ...facts, security: { cors: true, tokenEndpoint: 'https://us.example/oauth/token' } })),
    ).toEqual([])
    expect(errorsOf(terminologyCapabilities(facts))).toEqual([])
  })

  test('tells every type, with the parameters that can be searched by and no others', () => {
    const [{ resource }] = statement.rest
    expect(resource.map(({ type }) => type)).toEqual(resourceTypes.filter((type) => type !== 'Parameters'))
    const patient = resource.find(({ type }) => type === 'Patient')
    expect(patient?.searchParam).toContainEqual({
      name: 'birthdate',
      type: 'date',
      definition: 'http://hl7.org/fhir/SearchParameter/individual-birthdate',
      documentation: 'Modifiers: missing.',
    })
    expect(patient?.searchParam.map(({ name }) => name)).not.toContain('_text')
    expect(patient?.searchRevInclude).toContain('Encounter:subject')
    expect(resource.find(({ type }) => type === 'Observation')?.searchParam).toContainEqual({
      name: 'code-value-quantity',
      type: 'composite',
      definition: 'http://hl7.org/fhir/SearchParameter/Observation-code-value-quantity',
    })
    for (const { type, searchParam } of resource) {
      expect(searchParam.filter(({ name }) => !understood(type, name)).map(({ name }) => `${type}.${name}`)).toEqual([])
    }
  })

  test('tells of tokens where they are asked for', () => {
    expect(statement.rest[0].security).toBeUndefined()
    const [{ security }] = (
      capabilityStatement({ ...facts, security: { cors: true, tokenEndpoint: 'https://us.example/oauth/token' } }) as Statement
    ).rest
    expect(JSON.stringify(security)).toContain('https://us.example/oauth/token')
  })
})

/** Any value will do: what is unknown is refused whatever its value. */
function understood(type: string, name: string): boolean {
  const query = parseSearch(type, [[name, 'x']])
  return query.ok || query.problem.code === 'invalid'
}

test('types and ids', () => {
  expect(['Patient', 'patient', 'Resource', 'DomainResource', 'toString', '', 7, null].filter(isResourceType)).toEqual([
    'Patient',
  ])
  expect(['a', 'A-1.b', 'x'.repeat(64)].every(isId)).toBe(true)
  expect(['', 'a b', 'a/b', 'ä', 'x'.repeat(65), 7, undefined].some(isId)).toBe(false)
})
