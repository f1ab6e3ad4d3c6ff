/** Conversations about one member, as HTTP knows them. */
import { expect, test } from 'vitest'
import { nodeLimits } from '../../src/http/limits.ts'
import { registerClient, type TestClient } from '../support/client.ts'
import { startGateway } from '../support/gateway.ts'
import { openHospital } from '../support/hospital.ts'

test('who has the newest answer already is told so', async () => {
  const gateway = await startGateway()
  const body = { names: [{ use: 'official', family: 'Nguyen', given: ['Lan'] }], gender: 'female' }
  const made = await gateway.request('/coordination/clients', { method: 'POST', json: body })
  const etag = made.headers.get('etag')!
  const read = async (known: string) =>
    (await gateway.request(made.headers.get('location')!, { headers: { 'if-none-match': known } })).status
  expect(await read(etag)).toBe(304)
  expect(await read(`W/"0", ${etag}`)).toBe(304)
  expect(await read('*')).toBe(304)
  expect(await read('W/"0"')).toBe(200)
  await gateway.stop()
})

test('a timeline pages to its end, though one commit wrote much of it', async () => {
  const hospital = await openHospital()
  const rosa = await hospital.register()
  await hospital.send()
  hospital.clock.advance(1000)
  const need = (id: string) => ({
    resourceType: 'Condition',
    id,
    subject: { reference: `Patient/${rosa}` },
    code: { text: 'x' },
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-category', code: 'problem-list-item' }] }],
  })
  for (const id of ['n1', 'n2', 'n3']) {
    await hospital.request(`/fhir/Condition/${id}`, { method: 'PUT', json: need(id) })
    hospital.clock.advance(1000)
  }
  type Page = { items: { id: string; at: string }[]; next: string | null }
  const page = async (query: string) =>
    (await (await hospital.request(`/coordination/clients/${rosa}/timeline${query}`)).json()) as Page
  const whole = (await page('?limit=200')).items
  expect(whole.length).toBeGreaterThan(6)
  const seen: Page['items'] = []
  for (let next: string | null = ''; next !== null; ) {
    const one: Page = await page(`?limit=1${next && `&after=${encodeURIComponent(next)}`}`)
    expect(one.items.length).toBeGreaterThan(0)
    seen.push(...one.items)
    next = one.next
  }
  expect(seen).toEqual(whole)
  expect((await hospital.request(`/coordination/clients/${rosa}/timeline?after=x`)).status).toBe(400)
  await hospital.stop()
})

test('a list ends a page early where it is long, and goes on there', async () => {
  const gateway = await startGateway({ limits: { ...nodeLimits, page: 3000 } })
  for (let i = 0; i < 5; i++) {
    const json = { resourceType: 'Location', id: `l${i}`, status: 'active', name: `House ${i}`, description: 'x'.repeat(1400) }
    expect((await gateway.request(`/fhir/Location/l${i}`, { method: 'PUT', json })).status).toBe(201)
  }
  const pages: string[][] = []
  for (let after: string | null = ''; after !== null; ) {
    const answer = await gateway.request(`/coordination/locations?limit=100${after && `&after=${after}`}`)
    const { items, next } = (await answer.json()) as { items: { id: string }[]; next: string | null }
    pages.push(items.map(({ id }) => id))
    after = next
  }
  expect(pages).toEqual([['l0', 'l1'], ['l2', 'l3'], ['l4']])
  await gateway.stop()
})

test('pages of a list that is narrowed have each member once, however many lie between', async () => {
  const gateway = await startGateway()
  const entry = Array.from({ length: 240 }, (_, i) => ({
    resource: { resourceType: 'HealthcareService', id: `s${i}`, name: 'A service', active: i % 7 === 0 || i > 180 },
    request: { method: 'PUT', url: `HealthcareService/s${i}` },
  }))
  await gateway.request('/fhir', { method: 'POST', json: { resourceType: 'Bundle', type: 'transaction', entry } })
  const active = entry.flatMap(({ resource }) => (resource.active ? [resource.id] : []))
  for (const limit of [1, 3, 60, active.length]) {
    const told: string[] = []
    for (let next: string | null = ''; next !== null; ) {
      const after: string = next && `&after=${encodeURIComponent(next)}`
      const page = (await (await gateway.request(`/coordination/services?state=active&limit=${limit}${after}`)).json()) as {
        items: { id: string }[]
        next: string | null
      }
      expect(page.items.length).toBeLessThanOrEqual(limit)
      told.push(...page.items.map(({ id }) => id))
      next = page.next
    }
    expect(told).toEqual(active)
  }
  await gateway.stop()
})

test('a refused event is told which could be sent: none that only time causes', async () => {
  const hospital = await openHospital()
  await hospital.register()
  await hospital.send()
  const [{ id } = { id: '' }] = await hospital.list('follow-ups')
  for (const type of ['nonsense', 'miss']) {
    const refused = await hospital.event(`follow-ups/${id}`, { type })
    expect(refused.status).toBe(409)
    const { allowed } = (await refused.json()) as { allowed: string[] }
    expect(allowed).toContain('attempt')
    for (const one of allowed) {
      const answer = await hospital.event(`follow-ups/${id}`, { type: one, clock: 'no' })
      expect(((await answer.json()) as { detail?: string }).detail ?? '').not.toContain('time alone')
      if (answer.status === 200) break
    }
  }
  await hospital.stop()
})

test('a wrong filter does not mean that every dead delivery is tried again', async () => {
  const hospital = await openHospital()
  const replay = async (json: unknown) => (await hospital.admin('deliveries/replay', { method: 'POST', json })).status
  for (const wrong of [[], null, { connection: 5 }, { conection: 'ehr' }]) expect(await replay(wrong)).toBe(400)
  expect(await replay({})).toBe(200)
  await hospital.stop()
})

test('who wrote a member first and last, and when, is told with it, and is nobody’s to say', async () => {
  const gateway = await startGateway({ auth: 'smart' })
  const [first, second] = await Promise.all(['a', 'b'].map(() => registerClient(gateway, 'system/*.cruds')))
  const send = async (client: TestClient, method: string, path: string, json?: object, headers = {}) => {
    const all = { ...(await client.bearer('system/*.cruds')), ...headers }
    const answer = await gateway.request(`/coordination/${path}`, { method, headers: all, ...(json && { json }) })
    return { body: await answer.json(), etag: answer.headers.get('etag')!, status: answer.status }
  }
  const said = { createdBy: 'somebody', createdAt: '2020-01-01T00:00:00Z', updatedBy: 'somebody' }
  const made = await send(first!, 'POST', 'organizations', {
    ...{ name: 'Haven', timeZone: 'America/New_York', hipaaCovered: true, part2Programme: false },
    ...said,
  })
  const envelope = ({ createdAt, createdBy, updatedAt, updatedBy }: Record<string, string>) => [
    ...[createdAt, createdBy, updatedAt, updatedBy],
  ]
  const at = made.body.updatedAt
  expect(envelope(made.body)).toEqual([at, first!.id, at, first!.id])
  gateway.clock.advance(60_000)
  const path = `organizations/${made.body.id}`
  const changed = await send(second!, 'PATCH', path, { name: 'Haven House', ...said }, { 'if-match': made.etag })
  expect(changed.status).toBe(200)
  expect(envelope(changed.body)).toEqual([at, first!.id, changed.body.updatedAt, second!.id])
  expect(changed.body.updatedAt > at).toBe(true)
  expect((await send(first!, 'GET', path)).body).toEqual(changed.body)
  expect((await send(first!, 'GET', 'organizations')).body.items).toEqual([changed.body])
  await gateway.stop()
})

test('a part is told under no id that another record has, or had', async () => {
  const gateway = await startGateway()
  const role = (id: string) => ({ id, organizationId: 'org-1', roles: [{ text: 'counselor' }], specialties: [], locations: [] })
  const person = (...ids: string[]) => ({ names: [{ family: 'Okafor' }], staffLevel: 'master', roles: ids.map(role) })
  const post = (body: object) => gateway.request('/coordination/practitioners', { method: 'POST', json: body })
  expect((await post(person('prl-one'))).status).toBe(201)
  for (const again of [person('prl-one'), person('prl-two', 'prl-one')]) {
    const refused = await post(again)
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([409, 'conflict'])
  }
  await gateway.request('/fhir/PractitionerRole/prl-gone', {
    method: 'PUT',
    json: { resourceType: 'PractitionerRole', id: 'prl-gone' },
  })
  await gateway.request('/fhir/PractitionerRole/prl-gone', { method: 'DELETE' })
  expect((await post(person('prl-gone'))).status).toBe(409)
  await gateway.stop()
})
