import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createApp } from '../../src/app.ts'
import { collections } from '../../src/flows/collections/index.ts'
import { operations } from '../../src/http/operations.ts'
import { areas } from '../duties/duties.ts'
import { adminToken, startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(() => gateway.stop())

type JsonSchema = Parameters<typeof z.fromJSONSchema>[0]
interface Described {
  readonly operationId: string
  readonly requestBody?: unknown
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: JsonSchema }>> }>>
  readonly parameters?: readonly { readonly required?: boolean }[]
}
interface Description {
  readonly openapi: string
  readonly info: { readonly version: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>
}

/** With what is referred to in its place. */
async function description(): Promise<Description> {
  const whole = await (await gateway.request('/openapi.json')).json()
  const at = (ref: string) =>
    ref
      .split('/')
      .slice(1)
      .reduce((part, name) => part[name], whole)
  return JSON.parse(JSON.stringify(whole, (_, part) => (typeof part?.$ref === 'string' ? at(part.$ref) : part)))
}

/** What of a value is not as the schema says. */
const unlike = (schema: JsonSchema, value: unknown) => z.fromJSONSchema(schema).safeParse(value).error?.issues ?? []

test('every route that is neither FHIR nor a page is described, and nothing else', () => {
  const { routes } = createApp(gateway.gateway, { auth: 'none', adminToken })
  const served = routes
    .filter(({ method, path }) => method !== 'ALL' && !/^\/(fhir|console|messages)/.test(path))
    .map(({ method, path }) => `${method.toLowerCase()} ${path.replace(/:(\w+)/g, '{$1}')}`)
  const described = operations.map(({ method, path }) => `${method} ${path}`)
  expect([...new Set(described)].sort()).toEqual([...new Set(served)].sort())
})

test('the description is OpenAPI 3.1, each operation with a name of its own', async () => {
  const { openapi, info, paths } = await description()
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'))
  expect([openapi, info.version]).toEqual(['3.1.0', version])
  const names = Object.values(paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId))
  expect(new Set(names).size).toBe(names.length)
  const inEach = operations.filter(({ path }) => path.includes('{collection}'))
  expect(names).toHaveLength(operations.length + inEach.length * (collections.length - 1))
  const body = (path: string, method = 'post') => JSON.stringify(paths[path]?.[method]?.requestBody)
  expect(body('/admin/clients')).toContain('client_name')
  expect(body('/coordination/needs')).toContain('clientView')
  expect(body('/coordination/needs/{id}/events')).toContain('refute')
  expect(body('/admin/connections')).toContain('"required":["name","kind"]')
  expect(body('/admin/connections/{name}', 'put')).toContain('"required":["kind"]')
  expect(body('/admin/deliveries/replay')).toContain('waiting')
})

test('what is filled in where it is left out is as it is described', async () => {
  const wrong: unknown[] = []
  JSON.stringify(await description(), (_, part) => {
    if (part?.default !== undefined && part.type !== undefined) wrong.push(...unlike(part, part.default))
    return part
  })
  expect(wrong).toEqual([])
})

test('a refusal has one of the forms that are described', async () => {
  const { paths } = await description()
  for (const path of ['/oauth/token', '/oauth/revoke', '/billing/acks']) {
    const answer = await gateway.request(path, { method: 'POST' })
    expect(answer.status).toBe(400)
    const form = paths[path]!.post!.responses['4XX']!.content![answer.headers.get('content-type')!.split(';', 1)[0]!]
    expect(unlike(form!.schema!, await answer.json())).toEqual([])
  }
})

test('what is done is answered as described', async () => {
  const { paths } = await description()
  const wrong: unknown[] = []
  const ask = async (method: string, path: string, at = path, body?: object, type = 'application/json') => {
    const answer = await gateway.request(at, {
      method,
      redirect: 'manual',
      headers: { authorization: `Bearer ${adminToken}`, ...(body && { 'content-type': type }) },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    const media = answer.headers.get('content-type')?.split(';', 1)[0]
    const described = paths[path]?.[method.toLowerCase()]?.responses[answer.status]
    const isAsDescribed = described && (text === '' ? !described.content : media! in (described.content ?? {}))
    if (!isAsDescribed) wrong.push(`${method} ${path}: ${answer.status} ${media}`)
    const told = text.startsWith('{') ? JSON.parse(text) : {}
    const { schema } = described?.content?.[media ?? ''] ?? {}
    if (schema) wrong.push(...unlike(schema, told))
    return told
  }
  for (const [path, { get }] of Object.entries(paths))
    if (get && !get.parameters?.some(({ required }) => required)) await ask('GET', path)
  const agency = { name: 'Harbor Street', timeZone: 'America/New_York', hipaaCovered: true, part2Programme: false }
  const { id: organizationId } = await ask('POST', '/coordination/organizations', '/coordination/organizations', agency)
  const place = { name: 'Harbor Street', organizationId }
  const site = await ask('POST', '/coordination/locations', '/coordination/locations', place)
  await ask('GET', '/coordination/locations/{id}', `/coordination/locations/${site.id}`)
  const client = { client_name: 'X', jwks_uri: 'https://x.example/jwks', scope: 'system/Patient.r' }
  const { client_id: id } = await ask('POST', '/admin/clients', '/admin/clients', client)
  await ask('PUT', '/admin/clients/{id}', `/admin/clients/${id}`, client)
  await ask('DELETE', '/admin/clients/{id}', `/admin/clients/${id}`)
  const connection = { name: 'x', kind: 'ehr', baseUrl: 'https://x.example/fhir', auth: { type: 'none' } }
  await ask('PUT', '/admin/connections/{name}', '/admin/connections/x', connection)
  await ask('PUT', '/admin/connections/{name}', '/admin/connections/x', connection)
  await ask('DELETE', '/admin/connections/{name}', '/admin/connections/x')
  await ask('POST', '/admin/connections', '/admin/connections', connection)
  await ask('POST', '/admin/deliveries/replay')
  await ask('POST', '/billing/acks', '/billing/acks', [])
  await ask('POST', '/hl7v2', '/hl7v2', {}, 'application/hl7-v2')
  expect(wrong).toEqual([])
})

test('members of collections are told as described', async () => {
  const { paths } = await description()
  const folder = join(import.meta.dirname, '../../profiles/examples')
  const examples = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('/good-'))
  for (const name of examples) {
    const text = readFileSync(join(folder, name), 'utf8')
    const { resourceType, id } = JSON.parse(text)
    // Some are made by the gateway alone, and refused here.
    await gateway.request(`/fhir/${resourceType}/${id}`, { method: 'PUT', json: JSON.parse(text) })
  }
  const seen: string[] = []
  for (const { name } of collections) {
    const { schema } = paths[`/coordination/${name}`]!.get!.responses[200]!.content!['application/json']!
    const page = (await (await gateway.request(`/coordination/${name}`)).json()) as { items: unknown[] }
    expect(unlike(schema!, page), name).toEqual([])
    if (page.items.length > 0) seen.push(name)
  }
  expect(seen.length).toBeGreaterThan(25)
})

test('a path that is a route’s own has its methods alone', async () => {
  const allowed = async (path: string) => (await gateway.request(path, { method: 'OPTIONS' })).headers.get('allow')
  expect(await allowed('/coordination/measures')).toBe('GET, HEAD')
  expect(await allowed('/coordination/services/matches')).toBe('GET, HEAD')
  expect(await allowed('/coordination/services/x')).toBe('GET, HEAD, PUT, PATCH, DELETE')
  for (const path of ['/coordination/measures', '/coordination/measures/?from=2026-01', '/coordination/services/matches?x=1'])
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
      expect([path, method, (await gateway.request(path, { method, json: {} })).status]).toEqual([path, method, 405])
})

test('the page of it needs no script', async () => {
  const answer = await gateway.request('/docs')
  const page = await answer.text()
  expect(answer.headers.get('content-type')).toContain('text/html')
  expect(page).toContain('/admin/clients/{id}')
  expect(page).not.toContain('<script')
})

test('what a coordinator does stands there as it stands in the tests’ table', async () => {
  const answer = await gateway.request('/docs/coverage')
  const page = (await answer.text()).replaceAll('&#39;', "'").replaceAll('&amp;', '&')
  expect([answer.status, answer.headers.get('content-security-policy')]).toEqual([
    200,
    expect.stringMatching(/^default-src 'none'; style-src/),
  ])
  for (const { area, duties } of areas) {
    expect(page).toContain(`<h2>${area}</h2>`)
    for (const { duty, shownBy } of duties)
      for (const text of [duty, ...shownBy.flatMap(([file, title]) => [title, `test/${file}`])]) expect(page).toContain(text)
  }
  expect((await gateway.request('/docs/style.css')).headers.get('content-type')).toContain('text/css')
})
