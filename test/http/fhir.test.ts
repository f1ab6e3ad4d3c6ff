/** What `/fhir` answers to those who ask wrongly: always an OperationOutcome, never an incident. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway()
  await send('PUT', '/fhir/Patient/p1', { resourceType: 'Patient', id: 'p1', identifier: [{ system: 'urn:mrn', value: '1' }] })
})
afterAll(() => gateway.stop())

const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  gateway.request(path, {
    method,
    headers: { 'content-type': 'application/fhir+json', ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
const issue = async (answer: Response) => [
  answer.status,
  ((await answer.json()) as { issue: { code: string }[] }).issue.map(({ code }) => code),
]

describe('a cursor that was not given out here', () => {
  test.each(['/fhir/Patient?_page=garbage', '/fhir/Patient?_page=', '/fhir/Patient/p1/_history?_page=garbage'])(
    'is refused: %s',
    async (path) => expect(await issue(await gateway.request(path))).toEqual([400, ['invalid']]),
  )

  test('is refused where problems are not OperationOutcomes, too', async () => {
    expect((await gateway.request('/coordination/clients?after=garbage')).status).toBe(400)
    expect((await gateway.request('/admin/messages?after=garbage')).status).toBe(400)
    expect(gateway.log.filter((line) => line.event === 'request-failed')).toEqual([])
  })
})

test('a history since no instant is refused', async () => {
  expect(await issue(await gateway.request('/fhir/Patient/p1/_history?_since=garbage'))).toEqual([400, ['invalid']])
  expect((await gateway.request('/fhir/Patient/p1/_history?_since=2020-01-01T00:00:00Z')).status).toBe(200)
})

describe('a condition without criteria is met by everything, and so refused', () => {
  const patient = { resourceType: 'Patient', active: true }
  test.each(['_count=1', '_format=json', '_sort=birthdate'])('PUT and DELETE ?%s', async (query) => {
    expect(await issue(await send('PUT', `/fhir/Patient?${query}`, patient))).toEqual([400, ['invalid']])
    expect(await issue(await send('DELETE', `/fhir/Patient?${query}`))).toEqual([400, ['invalid']])
    expect((await gateway.request('/fhir/Patient/p1')).headers.get('etag')).toBe('W/"1"')
  })

  test('conditions of a create in its URL', async () => {
    expect(await issue(await send('POST', '/fhir/Patient?identifier=urn:mrn|42', patient))).toEqual([400, ['invalid']])
    expect((await send('POST', '/fhir/Patient?_format=json', patient)).status).toBe(201)
  })

  test('conditions in a URL that has an id', async () => {
    for (const [method, body] of [
      ['PUT', { ...patient, id: 'p1' }],
      ['PATCH', { resourceType: 'Parameters' }],
      ['DELETE', undefined],
    ] as const)
      expect(await issue(await send(method, '/fhir/Patient/p1?birthdate=1980', body))).toEqual([400, ['invalid']])
    expect((await gateway.request('/fhir/Patient/p1')).headers.get('etag')).toBe('W/"1"')
    expect((await send('PUT', '/fhir/Patient/p2?_pretty=true', { ...patient, id: 'p2' })).status).toBe(201)
  })

  test('an empty If-None-Exist', async () =>
    expect(await issue(await send('POST', '/fhir/Patient', patient, { 'if-none-exist': '' }))).toEqual([400, ['invalid']]))
})

describe('a method that is not to be had', () => {
  test.each([
    ['POST', '/fhir/Patient/p1', 'GET, HEAD, PUT, PATCH, DELETE'],
    ['PUT', '/fhir/_history', 'GET, HEAD'],
    ['GET', '/fhir/Patient/_search', 'POST'],
    ['DELETE', '/fhir/Patient/p1/$meta-add', 'POST'],
    ['PUT', '/fhir', 'POST, GET, HEAD'],
    ['DELETE', '/fhir/Patient/p1/_history/1', 'GET, HEAD'],
  ])('%s %s: the others are named', async (method, path, allow) => {
    const answer = await send(method, path, method === 'GET' || method === 'DELETE' ? undefined : { resourceType: 'Patient' })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow])
    expect(await issue(answer)).toEqual([405, ['not-supported']])
  })
})

test('in a batch, what is no entry fails alone', async () => {
  const entry = [
    null,
    1,
    {},
    { request: { method: 'GET', url: 'https://other.example/Patient/1' } },
    { request: { method: 'GET', url: 'Patient/p1' } },
  ]
  const answer = await send('POST', '/fhir', { resourceType: 'Bundle', type: 'batch', entry })
  const bundle = (await answer.json()) as { entry: { response: { status: string } }[] }
  expect([answer.status, ...bundle.entry.map(({ response }) => response.status.slice(0, 3))]).toEqual([
    200,
    '400',
    '400',
    '400',
    '400',
    '200',
  ])
})

test('a search by POST is a form', async () => {
  expect((await send('POST', '/fhir/Patient/_search', {})).status).toBe(415)
  const form = await gateway.request('/fhir/Patient/_search', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'identifier=urn:mrn|1',
  })
  expect(((await form.json()) as { entry: unknown[] }).entry).toHaveLength(1)
})

describe('what can be done is announced', () => {
  const told = async (path: string) => (await (await gateway.request(path)).json()) as { resourceType: string }

  test.each([
    ['', 'CapabilityStatement'],
    ['?mode=full', 'CapabilityStatement'],
    ['?mode=normative', 'CapabilityStatement'],
    ['?mode=terminology', 'TerminologyCapabilities'],
    ['?mode=', 'CapabilityStatement'],
    ['?mode=other', 'OperationOutcome'],
  ])('/fhir/metadata%s', async (query, type) => {
    expect((await told(`/fhir/metadata${query}`)).resourceType).toBe(type)
    const entry = [{ request: { method: 'GET', url: `metadata${query}` } }]
    const batch = await send('POST', '/fhir', { resourceType: 'Bundle', type: 'batch', entry })
    const [one] = ((await batch.json()) as { entry: { resource?: object; response: { outcome?: object } }[] }).entry
    expect(one?.resource ?? one?.response.outcome).toMatchObject({ resourceType: type })
  })

  test('code systems, each once, and no operation that there is not', async () => {
    const { codeSystem, ...rest } = (await told('/fhir/metadata?mode=terminology')) as { codeSystem?: { uri: string }[] }
    expect(codeSystem?.length).toBeGreaterThan(50)
    expect(new Set(codeSystem?.map(({ uri }) => uri)).size).toBe(codeSystem?.length)
    for (const operation of ['expansion', 'validateCode', 'translation', 'closure']) expect(rest).not.toHaveProperty(operation)
  })

  test('where tokens are to be had, and whether pages of other origins may ask', async () => {
    const security = async (options: Parameters<typeof startGateway>[0]) => {
      const other = await startGateway(options)
      const { rest } = (await (await other.request('/fhir/metadata')).json()) as { rest: [{ security: object }] }
      await other.stop()
      return rest[0].security
    }
    expect(await security({ auth: 'none' })).toEqual({ cors: false })
    const smart = await security({ auth: 'smart', origins: ['https://app.example'] })
    expect(smart).toMatchObject({ cors: true, service: [{ coding: [{ code: 'SMART-on-FHIR' }] }] })
    expect(JSON.stringify(smart)).toContain('"valueUri":"http://localhost/oauth/token"')
  })
})

test('what can be done is announced: a conditional delete of one', async () => {
  const { rest } = (await (await gateway.request('/fhir/metadata')).json()) as {
    rest: [{ resource: { conditionalDelete: string }[] }]
  }
  expect(new Set(rest[0].resource.map(({ conditionalDelete }) => conditionalDelete))).toEqual(new Set(['single']))
  await send('PUT', '/fhir/Flag/f1', {
    resourceType: 'Flag',
    id: 'f1',
    status: 'active',
    code: { text: 'x' },
    identifier: [{ system: 'urn:f', value: '1' }],
    subject: { reference: 'Patient/p1' },
  })
  expect((await send('DELETE', '/fhir/Flag?identifier=urn:f|1')).status).toBe(204)
  expect((await gateway.request('/fhir/Flag/f1')).status).toBe(410)
})

test('what nobody reads line by line is not laid out in lines', async () => {
  const laidOut = async (names: number) => {
    const name = Array(names).fill({ text: 'x'.repeat(1_000_000) })
    await send('PUT', '/fhir/Patient/long', { resourceType: 'Patient', id: 'long', name })
    return (await (await gateway.request('/fhir/Patient/long?_pretty=true')).text()).includes('\n')
  }
  expect(await laidOut(1)).toBe(true)
  expect(await laidOut(3)).toBe(false)
})

test('headers of other servers do not make another request of one', async () => {
  for (const name of ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'])
    expect((await send('POST', '/fhir/Patient', { resourceType: 'Patient' }, { [name]: 'DELETE' })).status).toBe(201)
  for (const name of ['X-Original-URL', 'X-Rewrite-URL']) {
    const read = await send('GET', '/fhir/Patient/p1', undefined, { [name]: '/admin/clients' })
    expect(await read.json()).toMatchObject({ resourceType: 'Patient', id: 'p1' })
  }
  const spoken = { 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'gopher', Forwarded: 'host=evil.example' }
  const made = await send('POST', '/fhir/Patient', { resourceType: 'Patient' }, spoken)
  expect(made.headers.get('location')).not.toContain('evil')
})

test('a part of an answer is not to be had, however many are asked for', async () => {
  const Range = `bytes=${Array.from({ length: 1000 }, () => '0-').join(',')}`
  const read = await send('GET', '/fhir/Patient/p1', undefined, { Range })
  expect([read.status, ((await read.json()) as { id: string }).id]).toEqual([200, 'p1'])
})
