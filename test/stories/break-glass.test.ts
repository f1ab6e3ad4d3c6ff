/** In an emergency somebody without the right to it reads what is specially protected of one client, for hours, and answers for it. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { registerClient, type TestClient } from '../support/client.ts'
import { marisol, part2 } from '../support/coordination.ts'
import { adminToken, startGateway, type TestGateway } from '../support/gateway.ts'

const scope = 'system/*.cruds'
const hour = 3600_000
const note = { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'PSYTHPN' }] }
const condition = (id: string, patient: string, meta: object) => ({
  ...{ resourceType: 'Condition', id, meta, subject: { reference: `Patient/${patient}` }, code: { text: 'of something' } },
})

let gateway: TestGateway
let ward: TestClient
let headers: Record<string, string>
let all: Record<string, string>

const ask = async (method: string, path: string, given: Record<string, string>, json?: unknown) => {
  const answer = await gateway.request(path, { method, headers: given, ...(json !== undefined && { json }) })
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) }
}
const open = async (more: object = {}, client = ward, by = headers) =>
  ask('POST', '/coordination/clients/cli-marisol/break-glass', by, {
    ...{ client_assertion: await client.assertion(), practitionerId: 'prc-osei', reason: 'Found unconscious' },
    ...more,
  })
const bearer = (answer: { body: { access_token: string } }) => ({ authorization: `Bearer ${answer.body.access_token}` })
const lines = async () =>
  (await ask('GET', '/admin/audit', { authorization: `Bearer ${adminToken}` })).body.items as {
    action: string
    purpose: string
    principal: string
    entities: string[]
  }[]

beforeEach(async () => {
  // The assertion is made out to where tokens are to be had, not to the tenant's own address.
  const ofTenants = new Map([['default', { privacyOfficer: 'prl-officer', baseUrl: 'https://harbor.example' }]])
  gateway = await startGateway({ auth: 'smart', ofTenants })
  all = await (await registerClient(gateway, scope, { protected_records: true })).bearer(scope)
  const known = [
    marisol,
    { ...marisol, id: 'cli-other' },
    { resourceType: 'Practitioner', id: 'prc-osei' },
    condition('ned-hidden', 'cli-marisol', part2),
    condition('ned-note', 'cli-marisol', note),
    condition('ned-other', 'cli-other', part2),
  ]
  for (const json of known) expect((await ask('PUT', `/fhir/${json.resourceType}/${json.id}`, all, json)).status).toBe(201)
  const caseload = (await ask('POST', '/coordination/caseloads', all, { coordinatorId: 'prl-okafor', capacityWeighted: 20 })).body
    .id
  const assigned = { type: 'assign', clientId: 'cli-marisol', episodeId: 'epi-1', role: 'primary', acuity: 2 }
  expect((await ask('POST', `/coordination/caseloads/${caseload}/events`, all, assigned)).status).toBe(200)
  ward = await registerClient(gateway, scope, { break_glass: true })
  headers = await ward.bearer(scope)
})
afterEach(() => gateway.stop())

it('reads it of that client alone, changes nothing, and never a therapist’s notes', async () => {
  expect((await ask('GET', '/fhir/Condition/ned-hidden', headers)).status).toBe(404)
  const opened = await open()
  expect(opened).toMatchObject({ status: 201, body: { token_type: 'bearer', expires_in: 4 * 3600, scope: 'system/*.rs' } })
  const inside = bearer(opened)
  expect((await ask('GET', '/fhir/Condition/ned-hidden', inside)).status).toBe(200)
  expect((await ask('GET', '/fhir/Condition?_summary=count', inside)).body.total).toBe(1)
  for (const path of ['Condition/ned-note', 'Condition/ned-other', 'Patient/cli-other'])
    expect((await ask('GET', `/fhir/${path}`, inside)).status).toBe(404)
  const changed = condition('ned-hidden', 'cli-marisol', {})
  expect((await ask('PUT', '/fhir/Condition/ned-hidden', inside, changed)).status).toBe(403)
  // The right is the token's: what the client reads besides is as before.
  expect((await ask('GET', '/fhir/Condition/ned-hidden', headers)).status).toBe(404)
})

it('opens nothing protected that does not say whose it is: what somebody is to do, or the bytes of a document', async () => {
  const work = { status: 'requested', intent: 'order', for: { reference: 'Patient/cli-other' } }
  const bytes = { contentType: 'text/plain', data: 'YQ==', securityContext: { reference: 'Patient/cli-other' } }
  const hidden = [
    { resourceType: 'Task', id: 'tsk-other', meta: part2, ...work },
    { resourceType: 'Binary', id: 'bin-other', meta: part2, ...bytes },
  ]
  // Labelled since: its first version is as protected.
  const later = { resourceType: 'Task', id: 'tsk-later', ...work }
  for (const json of [...hidden, later, { ...later, meta: part2 }])
    expect((await ask('PUT', `/fhir/${json.resourceType}/${json.id}`, all, json)).status).toBeLessThan(202)
  const inside = bearer(await open())
  for (const path of ['Task/tsk-other', 'Binary/bin-other', 'Task/tsk-later', 'Task/tsk-later/_history/1'])
    expect((await ask('GET', `/fhir/${path}`, inside)).status, path).toBe(404)
  for (const path of ['Task', 'Binary', 'Task/_history', 'Task/tsk-later/_history', '_history']) {
    const said = JSON.stringify((await ask('GET', `/fhir/${path}`, inside)).body)
    expect(said.match(/(tsk|bin)-(other|later)/), path).toBeNull()
  }
})

it('shows what is to be done for that client, protected or not, and for nobody else', async () => {
  const work = (id: string, client: string, meta?: object) => ({
    ...{ resourceType: 'Task', id, status: 'requested', intent: 'order', for: { reference: `Patient/${client}` } },
    ...(meta && { meta }),
  })
  const told = [work('tsk-own', 'cli-marisol', part2), work('tsk-plain', 'cli-marisol'), work('tsk-theirs', 'cli-other')]
  for (const json of told) expect((await ask('PUT', `/fhir/Task/${json.id}`, all, json)).status).toBe(201)
  const inside = bearer(await open())
  const statuses = async (id: string) => (await ask('GET', `/fhir/Task/${id}`, inside)).status
  expect([await statuses('tsk-own'), await statuses('tsk-plain'), await statuses('tsk-theirs')]).toEqual([200, 200, 404])
  const found = JSON.stringify((await ask('GET', '/fhir/Task?_count=100', inside)).body)
  expect([found.includes('tsk-own'), found.includes('tsk-plain'), found.includes('tsk-theirs')]).toEqual([true, true, false])
})

it('is told at once to the officer and the coordinator, is looked at within two business days, and stands in the audit', async () => {
  const inside = bearer(await open())
  await ask('GET', '/fhir/Condition/ned-hidden', inside)
  const { body } = await ask('GET', '/fhir/Communication?subject=Patient/cli-marisol', all)
  const messages = body.entry.map(({ resource }: { resource: { recipient: { reference: string }[] } }) => resource)
  const told = messages.map(({ recipient }: { recipient: { reference: string }[] }) => recipient[0]!.reference)
  expect(told.sort()).toEqual(['PractitionerRole/prl-officer', 'PractitionerRole/prl-okafor'])
  const { items } = (await ask('GET', '/coordination/work-items?client=cli-marisol', all)).body
  expect(items).toMatchObject([
    {
      ...{
        kind: 'access-review',
        assignee: { id: 'prl-officer' },
        about: 'Patient/cli-marisol',
        priority: 'urgent',
        state: 'open',
      },
      what: 'Emergency access by Practitioner/prc-osei, until 2026-03-02T13:30:00.000Z: Found unconscious',
      dueAt: expect.stringMatching('^2026-03-04T'),
    },
  ])
  const emergency = (await lines()).filter(({ purpose }) => purpose === 'BTG')
  expect(emergency.every(({ principal }) => principal === ward.id)).toBe(true)
  expect(emergency).toContainEqual(
    expect.objectContaining({ action: 'break-glass', entities: ['Patient/cli-marisol', 'Practitioner/prc-osei'] }),
  )
  expect(emergency).toContainEqual(expect.objectContaining({ action: 'read', entities: ['Condition/ned-hidden/_history/1'] }))
  expect(JSON.stringify(await lines())).not.toContain('unconscious')
})

it('is over after the hours that were asked for', async () => {
  const inside = bearer(await open({ hours: 1 }))
  gateway.clock.advance(hour - 1000)
  expect((await ask('GET', '/fhir/Condition/ned-hidden', inside)).status).toBe(200)
  gateway.clock.advance(1000)
  expect((await ask('GET', '/fhir/Condition/ned-hidden', inside)).status).toBe(401)
})

it('asks who and why, and for a new proof of who asks', async () => {
  const assertion = await ward.assertion()
  expect((await open({ client_assertion: assertion })).status).toBe(201)
  expect((await open({ client_assertion: assertion })).status).toBe(401)
  expect((await open({ client_assertion: 'x' })).status).toBe(401)
  const elsewhere = await ward.assertion({ aud: 'https://harbor.example/oauth/token' })
  expect((await open({ client_assertion: elsewhere })).status).toBe(401)
  for (const wrong of [{ reason: '' }, { reason: undefined }, { hours: 5 }, { hours: 0 }, { practitionerId: 'prc-nobody' }])
    expect((await open(wrong)).status, JSON.stringify(wrong)).toBe(400)
  const nobody = { client_assertion: await ward.assertion(), practitionerId: 'prc-osei', reason: 'x' }
  expect((await ask('POST', '/coordination/clients/cli-nobody/break-glass', headers, nobody)).status).toBe(404)
  const { items } = (await ask('GET', '/coordination/work-items?client=cli-marisol', all)).body
  expect(items).toHaveLength(1)
})

it('is for clients that are registered for it, themselves, where somebody looks at it afterwards', async () => {
  const other = await registerClient(gateway, scope)
  expect((await open({}, other, await other.bearer(scope))).status).toBe(403)
  expect((await open({}, ward, await other.bearer(scope))).status).toBe(403)
  await gateway.stop()
  gateway = await startGateway({ auth: 'smart' })
  const alone = await registerClient(gateway, scope, { break_glass: true })
  expect((await open({}, alone, await alone.bearer(scope))).status).toBe(403)
})
