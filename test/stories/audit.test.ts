/** Who looks back can tell who has seen and changed what, and nothing of anybody besides. */
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { auditOf, operator, told } from '../support/audit.ts'
import { registerClient, type TestClient } from '../support/client.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

const scope = 'system/Patient.cruds system/Condition.cruds system/Observation.rs'
let gateway: TestGateway
let client: TestClient
let token: { readonly authorization: string }

beforeEach(async () => {
  gateway = await startGateway({ auth: 'smart' })
  client = await registerClient(gateway, scope)
  token = await client.bearer(scope)
})
afterEach(() => gateway.stop())

const person = (id: string) => ({
  resourceType: 'Patient',
  id,
  identifier: [{ system: 'urn:mrn', value: `MRN-4711-${id}` }],
  name: [{ family: 'Quintero', given: ['Rosa'] }],
})
const about = (id: string, who: string) => ({ resourceType: 'Condition', id, subject: { reference: `Patient/${who}` } })
const as = async (path: string, init: Parameters<TestGateway['request']>[1] = {}): Promise<Response> =>
  gateway.request(path, { ...init, headers: { ...token, 'x-forwarded-for': '10.9.8.7, 203.0.113.9', ...init.headers } })
const put = async (resource: { readonly resourceType: string; readonly id: string }): Promise<number> =>
  (await as(`/fhir/${resource.resourceType}/${resource.id}`, { method: 'PUT', json: resource })).status
const lines = async (filter: Readonly<Record<string, string>> = {}) =>
  (await auditOf(gateway, { client: client.id, ...filter })).map(told)

describe('every request leaves a line', () => {
  it('of what was written, read, searched for and found', async () => {
    await put(person('rosa'))
    await put(about('c1', 'rosa'))
    await as('/fhir/Patient/rosa')
    await as('/fhir/Patient/rosa/_history/1')
    await as('/fhir/Patient/rosa/_history')
    await as('/fhir/Patient?family=Quintero&identifier=MRN-4711-rosa&_revinclude=Condition:subject')
    await as('/fhir/Patient/_search', {
      method: 'POST',
      body: 'name=Nobody',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    await as('/fhir/Patient/rosa/$everything')
    await as('/coordination/clients/rosa')
    await as('/coordination/needs?client=rosa')
    await as('/fhir/Condition/c1', { method: 'DELETE' })
    expect(await lines()).toEqual([
      'delete Condition/c1/_history/2',
      'list-members needs?client Condition/c1/_history/1',
      'read-member Patient/rosa/_history/1',
      'everything Patient/rosa/_history/1 Condition/c1/_history/1',
      'search Patient?name',
      'search Patient?family&identifier&_revinclude Patient/rosa/_history/1 Condition/c1/_history/1',
      'history Patient/rosa/_history/1',
      'vread Patient/rosa/_history/1',
      'read Patient/rosa/_history/1',
      'update Condition/c1/_history/1',
      'update Patient/rosa/_history/1',
    ])
  })

  it('with who it was, when, from where and what for', async () => {
    await put(person('rosa'))
    const answer = await as('/fhir/Patient/rosa')
    const [read] = await auditOf(gateway, { client: client.id })
    expect(read).toEqual({
      principal: client.id,
      action: 'read',
      entities: ['Patient/rosa/_history/1'],
      outcome: 'success',
      purpose: 'TREAT',
      request: answer.headers.get('x-request-id'),
      forwarded: '203.0.113.9',
      at: expect.stringMatching(/^2026-03-02T09:30:/),
      commit: expect.any(Number),
    })
  })

  it('also of what was refused, and of each part of a batch that was', async () => {
    await put(person('rosa'))
    await as('/fhir/Claim/x')
    await as('/fhir/Patient/nobody')
    await as('/fhir/Patient?nonsense=Quintero')
    await as('/fhir/Patient/rosa', { method: 'PUT', json: person('rosa'), headers: { 'if-match': 'W/"7"' } })
    const request = (url: string) => ({ request: { method: 'GET', url } })
    const entry = [request('Patient/rosa'), request('Claim/x'), request('Patient/nobody')]
    await as('/fhir', { method: 'POST', json: { resourceType: 'Bundle', type: 'batch', entry } })
    expect(await lines()).toEqual([
      'post-bundle Patient/rosa/_history/1 refused (forbidden)',
      'update Patient/rosa refused (precondition-failed)',
      'search refused (not-supported)',
      'read refused (not-found)',
      'read refused (forbidden)',
      'update Patient/rosa/_history/1',
    ])
  })

  it('a large transaction in one line, found by whom it concerns', async () => {
    const entry = Array.from({ length: 60 }, (_, i) => ({
      resource: about(`c${i}`, i % 2 ? 'rosa' : 'luis'),
      request: { method: 'PUT', url: `Condition/c${i}` },
    }))
    for (const who of ['rosa', 'luis', 'ada']) await put(person(who))
    await as('/fhir', { method: 'POST', json: { resourceType: 'Bundle', type: 'transaction', entry } })
    expect(await lines({ action: 'transaction' })).toEqual(['transaction 60'])
    expect(await lines({ patient: 'rosa' })).toEqual(['transaction 60', 'update Patient/rosa/_history/1'])
    // She is so like the others that a person is asked about it, in the same commit.
    expect(await lines({ patient: 'ada' })).toEqual([expect.stringMatching(/^update Patient\/ada\/_history\/1( Task\S+)?$/)])
  })

  it('what was read beside what was written stands in a line of its own', async () => {
    await put(person('rosa'))
    const entry = [
      { resource: about('c1', 'rosa'), request: { method: 'PUT', url: 'Condition/c1' } },
      { request: { method: 'GET', url: 'Patient/rosa' } },
    ]
    await as('/fhir', { method: 'POST', json: { resourceType: 'Bundle', type: 'transaction', entry } })
    expect((await lines()).slice(0, 2)).toEqual(['post-bundle Patient/rosa/_history/1', 'transaction Condition/c1/_history/1'])
  })

  it('and nothing of anybody stands in it', async () => {
    await put(person('rosa'))
    await as('/fhir/Patient?family=Quintero&identifier=urn:mrn%7CMRN-4711')
    await as('/fhir/Patient?Quintero=Rosa', { headers: { prefer: 'handling=lenient' } })
    await as('/fhir/Patient', { headers: { 'x-forwarded-for': 'Rosa Quintero' } })
    await as('/fhir/Patient/Rosa.Quintero')
    await as('/coordination/clients?MRN-4711=Rosa')
    const all = JSON.stringify(await auditOf(gateway))
    for (const word of ['Quintero', 'Rosa', '4711', 'urn:mrn']) expect(all).not.toContain(word)
  })
})

it('a write that is refused names what it was for, whether that is there or not', async () => {
  await put(person('rosa'))
  const send = (method: string, path: string, json?: object, type = 'application/fhir+json') =>
    as(`/fhir${path}`, { method, ...(json && { json, headers: { 'content-type': type } }) })
  await send('PUT', '/Patient/rosa', { ...person('rosa'), gender: 'Quintero' })
  await send('PUT', '/Patient/rosa', person('luis'))
  await send('PATCH', '/Patient/nobody', [{ op: 'remove', path: '/gender' }], 'application/json-patch+json')
  await send('PATCH', '/Patient/rosa', [{ op: 'remove', path: '/gender' }], 'application/json-patch+json')
  await send('DELETE', '/Claim/x')
  await send('POST', '/Patient', { resourceType: 'Patient', gender: 'Quintero' })
  await send('PUT', '/Patient?family=Quintero&birthdate=Rosa', { resourceType: 'Patient' })
  await send('PUT', '/Patient/Rosa%20Quintero', { resourceType: 'Patient', id: 'Rosa Quintero' })
  await send('POST', '/Patient/nobody/$meta-add', { resourceType: 'Parameters' })
  const request = { method: 'PUT', url: 'Patient/rosa', ifMatch: 'W/"7"' }
  const fine = { resource: person('ana'), request: { method: 'PUT', url: 'Patient/ana' } }
  const late = { resource: person('rosa'), request }
  const wrong = { resource: { ...person('luis'), gender: 'x' }, request: { method: 'PUT', url: 'Patient/luis' } }
  for (const entry of [
    [fine, late],
    [fine, wrong],
  ])
    await send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry })
  await send('POST', '', { resourceType: 'Bundle', type: 'batch', entry: [late, wrong] })
  expect(await lines()).toEqual([
    'post-bundle Patient/rosa Patient/luis refused (precondition-failed)',
    'post-bundle Patient/luis refused (rule-broken)',
    'post-bundle Patient/rosa refused (precondition-failed)',
    'change-meta Patient/nobody refused (invalid)',
    'update Patient refused (invalid)',
    'update Patient refused (invalid)',
    'create Patient refused (rule-broken)',
    'delete Claim/x refused (forbidden)',
    'patch Patient/rosa refused (patch-failed)',
    'patch Patient/nobody refused (not-found)',
    'update Patient/rosa refused (invalid)',
    'update Patient/rosa refused (rule-broken)',
    'update Patient/rosa/_history/1',
  ])
  expect((await lines({ patient: 'rosa' })).length).toBe(6)
  const all = JSON.stringify(await auditOf(gateway))
  for (const word of ['Quintero', 'Rosa']) expect(all).not.toContain(word)
})

describe('those who run the gateway', () => {
  it('leave lines too: what they change, and what they look at', async () => {
    const connection = { name: 'harbor', kind: 'ehr', baseUrl: 'https://harbor.example/fhir', push: ['Patient'] }
    await gateway.request('/admin/connections', { method: 'POST', headers: operator, json: connection })
    await put(person('rosa'))
    await gateway.request('/admin/deliveries', { headers: operator })
    await gateway.request('/admin/connections/harbor', { method: 'DELETE', headers: operator })
    await gateway.request('/admin/connections/harbor', { method: 'DELETE', headers: operator })
    expect((await auditOf(gateway, { client: 'admin' })).map(told)).toEqual([
      'remove-connection refused (not-found)',
      'remove-connection connection/harbor',
      'list-deliveries',
      'put-connection connection/harbor',
    ])
  })

  it('see who looked at the audit', async () => {
    await gateway.request('/admin/audit?patient=rosa', { headers: operator })
    const answer = await gateway.request('/admin/audit?action=list-audit', { headers: operator })
    expect(((await answer.json()) as { items: object[] }).items).toMatchObject([{ principal: 'admin', action: 'list-audit' }])
  })

  it('find sign-ins above the tenants: who was let in, and who was turned away', async () => {
    await client.ask('system/Claim.rs')
    await client.ask(scope, { client_assertion: 'nonsense' })
    await gateway.request('/fhir/Patient', { headers: { authorization: 'Bearer wrong' } })
    const found = (await auditOf(gateway, { of: 'gateway' })).map((line) => `${line.principal}: ${told(line)}`)
    expect(found).toEqual([
      'nobody: refuse-sign-in refused (unauthenticated)',
      'nobody: issue-token refused (unauthenticated)',
      `${client.id}: issue-token refused (forbidden)`,
      `${client.id}: issue-token`,
      `admin: register-client client/${client.id}`,
    ])
  })

  it('are told once a minute of whoever knocks all the time, and how often that was', async () => {
    const knock = () => gateway.request('/fhir/Patient', { headers: { authorization: 'Bearer wrong' } })
    for (let i = 0; i < 5; i++) await knock()
    gateway.clock.advance(61_000)
    await knock()
    const refused = await auditOf(gateway, { of: 'gateway', action: 'refuse-sign-in' })
    expect(refused.map(({ times }) => times)).toEqual([5, undefined])
  })

  it('are few, from however many addresses anybody knocks, at whichever door, and tell how often it was', async () => {
    const doors: Readonly<Record<string, (headers: Record<string, string>) => Promise<Response>>> = {
      'refuse-sign-in': (headers) => gateway.request('/fhir/Patient', { headers: { ...headers, authorization: 'Bearer wrong' } }),
      'issue-token': (headers) =>
        gateway.request('/oauth/token', {
          method: 'POST',
          headers,
          body: new URLSearchParams({
            ...{ grant_type: 'client_credentials', scope, client_assertion: 'e30.e30.e30' },
            client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          }),
        }),
    }
    for (const [action, knock] of Object.entries(doors)) {
      gateway.clock.advance(61_000)
      for (let i = 0; i < 300; i++) await knock({ 'x-forwarded-for': `192.0.2.${i % 150}` })
      gateway.clock.advance(61_000)
      await knock({ 'x-forwarded-for': '198.51.100.1' })
      for (let i = 0; i < 150; i++) await knock({ 'x-forwarded-for': `192.0.2.${i}` })
      const refused = await auditOf(gateway, { of: 'gateway', action, limit: '500' })
      const counts = refused.map(({ times = 1 }) => times)
      expect(counts.length).toBeLessThan(210)
      // The last are to be told yet.
      expect(counts.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(300)
    }
  })

  it('find lines by time', async () => {
    await put(person('rosa'))
    gateway.clock.advance(24 * 3600_000)
    token = await client.bearer(scope)
    await as('/fhir/Patient/rosa')
    expect(await lines({ from: '2026-03-03' })).toEqual(['read Patient/rosa/_history/1'])
    expect(await lines({ to: '2026-03-02' })).toEqual(['update Patient/rosa/_history/1'])
    expect(await lines({ from: '2026-03-04' })).toEqual([])
  })

  test.each(['?who=x', '?from=yesterday', '?patient=a/b', '?of=all', '?limit=0', '?after=x', '/check?patient=x'])(
    'are told what they cannot ask for: %s',
    async (query) => {
      expect((await gateway.request(`/admin/audit${query}`, { headers: operator })).status).toBe(400)
    },
  )
})

describe('the audit', () => {
  it('can be checked, and told apart from another by its seal', async () => {
    await put(person('rosa'))
    const check = async (query = '') => (await gateway.request(`/admin/audit/check${query}`, { headers: operator })).json()
    const first = (await check()) as { head: string }
    expect(first).toEqual({ lines: expect.any(Number), unsealed: 0, head: expect.stringMatching(/^[0-9a-f]{64}$/), intact: true })
    await as('/fhir/Patient/rosa')
    expect(await check(`?head=${first.head}`)).toMatchObject({ intact: true, found: true })
    expect(await check(`?head=${'0'.repeat(64)}`)).toMatchObject({ intact: false, found: false })
    expect(await check('?of=gateway')).toMatchObject({ intact: true })
  })

  it('is nobody’s to change, and no resource', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
      expect((await gateway.request('/admin/audit', { method, headers: operator })).status).toBe(405)
    expect((await gateway.request('/admin/audit', { headers: token })).status).toBe(401)
    const all = await registerClient(gateway, 'system/AuditEvent.cruds')
    const answer = await gateway.request('/fhir/AuditEvent', { headers: await all.bearer('system/AuditEvent.rs') })
    expect(((await answer.json()) as { entry?: object[] }).entry).toBeUndefined()
  })
})

test.each([
  ['changes', ['read refused (not-found)', 'update Patient/rosa/_history/1']],
  ['off', []],
] as const)('with HANDOFF_AUDIT=%s', async (audit, expected) => {
  const quiet = await startGateway({ audit })
  await quiet.request('/fhir/Patient/rosa', { method: 'PUT', json: person('rosa') })
  for (const path of ['/fhir/Patient/rosa', '/fhir/Patient?name=x', '/fhir/Patient/nobody']) await quiet.request(path)
  const { store } = await quiet.gateway.context({
    ...{ kind: 'local', id: 'local', tenant: 'default', scopes: [], purpose: 'TREAT', visible: 'everything' },
  })
  const { items } = await store.look({ ask: 'audit', count: 10 })
  expect(items.map(({ entry }) => told({ ...entry, commit: 0 }))).toEqual(expected)
  await quiet.stop()
})
