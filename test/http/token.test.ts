/** `/oauth/token`. The numbers in the names are of our list of requirements on SMART Backend Services. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeKeys, registerClient, type TestClient } from '../support/client.ts'
import { adminToken, startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
let client: TestClient
beforeAll(async () => {
  gateway = await startGateway({ auth: 'smart' })
  client = await registerClient(gateway, 'system/Patient.rs system/Encounter.read system/Observation.cruds')
})
afterAll(() => gateway.stop())

const post = (body: string | URLSearchParams, headers: Record<string, string> = {}) =>
  gateway.request('/oauth/token', { method: 'POST', headers, body })
const error = async (answer: Response) => ((await answer.json()) as { error: string }).error
const now = () => Math.floor(gateway.clock.now / 1000)

describe('a token', () => {
  test('is given for a right assertion, for five minutes, with the scope it has', async () => {
    const answer = await client.ask('system/Patient.rs')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('pragma')).toBe('no-cache')
    const body = (await answer.json()) as Record<string, unknown>
    expect(body).toEqual({
      access_token: expect.stringMatching(/^[\w-]{43}$/),
      token_type: 'bearer',
      expires_in: 300,
      scope: 'system/Patient.rs',
    })
  })

  test.each(['RS384', 'ES384'])('is given for keys of %s', async (alg) => {
    const other = await registerClient(gateway, 'system/Patient.rs', {}, await makeKeys(alg))
    expect((await other.ask('system/Patient.rs')).status).toBe(200)
  })

  test.each([
    ['system/Patient.rs', 'system/Patient.rs'],
    ['system/Patient.cruds', 'system/Patient.rs'],
    ['system/*.rs', 'system/Patient.rs system/Encounter.rs system/Observation.rs'],
    ['system/Encounter.read system/Claim.read', 'system/Encounter.read'],
    ['system/Observation.write openid', 'system/Observation.write'],
    ['system/Patient.*', 'system/Patient.rs'],
  ])('for %s is given for %s', async (asked, given) => {
    const answer = (await (await client.ask(asked)).json()) as { scope: string }
    expect(answer.scope).toBe(given)
  })

  test.each([
    'system/Claim.rs',
    'patient/Patient.rs',
    'system/Patient.rs patient/Patient.rs',
    'user/*.read',
    'system/Patient.sr',
    'system/Patient.rr',
    'system/Patient.',
    'system/patient.rs',
    'system/Nothing.rs',
    'system/Patient.rs?category=x',
    'system/Patient.rs\tsystem/Encounter.rs',
    'system/Patient.rs\u00a0x',
    ' ',
    'openid',
    'system/Patient.rs  system/Encounter.rs',
    'system%2fPatient.rs',
    'system/AuditEvent.rs',
  ])('for the scope %j is refused', async (scope) => {
    const answer = await client.ask(scope)
    expect(answer.status).toBe(400)
    expect(await error(answer)).toBe('invalid_scope')
  })
})

describe('a request', () => {
  test('is a POST (SBS-1)', async () => {
    for (const method of ['GET', 'PUT', 'DELETE']) expect((await gateway.request('/oauth/token', { method })).status).toBe(405)
  })

  test('is a form (SBS-1)', async () => {
    const answer = await gateway.request('/oauth/token', { method: 'POST', json: { grant_type: 'client_credentials' } })
    expect([answer.status, await error(answer)]).toEqual([400, 'invalid_request'])
  })

  test('is not read from the URL (SBS-1)', async () => {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      scope: 'system/Patient.rs',
      client_assertion: await client.assertion(),
    })
    const answer = await gateway.request(`/oauth/token?${form}`, {
      method: 'POST',
      body: new URLSearchParams({ client_assertion_type: 'x' }),
    })
    expect([answer.status, await error(answer)]).toEqual([400, 'invalid_request'])
  })

  test.each([
    [{ grant_type: 'password' }, 'unsupported_grant_type'],
    [{ grant_type: 'not_client_credentials' }, 'unsupported_grant_type'],
    [{ grant_type: '' }, 'invalid_request'],
    [{ client_assertion_type: 'not-jwt' }, 'invalid_request'],
    [{ client_assertion: '' }, 'invalid_request'],
    [{ scope: '' }, 'invalid_request'],
  ])('with %j is %s (SBS-2, SBS-3)', async (parameters, expected) => {
    const answer = await client.ask('system/Patient.rs', parameters)
    expect([answer.status, await error(answer)]).toEqual([400, expected])
  })

  test.each(['grant_type', 'scope', 'client_assertion', 'client_assertion_type', 'constructor', '__proto__'])(
    'that repeats %s is refused (SBS-2)',
    async (name) => {
      const answer = await post(
        new URLSearchParams([
          [name, 'a'],
          [name, 'b'],
        ]),
      )
      expect([answer.status, await error(answer)]).toEqual([400, 'invalid_request'])
    },
  )
})

describe('an assertion', () => {
  const refusedWith = async (assertion: string) => {
    const answer = await client.ask('system/Patient.rs', { client_assertion: assertion })
    return { status: answer.status, body: await answer.json() }
  }
  /** The same for every reason: a caller learns nothing (SBS-4). */
  const refused = { status: 401, body: { error: 'invalid_client', error_description: 'The client could not be authenticated.' } }

  test.each<[string, Record<string, unknown>]>([
    ['iss of nobody', { iss: 'client-nobody', sub: 'client-nobody' }],
    ['iss that is not sub', { sub: 'another' }],
    ['no iss', { iss: undefined }],
    ['aud of another server', { aud: 'https://evil.example/oauth/token' }],
    ['aud as a list with us in it', { aud: ['https://evil.example', 'http://localhost/oauth/token'] }],
    ['aud as a list of us alone', { aud: ['http://localhost/oauth/token'] }],
    ['aud with a slash more', { aud: 'http://localhost/oauth/token/' }],
    ['no aud', { aud: undefined }],
    ['no exp', { exp: undefined }],
    ['exp as a text', { exp: '9999999999' }],
    ['exp with a fraction', { exp: 1_772_443_900.5 }],
    ['exp of nothing', { exp: -1 }],
    ['exp far away', { exp: 1e15 }],
    ['no jti', { jti: undefined }],
    ['an empty jti', { jti: '' }],
    ['a number as jti', { jti: 7 }],
    ['a jti without end', { jti: 'x'.repeat(256) }],
    ['an nbf to come', { nbf: 9_999_999_999 }],
    ['an iat to come', { iat: 9_999_999_999 }],
  ])('with %s is refused (SBS-16 … SBS-20)', async (_, claims) =>
    expect(await refusedWith(await client.assertion(claims))).toEqual(refused),
  )

  test('may be valid for five minutes and no longer, clocks ten seconds apart (SBS-18)', async () => {
    for (const [exp, status] of [
      [310, 200],
      [311, 401],
      [-9, 200],
      [-10, 401],
    ] as const) {
      const answer = await client.ask('system/Patient.rs', {
        client_assertion: await client.assertion({ exp: now() + exp, iat: undefined }),
      })
      expect([exp, answer.status]).toEqual([exp, status])
    }
    expect(await refusedWith(await client.assertion({ iat: now() - 100, exp: now() + 300 }))).toEqual(refused)
  })

  test.each<[string, Record<string, unknown>]>([
    ['no typ', { typ: undefined }],
    ['another typ', { typ: 'at+jwt' }],
    ['no kid', { kid: undefined }],
    ['a number as kid', { kid: 1 }],
    ['an unknown kid', { kid: 'key-2' }],
    ['a kid that climbs', { kid: '../../etc/passwd' }],
    ['a kid of the language', { kid: '__proto__' }],
    ['a jku', { jku: 'https://evil.example/jwks' }],
  ])('with %s is refused (SBS-11 … SBS-14)', async (_, header) =>
    expect(await refusedWith(await client.assertion({}, header))).toEqual(refused),
  )

  test('of the key of another is refused', async () => {
    expect(await refusedWith(await client.assertion({}, {}, await makeKeys('ES384', client.keys.kid)))).toEqual(refused)
  })

  test.each(['none', 'None', '', 'HS256', 'HS384', 'ES256', 'RS384', 'PS384', 'EdDSA', ['ES384'], null])(
    'of algorithm %j is refused (SBS-12)',
    async (alg) => {
      const [, payload, signature] = (await client.assertion()).split('.')
      const header = Buffer.from(JSON.stringify({ alg, typ: 'JWT', kid: client.keys.kid })).toString('base64url')
      expect(await refusedWith(`${header}.${payload}.${signature}`)).toEqual(refused)
      expect(await refusedWith(`${header}.${payload}.`)).toEqual(refused)
    },
  )

  test('of an algorithm that its key is not for is refused, the signature being right', async () => {
    const keys = await makeKeys('RS256', 'weak')
    const other = await registerClient(gateway, 'system/Patient.rs', { jwks: { keys: [keys.publicJwk, client.keys.publicJwk] } })
    expect(await refusedWith(await other.assertion({}, {}, keys))).toEqual(refused)
  })

  test.each([
    '',
    'a',
    'a.b',
    'a.b.c',
    'a.b.c.d',
    '.',
    '..',
    'e30.e30.e30',
    'bnVsbA.bnVsbA.x',
    `${'x'.repeat(9000)}.e30.e30`,
    'eyJ.eyJ.eyJ',
    'e30=.e30=.e30=',
  ])('that is none is refused: %j', async (text) => {
    const answer = await client.ask('system/Patient.rs', text === '' ? { client_assertion: ' ' } : { client_assertion: text })
    expect({ status: answer.status, body: await answer.json() }).toEqual(refused)
  })

  test('with crit is refused', async () => {
    const [, payload, signature] = (await client.assertion()).split('.')
    const header = Buffer.from(
      JSON.stringify({ alg: 'ES384', typ: 'JWT', kid: client.keys.kid, crit: ['b64'], b64: false }),
    ).toString('base64url')
    expect(await refusedWith(`${header}.${payload}.${signature}`)).toEqual(refused)
    expect(await refusedWith(await client.assertion({}, { crit: ['b64'], b64: true }))).toEqual(refused)
  })

  test('is refused where two keys bear the name that it says, whichever signed it', async () => {
    const twin = await makeKeys('ES384', client.keys.kid)
    const other = await registerClient(gateway, 'system/Patient.rs', { jwks: { keys: [client.keys.publicJwk, twin.publicJwk] } })
    for (const keys of [client.keys, twin]) expect(await refusedWith(await other.assertion({}, {}, keys))).toEqual(refused)
  })

  test('is good once (SBS-20)', async () => {
    const assertion = await client.assertion()
    expect((await client.ask('system/Patient.rs', { client_assertion: assertion })).status).toBe(200)
    expect(await refusedWith(assertion)).toEqual(refused)
    gateway.clock.advance(1000)
    expect(await refusedWith(assertion)).toEqual(refused)
  })

  test('is good once, also when sent many times at the same moment', async () => {
    const assertion = await client.assertion()
    const answers = await Promise.all(
      Array.from({ length: 32 }, () => client.ask('system/Patient.rs', { client_assertion: assertion })),
    )
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1)
    expect(answers.filter((answer) => answer.status === 401)).toHaveLength(31)
  })

  test('is good once, also where the clock is an hour ahead for a while', async () => {
    const hour = 3_600_000
    const used = await client.assertion()
    expect((await client.ask('system/Patient.rs', { client_assertion: used })).status).toBe(200)
    gateway.clock.advance(hour)
    // So many that what has expired is cleared away.
    for (let i = 0; i < 130; i++) await client.ask('system/Patient.rs')
    gateway.clock.advance(-hour)
    expect(await refusedWith(used)).toEqual(refused)
    const another = await client.assertion()
    expect((await client.ask('system/Patient.rs', { client_assertion: another })).status).toBe(200)
    expect(await refusedWith(another)).toEqual(refused)
  })

  test('of another client may have the same jti', async () => {
    const other = await registerClient(gateway, 'system/Patient.rs')
    const jti = 'shared'
    expect((await client.ask('system/Patient.rs', { client_assertion: await client.assertion({ jti }) })).status).toBe(200)
    expect((await other.ask('system/Patient.rs', { client_assertion: await other.assertion({ jti }) })).status).toBe(200)
  })

  test('with a wrong signature does not use up the jti of a right one', async () => {
    const jti = 'wanted'
    expect(await refusedWith(await client.assertion({ jti }, {}, await makeKeys('ES384', client.keys.kid)))).toEqual(refused)
    expect((await client.ask('system/Patient.rs', { client_assertion: await client.assertion({ jti }) })).status).toBe(200)
  })

  test('is not repeated in the log, nor is a token', async () => {
    const assertion = await client.assertion()
    const { access_token } = (await (await client.ask('system/Patient.rs', { client_assertion: assertion })).json()) as {
      access_token: string
    }
    const log = JSON.stringify(gateway.log)
    expect(log).toContain('token-issued')
    expect(log).not.toContain(access_token)
    expect(log).not.toContain(assertion.split('.')[2])
  })
})

test('a client may ask a hundred times a second, and is told when it asks too often', async () => {
  const eager = await registerClient(gateway, 'system/Patient.rs')
  const used = await eager.assertion()
  const ask = async () => (await eager.ask('system/Patient.rs', { client_assertion: used })).status
  const statuses: number[] = []
  for (let i = 0; i < 250; i++) statuses.push(await ask())
  expect(statuses.slice(0, 100)).not.toContain(429)
  expect(statuses.at(-1)).toBe(429)
  expect((await client.ask('system/Patient.rs')).status).toBe(200)
  gateway.clock.advance(1000)
  expect(await ask()).toBe(401)
})

test.each([
  ['at another address', { address: '198.51.100.7' }, { address: '203.0.113.9' }, undefined],
  ['at another address that the proxy tells of', { address: '10.0.0.1' }, { address: '10.0.0.1' }, '198.51.100.7, 203.0.113.9'],
])('whoever says %s that they are a client uses up nothing of the client’s own', async (_, own, others, forwarded) => {
  const eager = await registerClient(gateway, 'system/Patient.rs')
  const ask = async (env: object, client_assertion: string, headers = {}) => {
    const grant = {
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    }
    const body = new URLSearchParams({ ...grant, client_assertion, scope: 'system/Patient.rs' })
    return (await gateway.app.request('/oauth/token', { method: 'POST', body, headers }, env)).status
  }
  const forged = await eager.assertion({}, {}, await makeKeys('ES384', eager.keys.kid))
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }
  const statuses: number[] = []
  for (let i = 0; i < 250; i++) statuses.push(await ask(others, forged, headers))
  expect(statuses.at(-1)).toBe(429)
  expect(await ask(own, await eager.assertion())).toBe(200)
})

describe('a token given', () => {
  const admin = { authorization: `Bearer ${adminToken}` }
  const introspect = async (token: string, headers: Record<string, string>) =>
    (await gateway.request('/oauth/introspect', { method: 'POST', headers, body: new URLSearchParams({ token }) })).json()
  const revoke = async (token: string, by: TestClient) =>
    gateway.request('/oauth/revoke', {
      method: 'POST',
      body: new URLSearchParams({
        token,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await by.assertion(),
      }),
    })

  test('tells about itself to its client and to operators, and to nobody else', async () => {
    const headers = await client.bearer('system/Patient.rs')
    const token = headers.authorization.slice(7)
    const told = { active: true, scope: 'system/Patient.rs', client_id: client.id, exp: now() + 300, token_type: 'bearer' }
    expect(await introspect(token, headers)).toEqual(told)
    expect(await introspect(token, admin)).toEqual(told)
    const other = await registerClient(gateway, 'system/Patient.rs')
    expect(await introspect(token, await other.bearer('system/Patient.rs'))).toEqual({ active: false })
    expect(await introspect('unknown', admin)).toEqual({ active: false })
  })

  test('is void once revoked, by its own client only', async () => {
    const headers = await client.bearer('system/Patient.rs')
    const token = headers.authorization.slice(7)
    const other = await registerClient(gateway, 'system/Patient.rs')
    expect((await revoke(token, other)).status).toBe(200)
    expect((await gateway.request('/openapi.json', { headers })).status).toBe(200)
    expect((await revoke(token, client)).status).toBe(200)
    expect((await gateway.request('/openapi.json', { headers })).status).toBe(401)
    expect((await revoke(token, client)).status).toBe(200)
  })
})

test('the configuration tells where tokens are to be had', async () => {
  const answer = await gateway.request('/fhir/.well-known/smart-configuration', { headers: { accept: 'text/html' } })
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
  expect(answer.headers.get('access-control-allow-origin')).toBe('*')
  const told = (await answer.json()) as Record<string, unknown>
  expect(told).toMatchObject({
    token_endpoint: 'http://localhost/oauth/token',
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['RS384', 'ES384'],
    code_challenge_methods_supported: ['S256'],
  })
  expect(told).not.toHaveProperty('issuer')
})
