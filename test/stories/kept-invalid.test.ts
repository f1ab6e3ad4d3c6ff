/** Where operators want it so, what breaks a rule is kept and says so: in a tag that the gateway alone sets, and in a list of what is wrong. */
import { afterEach, describe, expect, it } from 'vitest'
import { readJson } from '../../src/fhir/exact.ts'
import { importResources } from '../../src/flows/portable/import.ts'
import { system } from '../../src/gateway.ts'
import { registerClient } from '../support/client.ts'
import { marisol, say } from '../support/coordination.ts'
import { adminToken, startGateway, type TestGateway } from '../support/gateway.ts'

const invalid = { system: 'https://warm-handoff.example/fhir/CodeSystem/validation', code: 'invalid' }
const own = { system: 'urn:tags', code: 'own' }
/** A telephone number of no known kind breaks cpt-2. */
const broken = { ...marisol, gender: 'female', telecom: [{ value: '+15555550111' }] }
const sound = { ...marisol, gender: 'female', telecom: [{ system: 'phone', value: '+15555550111' }] }
const profile = 'https://warm-handoff.example/fhir/StructureDefinition/handoff-client'

let gateway: TestGateway
afterEach(() => gateway.stop())

const fhir = { 'content-type': 'application/fhir+json' }
const put = (resource: object, headers = {}) =>
  say(gateway, 'PUT', `/fhir/Patient/${marisol.id}`, resource, { ...fhir, ...headers })
const tags = async (id = marisol.id) => (await say(gateway, 'GET', `/fhir/Patient/${id}`)).body.meta.tag
const listed = async (query = '') => (await say(gateway, 'GET', `/admin/invalid${query}`)).body
const found = async () => (await say(gateway, 'GET', `/fhir/Patient?_tag=${invalid.system}|invalid`)).body.entry?.length ?? 0
const patch = (...ops: object[]) =>
  say(gateway, 'PATCH', `/fhir/Patient/${marisol.id}`, ops, { 'content-type': 'application/json-patch+json' })
const label = (operation: string, tag: object) =>
  say(
    gateway,
    'POST',
    `/fhir/Patient/${marisol.id}/${operation}`,
    { resourceType: 'Parameters', parameter: [{ name: 'meta', valueMeta: { tag: [tag] } }] },
    fhir,
  )

describe('what breaks a rule', () => {
  it('is tagged, found by the tag, listed with what is wrong, and told by $validate, until a write is sound', async () => {
    gateway = await startGateway({ validation: 'mark' })
    expect((await put(broken)).status).toBe(201)
    expect([await tags(), await found()]).toEqual([[invalid], 1])
    const list = await listed()
    expect(list).toMatchObject({
      items: [{ type: 'Patient', id: marisol.id, version: 1, issues: [{ path: 'Patient.telecom[0]', message: /cpt-2/ }] }],
      next: null,
    })
    expect(JSON.stringify(list)).not.toContain('5555550111')
    const told = await gateway.request(`/fhir/Patient/${marisol.id}/$validate`)
    expect(await told.json()).toMatchObject({ issue: [{ severity: 'error', expression: ['Patient.telecom[0]'] }] })
    expect(await (await gateway.request('/console/messages')).text()).toContain(`Patient/${marisol.id}`)
    expect((await put(sound)).status).toBe(200)
    expect([await tags(), await found(), (await listed()).items]).toEqual([undefined, 0, []])
  })

  it('stays byte for byte what it was beside the tag, and comes back as the same version', async () => {
    gateway = await startGateway({ validation: 'mark' })
    const extension = '"extension":[{"url":"urn:x","valueDecimal":1.50}]'
    const body = `{ "resourceType" : "Patient","id":"p1", "telecom":[ {"value":"1"} ],${extension}}`
    const send = (text: string) => gateway.request('/fhir/Patient/p1', { method: 'PUT', headers: fhir, body: text })
    await send(body)
    const read = async () => (await gateway.request('/fhir/Patient/p1')).text()
    const stored = await read()
    expect(stored).toContain(`"telecom":[ {"value":"1"} ],${extension}}`)
    for (const again of [stored, body]) {
      expect((await send(again)).headers.get('etag')).toBe('W/"1"')
      expect(await read()).toBe(stored)
    }
    await send(stored.replace('{"value":"1"}', '{"system":"phone","value":"1"}'))
    expect(await read()).toMatch(/"meta":\{"versionId":"2","lastUpdated":"[^"]+"\}/)
  })

  it('of a profile that it claims is tagged, too, beside tags of others', async () => {
    gateway = await startGateway({ validation: 'mark' })
    await put({ ...marisol, meta: { profile: [profile], tag: [own] } })
    expect(await tags()).toEqual([own, invalid])
    expect((await listed('?type=Patient')).items[0].issues[0]).toMatchObject({ message: expect.stringContaining(profile) })
    await put({ ...marisol, meta: { tag: [own, invalid] } })
    expect(await tags()).toEqual([own])
  })
})

describe('a client', () => {
  it('neither sets the tag nor takes it away: by a write, a patch, or as a label', async () => {
    gateway = await startGateway({ validation: 'mark' })
    await put({ ...sound, meta: { tag: [invalid] } })
    expect(await tags()).toBeUndefined()
    await patch({ op: 'add', path: '/meta/tag', value: [invalid, own] })
    expect(await tags()).toEqual([own])
    await label('$meta-add', invalid)
    expect(await tags()).toEqual([own])
    await patch({ op: 'remove', path: '/telecom/0/system' })
    expect(await tags()).toEqual([own, invalid])
    await patch({ op: 'remove', path: '/meta/tag' })
    expect(await tags()).toEqual([invalid])
    await label('$meta-delete', invalid)
    expect(await tags()).toEqual([invalid])
    await patch({ op: 'add', path: '/telecom/0/system', value: 'phone' })
    expect(await tags()).toBeUndefined()
  })

  it('that is judged by its own registration leaves it where others are refused', async () => {
    gateway = await startGateway({ auth: 'smart' })
    const scope = 'system/Patient.cruds'
    const lenient = await (await registerClient(gateway, scope, { validation: 'mark' })).bearer(scope)
    const strict = await (await registerClient(gateway, scope)).bearer(scope)
    expect([(await put(broken, lenient)).status, (await put(broken, strict)).status]).toEqual([201, 422])
    const admin = { authorization: `Bearer ${adminToken}` }
    expect((await say(gateway, 'GET', '/admin/invalid', undefined, admin)).body.items).toMatchObject([{ id: marisol.id }])
    expect((await say(gateway, 'GET', '/admin/invalid', undefined, lenient)).status).toBe(401)
    const cleared = await put({ ...sound, meta: { tag: [invalid] } }, strict)
    expect([cleared.status, cleared.body.meta.tag]).toEqual([200, undefined])
  })
})

describe('entries of', () => {
  const entry = (id: string, resource: object, condition: object = {}) => ({
    resource: { ...resource, id },
    request: { method: 'PUT', url: `Patient/${id}`, ...condition },
  })
  it.each(['transaction', 'batch'])('a %s are judged one by one, conditional ones as what they come to', async (type) => {
    gateway = await startGateway({ validation: 'mark' })
    const { id: _, ...unnamed } = { ...broken, identifier: [{ system: 'urn:mrn', value: '7' }] }
    const conditional = { resource: unnamed, request: { method: 'POST', url: 'Patient', ifNoneExist: 'identifier=urn:mrn|7' } }
    const bundle = { resourceType: 'Bundle', type, entry: [entry('a', broken), entry('b', sound), conditional] }
    for (const round of [1, 2]) {
      const answer = await say(gateway, 'POST', '/fhir', bundle, fhir)
      expect(answer.body.entry?.every(({ response }: { response: { status: string } }) => /^20/.test(response.status))).toBe(true)
      expect([await tags('a'), await tags('b'), await found()], `round ${round}`).toEqual([[invalid], undefined, 2])
    }
    const first = await listed('?limit=1')
    expect(first.items).toHaveLength(1)
    const second = await listed(`?limit=1&after=${encodeURIComponent(first.next)}`)
    expect(new Set([first.items[0].id, second.items[0].id]).size).toBe(2)
    expect((await listed('?after=nonsense')).code).toBe('invalid')
    expect((await listed('?type=Nonsense')).code).toBe('invalid')
  })
})

it('a coordinator’s change of what came broken leaves the tag, and mends it away', async () => {
  gateway = await startGateway({ validation: 'mark' })
  await put(broken)
  const member = `/coordination/clients/${marisol.id}`
  const change = async (body: object) => {
    const { etag } = await say(gateway, 'GET', member)
    return say(gateway, 'PATCH', member, body, { 'if-match': etag, 'content-type': 'application/merge-patch+json' })
  }
  expect((await change({ jurisdiction: 'NY' })).status).toBe(200)
  expect(await tags()).toEqual([invalid])
  expect((await change({ contacts: null })).status).toBe(200)
  expect(await tags()).toBeUndefined()
})

it('what is imported is judged anew, whatever it says of itself', async () => {
  gateway = await startGateway({ validation: 'mark' })
  const incoming = [broken, { ...sound, id: 'b', meta: { tag: [invalid] } }].map((one) => {
    const read = readJson(JSON.stringify(one), { bytes: 10_000 })
    if (!read.ok) throw new Error(read.problem.detail)
    return { resource: read.value }
  })
  const ctx = await gateway.gateway.context(system())
  expect(await importResources(ctx, incoming)).toMatchObject({ value: ['created', 'created'] })
  expect([await tags(), await tags('b')]).toEqual([[invalid], undefined])
  expect(await importResources(ctx, incoming)).toMatchObject({ value: ['same', 'same'] })
})
