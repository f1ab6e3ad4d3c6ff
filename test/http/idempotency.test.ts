/** A request under an Idempotency-Key has its effect once, and its answer each time. https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operator } from '../support/audit.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { openSide, type Side } from '../support/sides.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(() => gateway.stop())

const patient = (family: string) => ({ resourceType: 'Patient', name: [{ family, given: ['Rosa'] }] })
const bundle = (type: string, ...families: string[]) => ({
  resourceType: 'Bundle',
  type,
  entry: families.map((family) => ({ resource: patient(family), request: { method: 'POST', url: 'Patient' } })),
})
const post = (path: string, key: string, json: object, type = 'application/fhir+json') =>
  gateway.request(path, { method: 'POST', headers: { 'content-type': type, 'idempotency-key': key }, json })
const howMany = async (family: string) => {
  const found = (await (await gateway.request(`/fhir/Patient?family=${family}&_total=accurate`)).json()) as { total: number }
  return found.total
}
const told = async (answer: Response) => ({
  status: answer.status,
  location: answer.headers.get('location'),
  etag: answer.headers.get('etag'),
  body: await answer.text(),
})

describe('under one key', () => {
  test('a create makes one resource', async () => {
    const first = await told(await post('/fhir/Patient', 'create', patient('Create')))
    gateway.clock.advance(60_000)
    expect(await told(await post('/fhir/Patient', 'create', patient('Create')))).toEqual(first)
    expect(first.status).toBe(201)
    expect(await howMany('Create')).toBe(1)
  })

  test('a transaction is carried out once', async () => {
    const first = await told(await post('/fhir', 'transaction', bundle('transaction', 'Tx', 'Tx')))
    gateway.clock.advance(60_000)
    expect(await told(await post('/fhir', 'transaction', bundle('transaction', 'Tx', 'Tx')))).toEqual(first)
    expect(first.status).toBe(200)
    expect(await howMany('Tx')).toBe(2)
  })

  test('what a transaction looks for beside its writes is looked for again', async () => {
    const asked = { request: { method: 'GET', url: 'Patient?family=Look' } }
    const read = { request: { method: 'GET', url: 'Patient/looked-at' } }
    const { entry, ...rest } = bundle('transaction', 'Look')
    const send = () => post('/fhir', 'look', { ...rest, entry: [...entry, asked, read] })
    const looked = { ...patient('At'), id: 'looked-at' }
    await gateway.request('/fhir/Patient/looked-at', { method: 'PUT', json: looked })
    const first = await told(await send())
    expect([first.status, first.body]).toEqual([200, expect.stringContaining('"mode":"match"')])
    expect(await told(await send())).toEqual(first)
    await gateway.request('/fhir/Patient/looked-at', { method: 'DELETE' })
    const again = (await (await send()).json()) as { entry: { response: { status: string } }[] }
    expect(again.entry.map(({ response }) => response.status)).toEqual(['201 Created', '200 OK', '410'])
  })

  test('each entry of a batch is carried out once', async () => {
    const first = await told(await post('/fhir', 'batch', bundle('batch', 'Batch', 'Batch', 'Batch')))
    gateway.clock.advance(60_000)
    expect(await told(await post('/fhir', 'batch', bundle('batch', 'Batch', 'Batch', 'Batch')))).toEqual(first)
    expect(await howMany('Batch')).toBe(3)
  })

  test('the domain gains one member', async () => {
    const client = {
      names: [{ use: 'official', family: 'Member', given: ['Rosa'] }],
      gender: 'female',
      languages: [],
      birthDate: '1984-02-19',
    }
    const first = await told(await post('/coordination/clients', 'member', client, 'application/json'))
    gateway.clock.advance(60_000)
    expect(await told(await post('/coordination/clients', 'member', client, 'application/json'))).toEqual(first)
    expect([first.status, first.body]).toEqual([201, expect.stringContaining('Member')])
    expect(await howMany('Member')).toBe(1)
  })

  test('an operator makes one connection', async () => {
    const connect = (name: string) =>
      gateway.request('/admin/connections', {
        method: 'POST',
        headers: { ...operator, 'idempotency-key': 'connection' },
        json: { name, kind: 'ehr', baseUrl: 'https://ehr.example/fhir' },
      })
    const first = await told(await connect('northwind'))
    expect(first.status).toBe(201)
    expect(await told(await connect('northwind'))).toEqual(first)
    expect((await connect('southwind')).status).toBe(409)
  })

  test('many at the same moment have one effect and one answer', async () => {
    const answers = await Promise.all(
      Array.from({ length: 64 }, async () => told(await post('/fhir/Patient', 'many', patient('Many')))),
    )
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(await howMany('Many')).toBe(1)
  })

  test('another body, or another path, is a conflict', async () => {
    await post('/fhir/Patient', 'other', patient('Other'))
    expect((await post('/fhir/Patient', 'other', patient('Another'))).status).toBe(409)
    expect((await post('/fhir', 'other', bundle('transaction', 'Other'))).status).toBe(409)
    expect(await howMany('Another')).toBe(0)
  })

  test('a request that failed may be tried again', async () => {
    const broken = { ...patient('Again'), gender: 'blue' }
    expect((await post('/fhir/Patient', 'again', broken)).status).toBeGreaterThanOrEqual(400)
    expect((await post('/fhir/Patient', 'again', patient('Again'))).status).toBe(201)
  })
})

describe('what was answered and is hidden by now', () => {
  let side: Side
  beforeAll(async () => {
    side = await openSide()
  })
  afterAll(() => side.gateway.stop())

  const label = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: '42CFRPart2' }
  const asSome = (path: string, key: string, json: object, headers: Record<string, string> = {}) =>
    side.gateway.request(path, { method: 'POST', headers: { ...side.some, 'idempotency-key': key, ...headers }, json })
  const hide = async (first: Response) => {
    const { id } = (await first.json()) as { id: string }
    const json = { resourceType: 'Parameters', parameter: [{ name: 'meta', valueMeta: { security: [label] } }] }
    const done = await side.gateway.request(`/fhir/Patient/${id}/$meta-add`, { method: 'POST', headers: side.all, json })
    expect(done.status).toBe(200)
  }
  const refused = { status: 403, body: expect.not.stringMatching(/Hale|cli-/) as string }

  test('is not told again, whether it was made or found', async () => {
    const found = { ...patient('Hale'), identifier: [{ system: 'urn:mrn', value: 'h1' }] }
    const unless = { 'if-none-exist': 'identifier=urn:mrn|h1' }
    const send = {
      made: () => asSome('/fhir/Patient', 'made', found),
      found: () => asSome('/fhir/Patient', 'found', found, unless),
      both: () =>
        asSome('/fhir', 'both', {
          ...{ resourceType: 'Bundle', type: 'transaction' },
          entry: [{ resource: found, request: { method: 'POST', url: 'Patient', ifNoneExist: 'identifier=urn:mrn|h1' } }],
        }),
    }
    const made = await send.made()
    expect([made.status, (await send.found()).status, (await send.both()).status]).toEqual([201, 200, 200])
    await hide(made)
    for (const again of Object.values(send)) expect(await told(await again())).toMatchObject(refused)
  })

  test('but what its writer never might read is as it was: it is their own word', async () => {
    const secret = { ...patient('Own'), meta: { security: [label] } }
    const first = await told(await asSome('/fhir/Patient', 'own', secret))
    expect(first.status).toBe(201)
    expect(await told(await asSome('/fhir/Patient', 'own', secret))).toEqual(first)
  })
})
