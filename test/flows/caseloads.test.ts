/** Caseloads: what a coordinator carries, who has whom, and what is to be done first. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { event, marisol, patch, put, say } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
const extension = [
  {
    url: 'https://warm-handoff.example/fhir/StructureDefinition/supervisor',
    valueReference: { reference: 'PractitionerRole/prl-haddad' },
  },
]
beforeEach(async () => {
  gateway = await startGateway()
  for (const name of ['marisol', 'dev', 'june']) await put(gateway, { ...marisol, id: `cli-${name}` })
  for (const id of ['prl-okafor', 'prl-osei']) await put(gateway, { resourceType: 'PractitionerRole', id, extension })
})
afterEach(() => gateway.stop())

const assigned = (name: string, more: object = {}) => ({
  clientId: `cli-${name}`,
  episodeId: `epi-${name}`,
  role: 'primary',
  acuity: 2,
  ...more,
})
const tried = (more: object = {}) =>
  say(gateway, 'POST', '/coordination/caseloads', { coordinatorId: 'prl-okafor', capacityWeighted: 4, ...more })
const made = async (more: object = {}) => {
  const answer = await tried(more)
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return `caseloads/${answer.body.id}`
}
const read = async (member: string) => (await say(gateway, 'GET', `/coordination/${member}`)).body
const refused = async (member: string, type: string, details: object) =>
  say(gateway, 'POST', `/coordination/${member}/events`, { type, ...details })
const supervisors = async () =>
  (await say(gateway, 'GET', '/fhir/Task?owner=PractitionerRole/prl-haddad')).body.entry?.map(
    ({ resource }: { resource: { status: string } }) => resource.status,
  ) ?? []

describe('the load', () => {
  it('is the sum of weights, by acuity unless said otherwise', async () => {
    const own = await made({ assignments: [assigned('marisol', { acuity: 3 }), assigned('dev', { weight: 0.5 })] })
    expect(await read(own)).toMatchObject({ load: 3, utilisation: 0.75, overload: false, overdueCount: 0 })
    await event(gateway, own, 'assign', assigned('june', { role: 'covering', to: '2026-03-09', from: '2026-03-03' }))
    expect((await read(own)).load).toBe(3)
    gateway.clock.advance(2 * 24 * 3600_000)
    expect((await read(own)).load).toBe(4.5)
    gateway.clock.advance(5 * 24 * 3600_000)
    expect((await read(own)).load).toBe(3)
  })

  it('that is too much is work for the supervisor, until it is not', async () => {
    const own = await made({ assignments: [assigned('marisol', { acuity: 4 })] })
    expect(await supervisors()).toEqual([])
    await event(gateway, own, 'assign', assigned('dev'))
    expect(await supervisors()).toEqual(['ready'])
    await event(gateway, own, 'assign', assigned('june', { role: 'backup' }))
    expect(await supervisors()).toEqual(['ready'])
    const other = await made({ coordinatorId: 'prl-osei' })
    await event(gateway, own, 'hand-over', { episodeId: 'epi-marisol', to: other.split('/')[1] })
    expect(await supervisors()).toEqual(['cancelled'])
    expect((await read(other)).load).toBe(4)
  })

  it('that was read can be sent back as it is', async () => {
    const own = await made({ assignments: [assigned('marisol')] })
    const { body, etag } = await say(gateway, 'GET', `/coordination/${own}`)
    const sent = await say(gateway, 'PUT', `/coordination/${own}`, body, { 'if-match': etag })
    expect([sent.status, sent.etag], JSON.stringify(sent.body)).toEqual([200, etag])
  })
})

describe('a client', () => {
  it('has one primary coordinator in each episode', async () => {
    await made({ assignments: [assigned('marisol')] })
    const second = await tried({ coordinatorId: 'prl-osei', assignments: [assigned('marisol')] })
    expect([second.status, second.body.code]).toEqual([409, 'conflict'])
    await made({ coordinatorId: 'prl-osei', assignments: [assigned('marisol', { role: 'backup' })] })
    await made({ coordinatorId: 'prl-osei', assignments: [assigned('marisol', { episodeId: 'epi-another' })] })
    expect((await tried({ assignments: [assigned('dev'), assigned('dev')] })).status).toBe(409)
  })

  it('is handed over in one step, with the note that goes with it', async () => {
    const own = await made({ assignments: [assigned('marisol')] })
    const other = await made({ coordinatorId: 'prl-osei' })
    const to = other.split('/')[1]
    expect((await refused(own, 'hand-over', { episodeId: 'epi-dev', to })).body.issues[0].path).toBe('episodeId')
    expect((await refused(own, 'hand-over', { episodeId: 'epi-marisol', to: 'cas-none' })).body.issues[0].path).toBe('to')
    await event(gateway, own, 'hand-over', { episodeId: 'epi-marisol', to, handoffNoteId: 'doc-1' })
    expect((await read(own)).assignments).toMatchObject([{ to: '2026-03-02', endReason: 'Handed over', handoffNoteId: 'doc-1' }])
    expect((await read(other)).assignments).toMatchObject([{ clientId: 'cli-marisol', role: 'primary', from: '2026-03-02' }])
  })

  it('is not let go of without a successor, unless the supervisor says so', async () => {
    const own = await made({ assignments: [assigned('marisol'), assigned('dev', { role: 'backup' })] })
    const ending = { episodeId: 'epi-marisol', reason: 'Moved to another county' }
    expect((await refused(own, 'end', ending)).status).toBe(422)
    expect((await refused(own, 'end', { ...ending, actor: 'PractitionerRole/prl-okafor' })).status).toBe(422)
    expect((await patch(gateway, own, { assignments: [] })).status).toBe(422)
    await event(gateway, own, 'end', { ...ending, actor: 'PractitionerRole/prl-haddad' })
    await event(gateway, own, 'end', { episodeId: 'epi-dev', role: 'backup', reason: 'Back from leave' })
    expect((await event(gateway, own, 'retire', { reason: 'Left' })).state).toBe('retired')
  })

  it('whose episode is over is nobody’s any more', async () => {
    const own = await made({ assignments: [assigned('marisol'), assigned('dev')] })
    const patient = { reference: 'Patient/cli-marisol' }
    await put(gateway, { resourceType: 'EpisodeOfCare', id: 'epi-marisol', status: 'active', patient })
    await event(gateway, 'episodes/epi-marisol', 'finish')
    expect(await read(own)).toMatchObject({ load: 1.5, assignments: [{ endReason: 'The episode is over' }, {}] })
  })
})

it('says what an assignment lacks', async () => {
  const { status, body } = await tried({ assignments: [{ clientId: 'cli-dev', role: 'covering', acuity: 5, weight: -1 }] })
  expect(status).toBe(400)
  const paths = body.issues.map(({ path }: { path: string }) => path)
  expect(paths).toEqual(expect.arrayContaining(['assignments.0.episodeId', 'assignments.0.acuity', 'assignments.0.weight']))
})

describe('the worklist', () => {
  const task = { kind: 'call', dueAt: '2026-03-03T17:00:00Z', assignee: { id: 'prl-okafor' } }
  const item = async (more: object) => {
    const answer = await say(gateway, 'POST', '/coordination/work-items', { ...task, ...more })
    expect(answer.status, JSON.stringify(answer.body)).toBe(201)
    return answer.body.id
  }

  it('shows what is theirs in its order, and why', async () => {
    const own = await made({ assignments: [assigned('marisol', { acuity: 4 }), assigned('dev', { acuity: 1 })] })
    const calm = await item({ clientId: 'cli-dev' })
    const ill = await item({ clientId: 'cli-marisol' })
    const urgent = await item({ clientId: 'cli-dev', priority: 'urgent', dueAt: '2026-03-09T17:00:00Z' })
    const late = await item({ priority: 'urgent', sla: { policyId: 'response' }, dueAt: '2026-03-20T17:00:00Z' })
    const teams = await item({ clientId: 'cli-dev', assignee: { type: 'CareTeam', id: 'ctm-1' }, dueAt: '2026-03-30T17:00:00Z' })
    await item({ clientId: 'cli-dev', assignee: { id: 'prl-osei' } })
    await item({ clientId: 'cli-june', assignee: { id: 'prl-osei' } })
    const done = await item({ clientId: 'cli-dev' })
    await event(gateway, `work-items/${done}`, 'cancel', { reason: 'Not needed' })
    gateway.clock.advance(36 * 3600_000)
    const { status, body } = await say(gateway, 'GET', `/coordination/${own}/worklist`)
    expect(status, JSON.stringify(body)).toBe(200)
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual([late, urgent, ill, calm, teams])
    expect(body.items[0].reasons.map(({ code }: { code: string }) => code)).toEqual(['sla-breached', 'urgent', 'due'])
    expect(body.items[2].reasons).toContainEqual({ code: 'acuity', level: 4 })
    expect(await read(own)).toMatchObject({ overdueCount: 3, contactsDueThisWeek: 3 })

    const first = await say(gateway, 'GET', `/coordination/${own}/worklist?limit=2`)
    expect(first.body.items).toEqual(body.items.slice(0, 2))
    const rest = await say(gateway, 'GET', `/coordination/${own}/worklist?limit=9&after=${first.body.next}`)
    expect([rest.body.items, rest.body.next]).toEqual([body.items.slice(2), null])
  })

  it('is nobody’s where there is no caseload', async () => {
    expect((await say(gateway, 'GET', '/coordination/caseloads/cas-none/worklist')).status).toBe(404)
    const own = await made()
    expect((await say(gateway, 'GET', `/coordination/${own}/worklist?after=x`)).status).toBe(400)
    expect((await say(gateway, 'GET', `/coordination/${own}/worklist`)).body).toEqual({ items: [], next: null })
  })
})
