/** Work items: a clock that nobody sets, work that is handed on, and what is not done in time. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { system } from '../../src/gateway.ts'
import { event, gatewayWith, marisol, patch, put, say } from '../support/coordination.ts'
import type { TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await gatewayWith(marisol)
})
afterEach(() => gateway.stop())

const call = {
  kind: 'call',
  clientId: 'cli-marisol',
  what: 'Ask how the first night at home was',
  about: 'Encounter/dis-1',
  dueAt: '2026-03-03T17:00:00-05:00',
  assignee: { id: 'prl-okafor' },
}
const tried = (more: object = {}) => say(gateway, 'POST', '/coordination/work-items', { ...call, ...more })
const made = async (more: object = {}) => {
  const answer = await tried(more)
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return `work-items/${answer.body.id}`
}
const read = async (member: string) => (await say(gateway, 'GET', `/coordination/${member}`)).body
const taskOf = async (member: string) => (await say(gateway, 'GET', `/fhir/Task/${member.split('/')[1]}`)).body
const refused = (member: string, type: string, details: object = {}) =>
  say(gateway, 'POST', `/coordination/${member}/events`, { type, ...details })

it('is begun, put off, taken up again and done', async () => {
  const item = await made()
  expect(await read(item)).toMatchObject({ state: 'open', priority: 'routine' })
  expect((await refused(item, 'complete')).body).toMatchObject({
    code: 'illegal-event',
    allowed: expect.arrayContaining(['start']),
  })
  await event(gateway, item, 'start')
  expect((await refused(item, 'defer', { reason: 'No answer' })).body.issues[0].path).toBe('dueAt')
  expect((await refused(item, 'defer', { reason: 'No answer', dueAt: '2026-03-01T09:00:00Z' })).status).toBe(422)
  const later = await event(gateway, item, 'defer', { reason: 'No answer', dueAt: '2026-03-04T17:00:00-05:00' })
  expect(later).toMatchObject({ state: 'deferred', reason: 'No answer', dueAt: '2026-03-04T17:00:00-05:00' })
  await event(gateway, item, 'reopen')
  await event(gateway, item, 'start')
  expect((await event(gateway, item, 'complete')).state).toBe('done')
  expect(await taskOf(item)).toMatchObject({
    status: 'completed',
    code: { coding: [{ system: 'https://warm-handoff.example/fhir/CodeSystem/work-item-kind', code: 'call' }] },
    for: { reference: 'Patient/cli-marisol' },
    focus: { reference: 'Encounter/dis-1' },
    owner: { reference: 'PractitionerRole/prl-okafor' },
  })
})

it('says what it lacks', async () => {
  const { status, body } = await tried({ kind: 'laundry', dueAt: '2026-03-03', assignee: undefined })
  expect(status).toBe(400)
  expect(body.issues.map(({ path }: { path: string }) => path).sort()).toEqual(['assignee', 'dueAt', 'kind'])
})

describe('the clock of a service level', () => {
  it('starts with the item and counts by its urgency, on the client’s business days', async () => {
    const urgent = await read(await made({ priority: 'urgent', sla: { policyId: 'response' } }))
    expect(urgent.sla).toEqual({
      policyId: 'response',
      startedAt: expect.stringMatching(/^2026-03-02T09:30:00/),
      targetAt: expect.stringMatching(/^2026-03-03T09:30:00/),
    })
    const served = await read(await made({ sla: { policyId: 'time-to-service' } }))
    expect(served.sla.targetAt).toMatch(/^2026-03-16T/)
    expect((await tried({ sla: { policyId: 'whenever' } })).body.issues[0].path).toBe('sla.policyId')
  })

  it('is breached by time alone, seen at once and stamped in the record', async () => {
    const item = await made({ priority: 'stat', sla: { policyId: 'response' } })
    const done = await made({ priority: 'stat', sla: { policyId: 'response' } })
    await event(gateway, done, 'start')
    await event(gateway, done, 'complete')
    gateway.clock.advance(3600_000 + 1000)
    const { sla } = await read(item)
    expect(sla.breachedAt).toBe(sla.targetAt)
    expect((await taskOf(item)).businessStatus).toBeUndefined()
    const desk = await gateway.gateway.desk(system())
    expect(await desk.stampBreaches()).toEqual({ ok: true, value: 1 })
    expect(await desk.stampBreaches()).toEqual({ ok: true, value: 0 })
    expect((await taskOf(item)).businessStatus.coding[0].code).toBe('sla-breached')
    expect((await read(done)).sla).not.toHaveProperty('breachedAt')
    const found = await say(gateway, 'GET', '/fhir/Task?business-status=sla-breached')
    expect(found.body.entry.map(({ resource }: { resource: { id: string } }) => `work-items/${resource.id}`)).toEqual([item])
  })

  it('is not set, stopped or wound back by anybody', async () => {
    const item = await made({ sla: { policyId: 'response' } })
    const { body } = await say(gateway, 'GET', `/coordination/${item}`)
    const change = (sla: object | null) => patch(gateway, item, { sla })
    expect((await change({ targetAt: '2027-01-01T00:00:00Z' })).body.issues[0].path).toBe('sla')
    expect((await change({ breachedAt: body.sla.targetAt })).status).toBe(422)
    expect((await change(null)).status).toBe(422)
    expect((await change({ policyId: 'response' })).status).toBe(200)
  })
})

describe('handed on', () => {
  const supervised = {
    resourceType: 'PractitionerRole',
    id: 'prl-okafor',
    extension: [
      {
        url: 'https://warm-handoff.example/fhir/StructureDefinition/supervisor',
        valueReference: { reference: 'PractitionerRole/prl-haddad' },
      },
    ],
  }

  it('to somebody else, who begins afresh', async () => {
    const item = await made()
    await event(gateway, item, 'start')
    expect((await refused(item, 'assign')).body.issues[0].path).toBe('assignee')
    const moved = await event(gateway, item, 'assign', { assignee: { type: 'CareTeam', id: 'ctm-1' } })
    expect(moved).toMatchObject({ state: 'open', assignee: { type: 'CareTeam', id: 'ctm-1' } })
  })

  it('to the supervisor, more urgent, with the reason', async () => {
    await put(gateway, supervised)
    const item = await made()
    const risen = await event(gateway, item, 'escalate', { reason: 'Three calls without an answer' })
    expect(risen).toMatchObject({
      state: 'open',
      priority: 'urgent',
      assignee: { id: 'prl-haddad' },
      escalations: [{ to: 'PractitionerRole/prl-haddad', reason: 'Three calls without an answer' }],
    })
  })

  it('to whoever is named, where no supervisor is known', async () => {
    const item = await made({ priority: 'stat' })
    const nobody = await refused(item, 'escalate', { reason: 'No answer' })
    expect([nobody.status, nobody.body.issues[0].path]).toEqual([422, 'to'])
    const risen = await event(gateway, item, 'escalate', { reason: 'No answer', to: { id: 'prl-lin' } })
    expect(risen).toMatchObject({ priority: 'stat', assignee: { id: 'prl-lin' } })
  })
})

it('stands on the list by its due time, and in the client’s timeline', async () => {
  const late = await made({ dueAt: '2026-03-09T09:00:00-05:00' })
  const soon = await made()
  const { body } = await say(gateway, 'GET', '/coordination/work-items?client=cli-marisol&state=open')
  expect(body.items.map(({ id }: { id: string }) => `work-items/${id}`)).toEqual([soon, late])
  const due = await say(gateway, 'GET', '/coordination/work-items?due=le2026-03-05')
  expect(due.body.items).toHaveLength(1)
  const timeline = await say(gateway, 'GET', '/coordination/clients/cli-marisol/timeline')
  expect(timeline.body.items[0].collection).toBe('work-items')
})
