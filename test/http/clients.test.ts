import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeKeys } from '../support/client.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
let jwks: { keys: object[] }
beforeAll(async () => {
  gateway = await startGateway({ tenants: ['north'] })
  jwks = { keys: [(await makeKeys()).publicJwk] }
})
afterAll(() => gateway.stop())

const register = async (json: unknown, headers: Record<string, string> = {}) =>
  gateway.request('/admin/clients', { method: 'POST', headers, json })
const paths = async (answer: Response) =>
  ((await answer.json()) as { issues: { path: string }[] }).issues.map((issue) => issue.path)

describe('a client', () => {
  test('is registered, read, listed, changed and removed', async () => {
    const made = await register({
      client_name: 'Billing',
      scope: 'system/ChargeItem.rs',
      jwks,
      tenant: 'north',
      purpose: 'HPAYMT',
    })
    expect(made.status).toBe(201)
    const client = (await made.json()) as { client_id: string }
    expect(client).toMatchObject({ client_name: 'Billing', tenant: 'north', purpose: 'HPAYMT', active: true, revision: 1 })
    const location = `/admin/clients/${client.client_id}`
    expect(made.headers.get('location')).toBe(location)

    expect(await (await gateway.request(location)).json()).toEqual(client)
    expect(await (await gateway.request('/admin/clients')).json()).toEqual({ items: [client], next: null })

    const changed = await gateway.request(location, {
      method: 'PUT',
      json: { client_name: 'Billing 2', scope: 'system/Claim.rs', jwks },
    })
    expect(await changed.json()).toMatchObject({
      client_id: client.client_id,
      client_name: 'Billing 2',
      tenant: 'default',
      revision: 2,
    })

    expect((await gateway.request(location, { method: 'DELETE' })).status).toBe(204)
    expect((await gateway.request(location)).status).toBe(404)
    expect((await gateway.request(location, { method: 'DELETE' })).status).toBe(404)
    expect(
      (await gateway.request(location, { method: 'PUT', json: { client_name: 'x', scope: 'system/Claim.rs', jwks } })).status,
    ).toBe(404)
  })

  test('may register the address of its keys instead', async () => {
    expect((await register({ client_name: 'x', scope: 'system/*.read', jwks_uri: 'https://client.example/jwks' })).status).toBe(
      201,
    )
  })

  test.each<[string, Record<string, unknown>, string]>([
    ['no name', { client_name: undefined }, 'client_name'],
    ['an unreadable scope', { scope: 'system/Patient.rs system/patient.rs' }, 'scope'],
    ['a scope of a patient', { scope: 'patient/Patient.rs' }, 'scope'],
    ['no scope', { scope: '' }, 'scope'],
    ['a tenant that is not', { tenant: 'south' }, 'tenant'],
    ['a purpose that is none', { purpose: 'because' }, 'purpose'],
    ['keys and their address', { jwks_uri: 'https://client.example/jwks' }, ''],
    ['neither', { jwks: undefined }, ''],
    ['an address that is none', { jwks: undefined, jwks_uri: 'file:///etc/passwd' }, 'jwks_uri'],
    ['no key', { jwks: { keys: [] } }, 'jwks'],
    ['keys of another kind', { jwks: [] }, 'jwks'],
    ['a key to encrypt', { jwks: { keys: [{ kty: 'EC', crv: 'P-384', x: 'AQ', y: 'AQ', kid: 'a', use: 'enc' }] } }, 'jwks'],
    ['a weak key', { jwks: { keys: [{ kty: 'RSA', n: 'x'.repeat(171), e: 'AQAB', kid: 'a' }] } }, 'jwks'],
    ['a key that hides nothing', { jwks: { keys: [{ kty: 'RSA', n: 'x'.repeat(342), e: 'AQ', kid: 'a' }] } }, 'jwks'],
    ['a key without a name', { jwks: { keys: [{ kty: 'EC', crv: 'P-384', x: 'AQ', y: 'AQ' }] } }, 'jwks'],
    ['a private key', { jwks: { keys: [{ kty: 'EC', crv: 'P-384', x: 'AQ', y: 'AQ', kid: 'a', d: 'secret-secret' }] } }, 'jwks'],
    ['a shared key', { jwks: { keys: [{ kty: 'oct', k: 'secret-secret', kid: 'a' }] } }, 'jwks'],
  ])('with %s is not registered', async (_, changes, path) => {
    const answer = await register({ client_name: 'x', scope: 'system/Patient.rs', jwks, ...changes })
    expect(answer.status).toBe(400)
    const text = await answer.clone().text()
    expect(text).not.toContain('secret-secret')
    expect(await paths(answer)).toEqual([path])
  })
})

describe('with an Idempotency-Key', () => {
  const body = () => ({ client_name: 'once', scope: 'system/Patient.rs', jwks })
  const count = async () => {
    const { items } = (await (await gateway.request('/admin/clients?limit=200')).json()) as { items: { client_name: string }[] }
    return items.filter((item) => item.client_name === 'once').length
  }

  test('a request has its effect once, and its answer every time', async () => {
    const headers = { 'idempotency-key': 'a-1' }
    const first = await register(body(), headers)
    const second = await register(body(), headers)
    expect([first.status, second.status]).toEqual([201, 201])
    expect(await second.text()).toBe(await first.text())
    expect(second.headers.get('location')).toBe(first.headers.get('location'))
    expect(await count()).toBe(1)
  })

  test('another body under the same key is a conflict', async () => {
    const headers = { 'idempotency-key': 'a-2' }
    expect((await register(body(), headers)).status).toBe(201)
    expect((await register({ ...body(), purpose: 'HPAYMT' }, headers)).status).toBe(409)
    expect(await count()).toBe(2)
  })

  test('many at the same moment have one effect', async () => {
    const headers = { 'idempotency-key': 'a-3' }
    const before = await count()
    const answers = await Promise.all(Array.from({ length: 64 }, () => register(body(), headers)))
    const texts = new Set(await Promise.all(answers.map((answer) => answer.text())))
    expect(texts.size).toBe(1)
    expect(await count()).toBe(before + 1)
  })

  test('it is kept for seven days', async () => {
    const headers = { 'idempotency-key': 'a-4' }
    const first = await (await register(body(), headers)).text()
    gateway.clock.advance(7 * 24 * 3_600_000 - 1)
    expect(await (await register(body(), headers)).text()).toBe(first)
    gateway.clock.advance(2)
    expect(await (await register(body(), headers)).text()).not.toBe(first)
  })

  test.each(['', 'a b', 'ü', 'x'.repeat(256)])('%j is none', async (key) => {
    expect((await register(body(), { 'idempotency-key': encodeURI(key) === key ? key : 'a\tb' })).status).toBe(400)
  })

  test('without one, the same request twice is two', async () => {
    const before = await count()
    await register(body())
    await register(body())
    expect(await count()).toBe(before + 2)
  })
})
