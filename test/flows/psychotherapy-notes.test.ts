/** What a therapist writes for themselves stays theirs. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { registerClient, type TestClient } from '../support/client.ts'
import { marisol } from '../support/coordination.ts'
import { adminToken, startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
let therapist: TestClient
let other: TestClient
let session: string
const scope = 'system/*.cruds'
const said = 'the dream about the lighthouse'

const ask = async (client: TestClient, method: string, path: string, json?: unknown, headers = {}) =>
  gateway.request(path, { method, headers: { ...(await client.bearer(scope)), ...headers }, ...(json !== undefined && { json }) })

beforeEach(async () => {
  gateway = await startGateway({ auth: 'smart' })
  therapist = await registerClient(gateway, scope)
  other = await registerClient(gateway, scope)
  await ask(therapist, 'PUT', '/fhir/Patient/cli-marisol', marisol)
  const made = await ask(therapist, 'POST', '/coordination/sessions', {
    clientId: 'cli-marisol',
    kind: 'individual-counselling',
    modality: 'in-person',
    renderer: { id: 'prc-1' },
  })
  session = `/coordination/sessions/${((await made.json()) as { id: string }).id}`
})
afterEach(() => gateway.stop())

it('is written, read, changed and removed by its author, who sees what changed meanwhile', async () => {
  const note = `${session}/psychotherapy-note`
  const made = await ask(therapist, 'PUT', note, { body: said })
  expect([made.status, made.headers.get('etag')]).toEqual([201, 'W/"1"'])
  expect((await ask(therapist, 'PUT', note, { body: 'x' })).status).toBe(428)
  expect((await ask(therapist, 'PUT', note, { body: 'x' }, { 'if-match': 'W/"7"' })).status).toBe(412)
  expect((await ask(therapist, 'PUT', note, { body: `${said}, again` }, { 'if-match': 'W/"1"' })).status).toBe(200)
  const read = await ask(therapist, 'GET', note)
  expect([read.headers.get('cache-control'), await read.json()]).toMatchObject([
    'no-store',
    { body: `${said}, again`, version: 2 },
  ])
  expect((await ask(therapist, 'DELETE', note, undefined, { 'if-match': 'W/"2"' })).status).toBe(204)
  expect((await ask(therapist, 'GET', note)).status).toBe(404)
})

it('to everybody else there is none', async () => {
  const note = `${session}/psychotherapy-note`
  await ask(therapist, 'PUT', note, { body: said })
  expect((await ask(other, 'GET', note)).status).toBe(404)
  expect((await ask(other, 'DELETE', note, undefined, { 'if-match': '*' })).status).toBe(404)
  expect((await ask(other, 'PUT', note, { body: 'mine' })).status).toBe(201)
  expect(await (await ask(therapist, 'GET', note)).json()).toMatchObject({ body: said, version: 1 })
})

it('is found nowhere else', async () => {
  await ask(therapist, 'PUT', `${session}/psychotherapy-note`, { body: said })
  const id = session.split('/').at(-1)
  const paths = [
    session,
    '/coordination/sessions',
    '/coordination/clients/cli-marisol/timeline',
    `/fhir/Encounter/${id}`,
    `/fhir/Encounter/${id}/_history`,
    '/fhir/DocumentReference?subject=Patient/cli-marisol',
    '/fhir/Encounter?_revinclude=*',
  ]
  for (const path of paths) expect(await (await ask(therapist, 'GET', path)).text(), path).not.toContain('lighthouse')
  for (const path of ['/admin/messages', '/admin/deliveries', '/metrics']) {
    const answer = await gateway.request(path, { headers: { authorization: `Bearer ${adminToken}` } })
    expect(await answer.text(), path).not.toContain('lighthouse')
  }
})

it('is about a session that there is, and says something', async () => {
  expect((await ask(therapist, 'PUT', '/coordination/sessions/ses-unknown/psychotherapy-note', { body: said })).status).toBe(404)
  expect((await ask(therapist, 'PUT', `${session}/psychotherapy-note`, { body: '' })).status).toBe(400)
  expect((await ask(therapist, 'PUT', `${session}/psychotherapy-note`, { body: said, client: 'x' })).status).toBe(400)
})
