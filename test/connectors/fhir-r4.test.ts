import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createConnect } from '../../src/connectors/connect.ts'
import type { Connection, ConnectionAuth, Connector } from '../../src/connectors/connector.ts'
import { createSafeFetch } from '../../src/net/safe-fetch.ts'
import { connection as plainConnection } from './partners/connector-to.ts'

const connection = (baseUrl: string, auth: ConnectionAuth = { type: 'none' }): Connection => ({
  ...plainConnection(baseUrl, 'fhir-r4'),
  auth,
})
let now = Date.UTC(2026, 2, 2)
let ids = 0
const open = (given: Connection): Connector => {
  const fetch = createSafeFetch({ allowed: [] })
  const opened = createConnect({ fetch, clock: () => now, newId: (prefix) => `${prefix}-${++ids}` })(given)
  if (!opened.ok) throw new Error(opened.problem.detail)
  return opened.value
}

describe('credentials', () => {
  const base = 'https://ehr.example/fhir'
  const tokenUrl = 'https://login.example/token'
  const server = setupServer()
  beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
  afterEach(() => server.resetHandlers())
  afterAll(() => server.close())

  const guarded = (accepted: () => string) =>
    http.get(`${base}/Patient/1`, ({ request }) =>
      request.headers.get('authorization') === `Bearer ${accepted()}`
        ? HttpResponse.json({ resourceType: 'Patient', id: '1' })
        : new HttpResponse(null, { status: 401 }),
    )
  const issuing = (answer: () => Record<string, unknown>, seen: URLSearchParams[] = []) =>
    http.post(tokenUrl, async ({ request }) => {
      seen.push(new URLSearchParams(await request.text()))
      return HttpResponse.json(answer())
    })

  it('sends a bearer token to its partner, and to nobody else', async () => {
    server.use(guarded(() => 'secret'))
    const connector = open(connection(base, { type: 'bearer', token: 'secret' }))
    expect((await connector.read('Patient', '1')).outcome).toBe('delivered')
    // A next link that leads to another origin is not followed with our credentials, nor without.
    expect(await connector.changedSince('Patient', undefined, 'https://elsewhere.example/fhir/Patient?page=2')).toMatchObject({
      outcome: 'refused',
      status: 0,
    })
  })

  it('gets a token once for many requests, anew before it ends, and once more when it is refused', async () => {
    let issued = 0
    const seen: URLSearchParams[] = []
    server.use(
      issuing(() => ({ access_token: `t${++issued}`, token_type: 'bearer', expires_in: 300 }), seen),
      guarded(() => `t${issued}`),
    )
    const connector = open(connection(base, { type: 'client-credentials', tokenUrl, clientId: 'us', clientSecret: 'shh' }))
    await Promise.all([connector.read('Patient', '1'), connector.read('Patient', '1'), connector.read('Patient', '1')])
    expect(issued).toBe(1)
    now += 280_000
    expect((await connector.read('Patient', '1')).outcome).toBe('delivered')
    expect(issued).toBe(2)
    server.use(guarded(() => 't3'))
    expect((await connector.read('Patient', '1')).outcome).toBe('delivered')
    expect(issued).toBe(3)
    expect(seen[0]!.get('grant_type')).toBe('client_credentials')
  })

  it('signs a fresh assertion for every token of a SMART backend', async () => {
    const { privateKey } = (await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-384' }, true, [
      'sign',
      'verify',
    ])) as CryptoKeyPair
    const privateJwk = { ...(await crypto.subtle.exportKey('jwk', privateKey)), kid: 'k1' }
    const seen: URLSearchParams[] = []
    server.use(
      issuing(() => ({ access_token: 't', expires_in: 1 }), seen),
      guarded(() => 't'),
    )
    const connector = open(connection(base, { type: 'smart-backend-services', tokenUrl, clientId: 'us', privateJwk }))
    await connector.read('Patient', '1')
    await connector.read('Patient', '1')
    const claims = seen.map(
      (form) =>
        JSON.parse(Buffer.from(form.get('client_assertion')!.split('.')[1]!, 'base64url').toString()) as {
          aud: string
          iss: string
          jti: string
          exp: number
          iat: number
        },
    )
    expect(claims[0]).toMatchObject({ aud: tokenUrl, iss: 'us' })
    expect(claims[0]!.exp - claims[0]!.iat).toBeLessThanOrEqual(300)
    expect(new Set(claims.map((one) => one.jti)).size).toBe(2)
  })

  it('waits, rather than giving up the delivery, where no token is to be had', async () => {
    server.use(http.post(tokenUrl, () => new HttpResponse(null, { status: 400 })))
    const connector = open(connection(base, { type: 'client-credentials', tokenUrl, clientId: 'us', clientSecret: 'shh' }))
    expect(await connector.read('Patient', '1')).toMatchObject({ outcome: 'try-again', unanswered: false })
  })

  it.each([
    ['text that is no JSON', HttpResponse.text('<html>')],
    ['another resource', HttpResponse.json({ resourceType: 'Group', id: '1' })],
    ['nothing', new HttpResponse(null, { status: 200 })],
  ])('does not take %s for a patient', async (_, answer) => {
    server.use(http.get(`${base}/Patient/1`, () => answer.clone() as typeof answer))
    expect((await open(connection(base)).read('Patient', '1')).outcome).toBe('refused')
  })
})

it('names the flavours there are', () => {
  const opened = createConnect({ fetch: createSafeFetch({ allowed: [] }), clock: () => 0, newId: () => 'x' })({
    ...connection('https://ehr.example'),
    flavour: 'odd',
  })
  expect(opened).toMatchObject({ ok: false, problem: { code: 'not-supported', detail: expect.stringContaining('fhir-r4') } })
})
