/** Writes on `/fhir` to what the house keeps by rules: what they bring about, what is refused, and what foreign records may go on being. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Principal } from '../../../src/access/principal.ts'
import { consent, event, gatewayWith, marisol, parcels, put, say } from '../../support/coordination.ts'
import { adminToken, type TestGateway } from '../../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await gatewayWith(marisol, consent)
})
afterEach(() => gateway.stop())

const json = { 'content-type': 'application/fhir+json' }
const write = (resource: { readonly [name: string]: unknown }) =>
  say(gateway, 'PUT', `/fhir/${resource.resourceType}/${resource.id}`, resource, json)
const refusal = (answer: { status: number; body: { issue: { code: string; expression: string[]; diagnostics: string }[] } }) => [
  answer.status,
  answer.body.issue[0]?.code,
  answer.body.issue[0]?.expression?.[0],
]

const sent = async () => {
  const made = await say(gateway, 'POST', '/coordination/referrals', {
    clientId: marisol.id,
    ...parcels,
    consentId: consent.id,
    doNotContact: 'no',
  })
  const member = `referrals/${made.body.id}`
  await event(gateway, member, 'send')
  const found = await say(gateway, 'GET', `/fhir/Task?focus=ServiceRequest/${made.body.id}`)
  return { member, id: made.body.id as string, task: found.body.entry[0].resource }
}
const read = async (member: string) => (await say(gateway, 'GET', `/coordination/${member}`)).body

describe('a referral by its resources', () => {
  it('is completed by its Task alone, and the answer is what then stands', async () => {
    const { member, id, task } = await sent()
    expect((await write({ ...task, status: 'accepted' })).status).toBe(200)
    const done = await write({ ...task, status: 'completed' })
    expect(done.status, JSON.stringify(done.body)).toBe(200)
    expect(done.body).toMatchObject({ status: 'completed', executionPeriod: { end: expect.stringMatching(/^2026-03-02T09:30/) } })
    expect(done.etag).toBe(`W/"${done.body.meta.versionId}"`)
    expect((await say(gateway, 'GET', `/fhir/Task/${task.id}`)).body).toEqual(done.body)
    expect(await read(member)).toMatchObject({ state: 'completed', requestStatus: 'completed', endedAt: expect.any(String) })
    expect((await say(gateway, 'GET', `/fhir/ServiceRequest/${id}`)).body.status).toBe('completed')
  })

  it('keeps what the partner says of its end', async () => {
    const { member, task } = await sent()
    await write({ ...task, status: 'accepted' })
    const reason = { text: 'moved away' }
    await write({ ...task, status: 'cancelled', statusReason: reason, executionPeriod: { end: '2026-03-01' } })
    expect(await read(member)).toMatchObject({ state: 'cancelled', statusReason: 'moved away', endedAt: '2026-03-01' })
  })

  it('is withdrawn when its request is revoked', async () => {
    const { member, id, task } = await sent()
    const { body } = await say(gateway, 'GET', `/fhir/ServiceRequest/${id}`)
    expect((await write({ ...body, status: 'revoked' })).status).toBe(200)
    expect(await read(member)).toMatchObject({ state: 'cancelled', requestStatus: 'revoked' })
    expect((await say(gateway, 'GET', `/fhir/Task/${task.id}`)).body.status).toBe('cancelled')
  })

  it('does not skip a step, and its authorisation does not move without it', async () => {
    const { member, id, task } = await sent()
    const skipped = await write({ ...task, status: 'in-progress' })
    expect(refusal(skipped)).toEqual([422, 'business-rule', 'Task.status'])
    expect(skipped.body.issue[0].diagnostics).toContain('accept (to accepted)')
    const { body } = await say(gateway, 'GET', `/fhir/ServiceRequest/${id}`)
    expect(refusal(await write({ ...body, status: 'on-hold' }))).toEqual([422, 'business-rule', 'ServiceRequest.status'])
    expect(refusal(await write({ ...body, code: { text: 'Another thing' } }))).toEqual([
      422,
      'business-rule',
      'ServiceRequest.code',
    ])
    expect(await read(member)).toMatchObject({ state: 'requested', requestStatus: 'active' })
  })

  it('a Task taken away would take the state with it', async () => {
    const { member, task } = await sent()
    await write({ ...task, status: 'accepted' })
    const gone = await say(gateway, 'DELETE', `/fhir/Task/${task.id}`)
    expect(refusal(gone)).toEqual([422, 'business-rule', 'Task.status'])
    expect((await read(member)).state).toBe('accepted')
  })

  it('does not become an order for a laboratory', async () => {
    const { id } = await sent()
    const { body } = await say(gateway, 'GET', `/fhir/ServiceRequest/${id}`)
    const laboratory = { coding: [{ system: 'http://snomed.info/sct', code: '108252007' }] }
    const changed = await write({ ...body, category: [laboratory], code: { text: 'Lithium level' } })
    expect(changed.status).toBe(422)
    expect(changed.body.issue[0].code).toBe('business-rule')
  })
})

const partner: Principal = {
  kind: 'connection',
  id: 'northwind-ehr',
  tenant: 'default',
  scopes: ['system/*.cruds'],
  purpose: 'TREAT',
  visible: 'everything',
}

const encounter = {
  resourceType: 'Encounter',
  id: 'enc-1',
  status: 'in-progress',
  class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
  subject: { reference: `Patient/${marisol.id}` },
  period: { start: '2026-03-02T09:00:00Z' },
}

describe('a write to which our rules add something', () => {
  const versions = async (name: string) =>
    (await say(gateway, 'GET', `/fhir/${name}/_history`)).body.entry.map(
      ({ resource }: { resource: { meta: { versionId: string } } }) => resource.meta.versionId,
    )
  const audited = async () => {
    const { store } = await gateway.gateway.context(partner)
    const { items } = await store.look({ ask: 'audit', count: 1 })
    return (items[0]!.entry as { entities: readonly string[] }).entities
  }

  it('is one version, and the answer names the one that stays', async () => {
    const { task } = await sent()
    const before = await versions(`Task/${task.id}`)
    await write({ ...task, status: 'accepted' })
    const started = await write({ ...(await say(gateway, 'GET', `/fhir/Task/${task.id}`)).body, status: 'in-progress' })
    expect((await write({ ...started.body, status: 'completed' })).status).toBe(200)
    const now = await say(gateway, 'GET', `/fhir/Task/${task.id}`)
    // The end of the work was added here.
    expect(now.body.executionPeriod.end).toEqual(expect.any(String))
    expect(await versions(`Task/${task.id}`)).toHaveLength(before.length + 3)
    const entities = await audited()
    expect(new Set(entities).size).toBe(entities.length)
    expect(entities).toContain(`Task/${task.id}/_history/${now.body.meta.versionId}`)
    // Whoever goes on from the answer is not told that somebody was quicker.
    const again = await say(
      gateway,
      'PUT',
      `/fhir/Task/${task.id}`,
      { ...now.body, description: 'Done' },
      { 'if-match': now.etag },
    )
    expect(again.status).toBe(200)
  })

  it('is one entry of a transaction, and owed to a partner once', async () => {
    const { task } = await sent()
    await write({ ...task, status: 'accepted' })
    const headers = { authorization: `Bearer ${adminToken}` }
    const connection = { name: 'east', kind: 'ehr', baseUrl: 'https://ehr.example/fhir', auth: { type: 'none' }, push: ['Task'] }
    await gateway.request('/admin/connections', { method: 'POST', headers, json: connection })
    const url = `Task/${task.id}`
    const { body } = await say(gateway, 'POST', '/fhir', {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        { resource: { ...task, status: 'completed' }, request: { method: 'PUT', url } },
        { request: { method: 'GET', url } },
      ],
    })
    const [made, seen] = body.entry
    expect(made.response.etag).toBe(`W/"${seen.resource.meta.versionId}"`)
    expect(made.response.location).toMatch(new RegExp(`${url}/_history/${seen.resource.meta.versionId}$`))
    expect((await say(gateway, 'GET', `/fhir/${url}`)).body).toEqual(seen.resource)
    const { items } = (await say(gateway, 'GET', '/admin/deliveries', undefined, headers)).body
    expect(items.map(({ resource, version }: { resource: string; version: number }) => [resource, String(version)])).toEqual([
      [task.id, seen.resource.meta.versionId],
    ])
  })
})

describe('a foreign record', () => {
  it('that says less than ours must is finished all the same', async () => {
    await put(gateway, encounter)
    const finished = { ...encounter, status: 'finished', period: { ...encounter.period, end: '2026-03-02T09:30:00Z' } }
    expect((await write(finished)).status).toBe(200)
    expect(await read('sessions/enc-1')).toMatchObject({ state: 'completed' })
    expect(refusal(await write(encounter))).toEqual([422, 'business-rule', 'Encounter.status'])
  })

  it('keeps its bytes where nothing follows from a change', async () => {
    await put(gateway, encounter)
    const text = JSON.stringify({ ...encounter, length: { value: 'L' } }).replace('"L"', '30.00')
    const answer = await gateway.request('/fhir/Encounter/enc-1', { method: 'PUT', headers: json, body: text })
    expect(await answer.text()).toContain('"length":{"value":30.00}')
    expect(answer.headers.get('etag')).toBe('W/"2"')
  })

  it('that breaks a rule of ours already may change, and may not break another', async () => {
    const plan = {
      resourceType: 'CarePlan',
      id: 'cpl-1',
      status: 'active',
      intent: 'plan',
      subject: { reference: `Patient/${marisol.id}` },
    }
    await put(gateway, plan)
    expect((await write({ ...plan, title: 'As before' })).status).toBe(200)
    await put(gateway, { ...plan, id: 'cpl-2', goal: [{ reference: 'Goal/gol-1' }] })
    expect(refusal(await write({ ...plan, id: 'cpl-2' }))[0]).toBe(422)
  })

  it('does not lose a state by a writer who does not know our words', async () => {
    const made = await say(gateway, 'POST', '/coordination/sessions', {
      clientId: marisol.id,
      kind: 'outreach',
      modality: 'in-person',
      renderer: { id: 'prc-okafor' },
    })
    const member = `sessions/${made.body.id}`
    for (const type of ['book', 'start']) await event(gateway, member, type)
    await event(gateway, member, 'complete', { actual: { start: '2026-03-02T08:00:00Z', end: '2026-03-02T08:50:00Z' } })
    await event(gateway, member, 'sign', { note: { plan: 'To knock again in a week' } })
    const { body } = await say(gateway, 'GET', `/fhir/Encounter/${made.body.id}`)
    const plain = { ...body, extension: body.extension.filter(({ url }: { url: string }) => !url.endsWith('/domain-state')) }
    expect((await write({ ...plain, reasonCode: [{ text: 'as agreed' }] })).status).toBe(200)
    expect((await read(member)).state).toBe('signed')
  })
})

describe('what is computed here', () => {
  const ours = (name: string) => `https://warm-handoff.example/fhir/StructureDefinition/${name}`
  const response = {
    resourceType: 'QuestionnaireResponse',
    id: 'asm-1',
    status: 'completed',
    subject: { reference: `Patient/${marisol.id}` },
    authored: '2026-03-01',
  }
  const forged = { ...response, extension: [{ url: ours('assessment-result'), valueCode: 'positive' }] }

  it('is not sent from outside, new or later', async () => {
    expect(refusal(await write(forged))).toEqual([
      422,
      'business-rule',
      expect.stringMatching(/^QuestionnaireResponse.extension/),
    ])
    const body = JSON.stringify(forged).replaceAll('/', '\\/')
    const escaped = await gateway.request('/fhir/QuestionnaireResponse/asm-1', { method: 'PUT', headers: json, body })
    expect(escaped.status).toBe(422)
    await put(gateway, response)
    expect(refusal(await write(forged))[0]).toBe(422)
  })

  it('comes with what a partner sends as its opinion: ours is the version after it', async () => {
    const desk = await gateway.gateway.desk(partner)
    const written = await desk.updateResource('QuestionnaireResponse', new TextEncoder().encode(JSON.stringify(forged)), {
      id: 'asm-1',
    })
    expect(written).toMatchObject({ ok: true, value: { version: 2 } })
    const [result] = (await say(gateway, 'GET', '/fhir/QuestionnaireResponse/asm-1')).body.extension
    expect(result.valueCode).toBe('not-scorable')
    expect((await say(gateway, 'GET', '/fhir/QuestionnaireResponse/asm-1/_history/1')).body.extension).toEqual(forged.extension)
  })
})

it('a partner’s move that our rules do not know is a conflict, and nothing of it is lost', async () => {
  const { member, task } = await sent()
  const desk = await gateway.gateway.desk(partner)
  const theirs = { ...task, status: 'in-progress', description: 'Began early' }
  const written = await desk.updateResource('Task', new TextEncoder().encode(JSON.stringify(theirs)), { id: task.id })
  expect(written.ok).toBe(true)
  expect((await read(member)).state).toBe('requested')
  const { body } = await say(gateway, 'GET', '/admin/conflicts', undefined, { authorization: `Bearer ${adminToken}` })
  expect(body.items).toMatchObject([
    { connection: 'northwind-ehr', resource: `ServiceRequest/${member.split('/')[1]}`, elements: ['state'] },
  ])
  expect((await say(gateway, 'GET', `/fhir/Task/${task.id}`)).body).toMatchObject({
    status: 'requested',
    description: 'Began early',
  })
  expect((await say(gateway, 'GET', `/fhir/Task/${task.id}/_history/3`)).body.status).toBe('in-progress')
})
