/** A SMART app in a browser: what its page may ask, and read of the answers. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { registerClient, type TestClient } from '../support/client.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

const app = 'https://app.example'
const allowed = (answer: Response) => answer.headers.get('access-control-allow-origin')
const preflight = (gateway: TestGateway, path: string, origin = app) =>
  gateway.request(path, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'authorization,content-type,if-match',
    },
  })

describe('where origins are named', () => {
  let gateway: TestGateway
  let client: TestClient
  beforeAll(async () => {
    gateway = await startGateway({ auth: 'smart', origins: [app] })
    client = await registerClient(gateway, 'system/Patient.cruds')
  })
  afterAll(() => gateway.stop())

  test.each(['/fhir', '/fhir/Patient/1', '/fhir/Patient?name=x', '/oauth/token', '/.well-known/smart-configuration'])(
    'a browser that asks beforehand is told what may be sent: %s',
    async (path) => {
      const answer = await preflight(gateway, path)
      expect(answer.status).toBe(204)
      expect(answer.headers.get('access-control-allow-methods')?.split(',')).toEqual(
        expect.arrayContaining(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
      )
      expect(answer.headers.get('access-control-allow-headers')).toBe('authorization,content-type,if-match')
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    },
  )

  test('its page may read answers, with their versions and places', async () => {
    const headers = { ...(await client.bearer('system/Patient.cruds')), origin: app, 'content-type': 'application/fhir+json' }
    const body = JSON.stringify({ resourceType: 'Patient', id: 'rosa' })
    const answer = await gateway.request('/fhir/Patient/rosa', { method: 'PUT', headers, body })
    expect([answer.status, allowed(answer), answer.headers.get('vary')]).toEqual([201, app, 'Origin'])
    expect(answer.headers.get('etag')).toBe('W/"1"')
    const exposed = answer.headers.get('access-control-expose-headers')?.split(',')
    expect(exposed).toEqual(expect.arrayContaining(['ETag', 'Location', 'Last-Modified', 'Content-Location']))
  })

  test('and refusals: of a request without a token, and of one for a token', async () => {
    const closed = await gateway.request('/fhir/Patient', { headers: { origin: app } })
    expect([closed.status, allowed(closed)]).toEqual([401, app])
    const refused = await gateway.request('/oauth/token', { method: 'POST', headers: { origin: app } })
    expect([refused.status, allowed(refused)]).toEqual([400, app])
  })

  test.each(['https://other.example', 'https://app.example:8443', 'http://app.example', 'null'])(
    'a page of %s may not',
    async (origin) => {
      expect(allowed(await preflight(gateway, '/fhir/Patient', origin))).toBeNull()
      expect(allowed(await gateway.request('/fhir/Patient', { headers: { origin } }))).toBeNull()
    },
  )

  test.each(['/fhir/metadata', '/fhir/.well-known/smart-configuration'])('whoever it is may read %s', async (path) => {
    expect(allowed(await gateway.request(path, { headers: { origin: 'https://other.example' } }))).toBe('*')
  })

  test.each(['/coordination/clients', '/admin/clients', '/console', '/hl7v2', '/fhirx'])(
    'nobody may ask at %s so',
    async (path) => {
      expect(allowed(await preflight(gateway, path))).toBeNull()
      expect(allowed(await gateway.request(path, { headers: { origin: app } }))).toBeNull()
    },
  )
})

test('where any is, each is told its own name', async () => {
  const gateway = await startGateway({ auth: 'smart', origins: ['*'] })
  expect(allowed(await preflight(gateway, '/fhir/Patient', 'https://other.example'))).toBe('https://other.example')
  await gateway.stop()
})

test('where none is, nobody may, and a preflight is no method that there is', async () => {
  const gateway = await startGateway({ auth: 'smart' })
  const answer = await preflight(gateway, '/fhir/Patient')
  expect([answer.status, allowed(answer)]).toEqual([401, null])
  await gateway.stop()
})

test('without authentication a page of an origin that is named may ask at these doors alone', async () => {
  const gateway = await startGateway({ origins: ['http://localhost:3000'] })
  const status = async (path: string, origin: string) => (await gateway.request(path, { headers: { origin } })).status
  expect(await status('/fhir/Patient', 'http://localhost:3000')).toBe(200)
  expect(await status('/coordination/clients', 'http://localhost:3000')).toBe(403)
  expect(await status('/fhir/Patient', 'https://other.example')).toBe(403)
  await gateway.stop()
})
