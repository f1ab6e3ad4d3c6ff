import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { registerClient, type TestClient } from '../support/client.ts'
import { adminToken, startGateway, type TestGateway } from '../support/gateway.ts'

const admin = { authorization: `Bearer ${adminToken}` }

describe('with HANDOFF_AUTH=smart', () => {
  let gateway: TestGateway
  let client: TestClient
  beforeAll(async () => {
    gateway = await startGateway({ auth: 'smart' })
    client = await registerClient(gateway, 'system/Patient.rs system/Encounter.read')
  })
  afterAll(() => gateway.stop())

  test.each(['/livez', '/readyz', '/fhir/metadata', '/fhir/.well-known/smart-configuration'])('%s is open', async (path) => {
    expect((await gateway.request(path)).status).toBe(200)
  })

  test.each([
    '/fhir/Patient',
    '/fhir/Patient/1',
    '/fhir/metadata/x',
    '/fhir',
    '/coordination/clients',
    '/hl7v2',
    '/billing/service-lines',
    '/admin/clients',
    '/metrics',
    '/nowhere',
    '/oauth/introspect',
    '/livez/x',
  ])('%s is closed without a token', async (path) => {
    const answer = await gateway.request(path)
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="warm-handoff"')
  })

  test('a browser that is led nowhere in particular is led to the console', async () => {
    const answer = await gateway.request('/')
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/console'])
  })

  test.each(['/docs', '/docs/coverage', '/openapi.json'])('%s opens to the password of the console, or a token', async (path) => {
    const asked = await gateway.request(path)
    expect([asked.status, asked.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="warm-handoff console"'])
    const headers = { authorization: `Basic ${btoa(`me:${adminToken}`)}` }
    expect((await gateway.request(path, { headers })).status).toBe(200)
    expect((await gateway.request(path, { headers: await client.bearer('system/Patient.rs') })).status).toBe(200)
  })

  test('the console asks a browser for a password: the token of operators, and there alone', async () => {
    const basic = (word: string) => ({ authorization: `Basic ${btoa(word)}` })
    const asked = await gateway.request('/console')
    expect([asked.status, asked.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="warm-handoff console"'])
    expect((await gateway.request('/console', { headers: basic(`me:${adminToken}`) })).status).toBe(200)
    for (const wrong of ['me:wrong', adminToken, ':', ''])
      expect((await gateway.request('/console', { headers: basic(wrong) })).status).toBe(401)
    const { authorization } = await client.bearer('system/Patient.rs')
    expect((await gateway.request('/console', { headers: basic(`me:${authorization.slice(7)}`) })).status).toBe(401)
    expect((await gateway.request('/admin/clients', { headers: basic(`me:${adminToken}`) })).status).toBe(401)
  })

  test('a token opens what its client is for', async () => {
    const headers = await client.bearer('system/Patient.rs')
    expect((await gateway.request('/openapi.json', { headers })).status).toBe(200)
    expect((await gateway.request('/fhir/Patient/unknown', { headers })).status).toBe(404)
  })

  test("a client's token does not open the operators' paths, nor theirs the clients'", async () => {
    const headers = await client.bearer('system/Patient.rs')
    for (const path of ['/admin/clients', '/console', '/metrics'])
      expect((await gateway.request(path, { headers })).status).toBe(401)
    for (const path of ['/fhir/Patient', '/coordination/clients'])
      expect((await gateway.request(path, { headers: admin })).status).toBe(403)
    // Also where no scope is asked for.
    for (const path of ['/hl7v2', '/documents', '/fhir/$process-message', '/billing/acks']) {
      const answer = await gateway.request(path, { method: 'POST', headers: admin })
      expect([path, answer.status, (await answer.text()).includes("The operators' token opens")]).toEqual([path, 403, true])
    }
    expect((await gateway.request('/metrics', { headers: admin })).status).toBe(200)
    for (const path of [
      '/%61dmin/clients',
      '/ADMIN/clients',
      '/admin%2fclients',
      '/x/../admin/clients',
      '//admin/clients',
      '/admin;x/clients',
    ]) {
      expect([path, (await gateway.request(path, { headers })).status]).not.toEqual([path, 200])
    }
  })

  test.each([
    'Bearer',
    'Bearer ',
    'Bearer  two-blanks',
    'Basic dXNlcjp3b3Jk',
    'Token x',
    'Bearer a b',
    'Bearer a, Bearer b',
    `Bearer ${'x'.repeat(70_000)}`,
    'Bearer unknown',
    'Bearer ｆｕｌｌ',
  ])('the header %j is no credential', async (authorization) => {
    const answer = await gateway.request('/fhir/Patient', {
      headers: { authorization: encodeURI(authorization).replaceAll('%20', ' ') },
    })
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toContain('invalid_token')
  })

  test('the scheme may be written in any case', async () => {
    const { authorization } = await client.bearer('system/Patient.rs')
    expect(
      (await gateway.request('/openapi.json', { headers: { authorization: authorization.replace('Bearer', 'bEARER') } })).status,
    ).toBe(200)
  })

  test('a token in the URL is refused, and said to be', async () => {
    expect((await gateway.request('/fhir/Patient?access_token=x')).status).toBe(400)
  })

  test('a token ends after five minutes', async () => {
    const headers = await client.bearer('system/Patient.rs')
    gateway.clock.advance(299_000)
    expect((await gateway.request('/openapi.json', { headers })).status).toBe(200)
    gateway.clock.advance(1000)
    expect((await gateway.request('/openapi.json', { headers })).status).toBe(401)
  })

  test('a token ends with its client, or with a change of it', async () => {
    const other = await registerClient(gateway, 'system/*.rs')
    const headers = await other.bearer('system/*.rs')
    const metadata = { client_name: 'changed', scope: 'system/Patient.rs', jwks: { keys: [other.keys.publicJwk] } }
    const change = (json: object) => gateway.request(`/admin/clients/${other.id}`, { method: 'PUT', headers: admin, json })
    expect((await change(metadata)).status).toBe(200)
    expect((await gateway.request('/openapi.json', { headers })).status).toBe(401)

    const again = await other.bearer('system/Patient.rs')
    expect((await change({ ...metadata, active: false })).status).toBe(200)
    expect((await gateway.request('/openapi.json', { headers: again })).status).toBe(401)
    expect((await other.ask('system/Patient.rs')).status).toBe(401)

    expect((await change(metadata)).status).toBe(200)
    const last = await other.bearer('system/Patient.rs')
    expect((await gateway.request(`/admin/clients/${other.id}`, { method: 'DELETE', headers: admin })).status).toBe(204)
    expect((await gateway.request('/openapi.json', { headers: last })).status).toBe(401)
  })

  test('the store holds no usable token: what it keeps is a hash', async () => {
    const { authorization } = await client.bearer('system/Patient.rs')
    const { items } = await gateway.gateway.control.look({ ask: 'records', kind: 'token', count: 100 })
    for (const { key, text } of items) {
      expect(`${key} ${text}`).not.toContain(authorization.slice('Bearer '.length))
      expect((await gateway.request('/openapi.json', { headers: { authorization: `Bearer ${key}` } })).status).toBe(401)
    }
  })

  test('an operator chooses a tenant that exists', async () => {
    expect((await gateway.request('/admin/clients?tenant=elsewhere', { headers: admin })).status).toBe(404)
    expect((await gateway.request('/admin/clients?tenant=default', { headers: admin })).status).toBe(200)
  })
})

describe('with HANDOFF_AUTH=none', () => {
  let gateway: TestGateway
  beforeAll(async () => {
    gateway = await startGateway({ auth: 'none' })
  })
  afterAll(() => gateway.stop())

  test.each(['http://localhost', 'http://127.0.0.1:8080', 'http://[::1]:8080', 'http://localhost:1'])(
    '%s is served without a token',
    async (origin) => {
      for (const path of ['/openapi.json', '/admin/clients', '/metrics'])
        expect((await gateway.request(`${origin}${path}`)).status).toBe(200)
    },
  )

  test.each(['http://gateway.example', 'http://localhost.evil.example', 'http://127.0.0.1.evil.example', 'http://10.0.0.1'])(
    'a name that leads here is not enough: %s',
    async (origin) => expect((await gateway.request(`${origin}/openapi.json`)).status).toBe(403),
  )

  test.each(['https://evil.example', 'null', 'http://localhost:9999'])('a page from %s is not served', async (origin) => {
    const answer = await gateway.request('/admin/clients', { method: 'POST', headers: { origin }, json: {} })
    expect(answer.status).toBe(403)
  })

  test('our own page is', async () => {
    expect((await gateway.request('/admin/clients', { headers: { origin: 'http://localhost' } })).status).toBe(200)
  })
})
