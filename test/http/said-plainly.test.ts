/** What somebody says is heard, or refused with its place: nothing is passed over in silence. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { adminToken, startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await startGateway()
})
afterEach(() => gateway.stop())

interface Told {
  readonly [member: string]: unknown
  readonly id: string
  readonly issues: readonly { readonly path: string }[]
  readonly items: readonly { readonly id: string }[]
}

async function send(method: string, path: string, json?: unknown, headers: Record<string, string> = {}) {
  const authorization = path.startsWith('/admin/') ? { authorization: `Bearer ${adminToken}` } : undefined
  const answer = await gateway.request(path, { method, json, headers: { ...authorization, ...headers } })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, told: (text === '' ? {} : JSON.parse(text)) as Told }
}
const places = ({ told }: { readonly told: Told }) => told.issues.map(({ path }) => path)

const lan = { names: [{ use: 'official', family: 'Nguyen', given: ['Lan'] }], gender: 'female' }
const register = async (more: object = {}) => (await send('POST', '/coordination/clients', { ...lan, ...more })).told.id
const hospital = { name: 'st-brendan', kind: 'hospital', timeZone: 'America/New_York', senders: [{ application: 'ADT' }] }

test('a member that a field does not have is refused, however deep it stands', async () => {
  const names = [{ ...lan.names[0], midle: 'Thi' }]
  expect(places(await send('POST', '/coordination/clients', { ...lan, names }))).toEqual(['names.0.midle'])
  const category = { coding: [{ code: 'housing' }] }
  const need = {
    clientId: await register(),
    domain: 'sdoh',
    category,
    code: { text: 'x' },
    assertedBy: 'client',
    clientView: 'agrees',
  }
  expect(places(await send('POST', '/coordination/needs', need))).toEqual(['category.coding'])
})

test('names are not repeated that look like something else', async () => {
  const refused = await send('POST', '/coordination/clients', { ...lan, 'Lan Nguyen, 1990': true })
  expect(places(refused)).toEqual(['?'])
})

test('what was read can be sent back as it is', async () => {
  const id = await register({
    identifiers: [{ system: 'urn:mrn', value: '7' }],
    contacts: [{ system: 'phone', value: '1', safe: 'no' }],
  })
  const { told } = await send('GET', `/coordination/clients/${id}`)
  expect(await send('PUT', `/coordination/clients/${id}`, told, { 'if-match': '*' })).toMatchObject({ status: 200, told })
})

test('a member keeps its id', async () => {
  const id = await register()
  for (const [method, body] of [
    ['PATCH', { id: 'another' }],
    ['PUT', { ...lan, id: 'another' }],
  ] as const) {
    const refused = await send(method, `/coordination/clients/${id}`, body, { 'if-match': '*' })
    expect([refused.status, ...places(refused)]).toEqual([400, 'id'])
  }
})

test('an ETag is the same with and without its mark of weakness', async () => {
  const id = await register()
  const path = `/coordination/clients/${id}`
  expect((await send('GET', path, undefined, { 'if-none-match': '"1"' })).status).toBe(304)
  expect((await send('PATCH', path, { gender: 'other' }, { 'if-match': '"1"' })).status).toBe(200)
  expect((await send('PATCH', path, { gender: 'male' }, { 'if-match': '"1"' })).status).toBe(412)
  expect((await send('PATCH', path, { gender: 'male' }, { 'if-match': 'W/"1", W/"2"' })).status).toBe(200)
})

test('a client is registered, or merged into another, and can be asked for by that', async () => {
  const id = await register()
  const gone = { resourceType: 'Patient', id: 'gone', link: [{ type: 'replaced-by', other: { reference: `Patient/${id}` } }] }
  await gateway.request('/fhir/Patient/gone', { method: 'PUT', json: gone })
  const inState = async (state: string) =>
    (await send('GET', `/coordination/clients?state=${state}`)).told.items.map((one) => one.id)
  expect(await inState('registered')).toEqual([id])
  expect(await inState('merged')).toEqual(['gone'])
})

test.each([
  ['clients', 'updatedSince=yesterday', 'updatedSince'],
  ['clients', 'client=a,b', 'client'],
  ['clients', 'due=2026-03-17', 'due'],
  ['referrals', 'state=acepted', 'state'],
  ['locations', 'state=open', 'state'],
  ['locations', 'client=lan', 'client'],
])('the list of %s is not narrowed by %s', async (collection, query, path) => {
  const refused = await send('GET', `/coordination/${collection}?${query}`)
  expect([refused.status, ...places(refused)]).toEqual([400, path])
})

test('of late has changed what changed in a part alone', async () => {
  const encounter = { resourceType: 'Encounter', id: 'v', status: 'finished', class: { code: 'AMB' } }
  await gateway.request('/fhir/Encounter/v', { method: 'PUT', json: encounter })
  gateway.clock.advance(60_000)
  const since = new Date(gateway.clock.now).toISOString()
  const late = async () => (await send('GET', `/coordination/sessions?updatedSince=${since}`)).told.items.map(({ id }) => id)
  expect(await late()).toEqual([])
  const part = {
    resourceType: 'Procedure',
    id: 'p',
    status: 'completed',
    subject: { display: 'x' },
    encounter: { reference: 'Encounter/v' },
  }
  await gateway.request('/fhir/Procedure/p', { method: 'PUT', json: part })
  expect(await late()).toEqual(['v'])
})

test('a type that FHIR R4 does not have is not found, by a search as by a read', async () => {
  for (const path of ['Wombat', 'Wombat?name=x', 'Wombat/1', 'Patient/1/Wombat']) {
    expect((await send('GET', `/fhir/${path}`)).status).toBe(404)
  }
})

test.each([
  ['a day that no calendar has', { birthDate: '1990-02-30' }, 'birthDate'],
  ['an hour that no day has', { deceased: '2026-02-28T25:00:00Z' }, 'deceased'],
  ['a system that is no URI', { identifiers: [{ system: 'two words', value: '1' }] }, 'identifiers'],
  ['a language that is no code', { languages: [{ code: 'en us ', preferred: true, interpreterNeeded: false }] }, 'languages'],
])('what no resource can hold is not kept in one: %s', async (_, member, path) => {
  const refused = await send('POST', '/coordination/clients', { ...lan, ...member })
  expect([refused.status, ...places(refused)]).toEqual([400, path])
})

test('what a foreign record has wrong already does not keep it from being changed', async () => {
  const lenient = await startGateway({ validation: 'mark' })
  const json = {
    resourceType: 'Patient',
    id: 'odd',
    gender: 'female',
    name: [{ family: 'Nguyen' }],
    contact: [{ gender: 'male' }],
  }
  expect((await lenient.request('/fhir/Patient/odd', { method: 'PUT', json })).status).toBe(201)
  const patch = { method: 'PATCH', json: { birthDate: '1990-02-03', names: [lan.names[0]] }, headers: { 'if-match': '*' } }
  expect((await lenient.request('/coordination/clients/odd', patch)).status).toBe(200)
  await lenient.stop()
})

test.each([
  [{ type: 'confirm', at: 'yesterday' }, 'at'],
  [{ type: 'confirm', at: '2026-02-30T10:00:00Z' }, 'at'],
  [{ type: 'confirm', at: 5 }, 'at'],
  [{ type: 'decline', reason: 5 }, 'reason'],
  [{ type: 'decline', reason: '' }, 'reason'],
  [{ at: '2026-03-01' }, 'type'],
])('%j is no event', async (event, path) => {
  const need = { domain: 'clinical', category: { code: 'x' }, code: { text: 'x' }, assertedBy: 'client', clientView: 'agrees' }
  const { told } = await send('POST', '/coordination/needs', { ...need, clientId: await register() })
  const refused = await send('POST', `/coordination/needs/${told.id}/events`, event)
  expect([refused.status, ...places(refused)]).toEqual([400, path])
})

test('events of a session tell when it is to be, and how it went', async () => {
  const session = { clientId: await register(), kind: 'case-management', modality: 'in-person', renderer: { id: 'prl-1' } }
  const { told } = await send('POST', '/coordination/sessions', session)
  const event = async (json: object) => (await send('POST', `/coordination/sessions/${told.id}/events`, json)).told
  const scheduled = { start: '2026-03-02T09:00:00Z', end: '2026-03-02T10:00:00Z' }
  expect(await event({ type: 'book', scheduled })).toMatchObject({ state: 'booked', scheduled })
  await event({ type: 'start' })
  const done = { actual: { start: '2026-03-02T09:00:00Z', end: '2026-03-02T09:20:00Z' }, outcome: 'partial' }
  expect(await event({ type: 'complete', ...done })).toMatchObject({ state: 'completed', ...done })
})

test('a connection is made at a place, keeps its name, and speaks for its senders alone', async () => {
  const made = await send('POST', '/admin/connections', hospital)
  expect([made.status, made.headers.get('location')]).toEqual([201, '/admin/connections/st-brendan'])
  const renamed = await send('PUT', '/admin/connections/st-brendan', { ...hospital, name: 'st-anne' })
  expect([renamed.status, ...places(renamed)]).toEqual([400, 'name'])
  const same = await send('POST', '/admin/connections', { ...hospital, name: 'st-anne' })
  expect([same.status, ...places(same)]).toEqual([409, 'senders.0'])
  expect((await send('PUT', '/admin/connections/st-brendan', hospital)).status).toBe(200)
})

test('the facility of a connection is the id of an Organization: nothing else could be referred to', async () => {
  const refused = await send('POST', '/admin/connections', { ...hospital, facility: "St. Brendan's Hospital" })
  expect([refused.status, ...places(refused)]).toEqual([400, 'facility'])
})

test('deliveries are tried again by the states that can be', async () => {
  const replay = async (state: string) => (await send('POST', '/admin/deliveries/replay', { connection: 'ehr', state })).status
  expect(await replay('dead')).toBe(200)
  expect(await replay('waiting')).toBe(200)
  expect(await replay('delivered')).toBe(400)
})
