/** The CapabilityStatement cannot lie: what it announces is answered, and what is answered it announces. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Route, routes } from '../../src/fhir/interactions.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

interface Statement {
  readonly patchFormat: readonly string[]
  readonly format: readonly string[]
  readonly instantiates: readonly string[]
  readonly implementationGuide: readonly string[]
  readonly rest: readonly [
    {
      readonly documentation: string
      readonly interaction: readonly { readonly code: string }[]
      readonly operation: readonly { readonly name: string; readonly definition: string }[]
      readonly resource: readonly {
        readonly type: string
        readonly interaction: readonly { readonly code: string }[]
        readonly operation: readonly { readonly name: string; readonly definition: string }[]
      }[]
    },
  ]
}

let gateway: TestGateway
let rest: Statement['rest'][0]
beforeAll(async () => {
  gateway = await startGateway()
  const statement = (await (await gateway.request('/fhir/metadata')).json()) as Statement
  rest = statement.rest[0]
  expect(statement.patchFormat).toEqual(['application/json-patch+json', 'application/fhir+json'])
  const canonical = 'https://warm-handoff.example/fhir'
  expect(statement.instantiates).toEqual([`${canonical}/CapabilityStatement/warm-handoff`])
  expect(statement.implementationGuide).toEqual([`${canonical}/ImplementationGuide/warm-handoff.fhir.coordination`])
  for (const format of statement.format) {
    const answer = await gateway.request(`/fhir/metadata?_format=${encodeURIComponent(format)}`, { headers: { accept: format } })
    expect(answer.status).toBe(200)
  }
})
afterAll(() => gateway.stop())

const patient = { resourceType: 'Patient', id: 'p1' }
const fhir = 'application/fhir+json'
const label = { resourceType: 'Parameters', parameter: [{ name: 'meta', valueMeta: { tag: [{ code: 'x' }] } }] }
const bundle = (type: string) => ({ resourceType: 'Bundle', type })

/** How each interaction is asked for, in an order in which all of them succeed. */
const probes: readonly (readonly [code: string, method: string, path: string, body?: unknown, form?: string])[] = [
  ['create', 'POST', '/Patient', patient],
  ['update', 'PUT', '/Patient/p1', patient],
  ['update', 'PUT', '/Patient?_id=p1', patient],
  ['patch', 'PATCH', '/Patient/p1', [], 'application/json-patch+json'],
  ['patch', 'PATCH', '/Patient?_id=p1', [], 'application/json-patch+json'],
  ['read', 'GET', '/Patient/p1'],
  ['vread', 'GET', '/Patient/p1/_history/1'],
  ['history-instance', 'GET', '/Patient/p1/_history'],
  ['history-type', 'GET', '/Patient/_history'],
  ['history-system', 'GET', '/_history'],
  ['search-type', 'GET', '/Patient'],
  ['search-type', 'POST', '/Patient/_search', '_id=p1', 'application/x-www-form-urlencoded'],
  ['search-type', 'GET', '/Patient/p1/Observation'],
  ['search-type', 'GET', '/Patient/p1/*'],
  ['search-type', 'POST', '/Patient/p1/Observation/_search', 'code=x', 'application/x-www-form-urlencoded'],
  ['search-type', 'POST', '/Patient/p1/_search', '_type=Patient', 'application/x-www-form-urlencoded'],
  ['search-system', 'GET', '/?_type=Patient'],
  ['search-system', 'POST', '/_search', '_type=Patient', 'application/x-www-form-urlencoded'],
  ['$validate', 'POST', '/Patient/$validate', patient],
  ['$validate', 'POST', '/Patient/p1/$validate', patient],
  ['$validate', 'GET', '/Patient/p1/$validate'],
  ['$meta', 'GET', '/Patient/p1/$meta'],
  ['$meta', 'POST', '/Patient/p1/$meta', { resourceType: 'Parameters' }],
  ['$meta', 'POST', '/Patient/$meta', { resourceType: 'Parameters' }],
  ['$meta', 'POST', '/$meta', { resourceType: 'Parameters' }],
  ['$meta', 'GET', '/Patient/$meta'],
  ['$meta', 'GET', '/$meta'],
  ['$meta-add', 'POST', '/Patient/p1/$meta-add', label],
  ['$meta-delete', 'POST', '/Patient/p1/$meta-delete', label],
  ['$everything', 'GET', '/Patient/p1/$everything'],
  ['$everything', 'POST', '/Patient/p1/$everything', { resourceType: 'Parameters' }],
  ['transaction', 'POST', '/', bundle('transaction')],
  ['batch', 'POST', '/', bundle('batch')],
  ['$process-message', 'POST', '/$process-message', bundle('message')],
  ['delete', 'DELETE', '/Patient?_id=p1'],
  ['delete', 'DELETE', '/Patient/p1'],
]

test('what is announced is what can be asked for', () => {
  const announced = new Set<string>()
  for (const { code } of rest.interaction) announced.add(code)
  for (const { name } of rest.operation) announced.add(`$${name}`)
  const patients = rest.resource.find(({ type }) => type === 'Patient')!
  for (const { code } of patients.interaction) announced.add(code)
  for (const { name } of patients.operation) announced.add(`$${name}`)
  expect([...announced].sort()).toEqual([...new Set(probes.map(([code]) => code))].sort())
  expect(rest.documentation).toContain('10000 entries')
})

const asked = probes.map(([code, method, path, body, form = fhir]) => ({ code, method, path, body, form }))

test.each(asked)('$code is answered: $method $path', async ({ code, method, path, body, form }) => {
  const answer = await gateway.request(`/fhir${path}`, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': form },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  })
  // An empty message is kept, and told that it is none.
  expect([200, 201, 204, ...(code === '$process-message' ? [400] : [])]).toContain(answer.status)
})

const table: readonly Route[] = Object.values(routes)
const filled = (path: string) =>
  path.replace(':type', 'Patient').replace(':id', 'p2').replace(':version', '1').replace(':member', 'Observation')
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

describe('every other method is refused, and the right ones named', () => {
  test.each([...new Set(table.map(({ path }) => filled(path)))])('%s', async (path) => {
    const right = new Set<string>(table.filter((route) => filled(route.path) === path).map(({ method }) => method))
    if (right.has('GET')) right.add('HEAD')
    for (const method of methods) {
      const answer = await gateway.request(`/fhir${path === '/' ? '' : path}`, { method })
      if (right.has(method)) expect([method, answer.status]).not.toEqual([method, 405])
      else {
        expect([method, answer.status]).toEqual([method, 405])
        expect(new Set(answer.headers.get('allow')?.split(', '))).toEqual(right)
      }
    }
  })

  test.each([
    '/fhir/Patient/p1/nothing',
    '/fhir/$nothing',
    '/fhir/Patient/$nothing',
    '/fhir/Patient/p1/$nothing',
    '/fhir/a/b/c/d/e',
  ])('%s is nowhere', async (path) => expect((await gateway.request(path)).status).toBe(404))
})
