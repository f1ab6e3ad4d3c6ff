/** A group that met: what happened with each member is a record of its own, and tells nothing of the others. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { event, marisol, put, say } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await startGateway()
  for (const name of ['marisol', 'dev', 'june']) await put(gateway, { ...marisol, id: `cli-${name}` })
})
afterEach(() => gateway.stop())

const actual = { start: '2026-03-02T10:00:00-05:00', end: '2026-03-02T11:30:00-05:00' }
const tried = (more: object = {}) =>
  say(gateway, 'POST', '/coordination/group-sessions', {
    topic: 'Sleep',
    curriculum: 'Better nights, week 2',
    facilitator: { id: 'prc-okafor' },
    members: ['marisol', 'dev', 'june'].map((name) => ({ clientId: `cli-${name}` })),
    sensitivity: ['SUD'],
    ...more,
  })
const made = async (more: object = {}) => {
  const answer = await tried(more)
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return `group-sessions/${answer.body.id}`
}
const sessionsOf = async (name: string) => (await say(gateway, 'GET', `/coordination/sessions?client=cli-${name}`)).body.items
const refused = (member: string, details: object) =>
  say(gateway, 'POST', `/coordination/${member}/events`, { type: 'hold', ...details })

describe('a group that was held', () => {
  it('is a session of each member’s own, to be signed and billed by itself', async () => {
    const group = await made()
    expect(await sessionsOf('marisol')).toEqual([])
    const held = await event(gateway, group, 'hold', { actual, absent: ['cli-june'] })
    expect(held.sessions.map(({ clientId, state }: { clientId: string; state: string }) => [clientId, state]).sort()).toEqual([
      ['cli-dev', 'completed'],
      ['cli-june', 'no-show'],
      ['cli-marisol', 'completed'],
    ])
    const [own] = await sessionsOf('marisol')
    expect(own).toMatchObject({
      kind: 'group-counselling',
      actual,
      renderer: { id: 'prc-okafor' },
      group: { groupSessionId: held.id, size: 2, topic: 'Sleep' },
      sensitivity: ['SUD'],
    })
    expect((await event(gateway, `sessions/${own.id}`, 'sign', { note: { response: 'Listened' } })).state).toBe('signed')
    expect((await sessionsOf('dev'))[0].state).toBe('completed')
  })

  it('tells in no member’s record who else was there', async () => {
    await event(gateway, await made(), 'hold', { actual })
    const [own] = await sessionsOf('marisol')
    const encounter = JSON.stringify((await say(gateway, 'GET', `/fhir/Encounter/${own.id}`)).body)
    expect(encounter).toContain('cli-marisol')
    expect(encounter).not.toMatch(/cli-dev|cli-june/)
  })

  it('makes each record once, whatever is written afterwards', async () => {
    const group = await made()
    await event(gateway, group, 'hold', { actual })
    const { etag } = await say(gateway, 'GET', `/coordination/${group}`)
    const headers = { 'if-match': etag, 'content-type': 'application/merge-patch+json' }
    expect((await say(gateway, 'PATCH', `/coordination/${group}`, { topic: 'Sleep and rest' }, headers)).status).toBe(200)
    expect(await sessionsOf('dev')).toHaveLength(1)
    const now = await say(gateway, 'GET', `/coordination/${group}`)
    const fewer = { members: now.body.members.slice(1) }
    const changed = await say(gateway, 'PATCH', `/coordination/${group}`, fewer, { ...headers, 'if-match': now.etag })
    expect([changed.status, changed.body.issues[0].path]).toEqual([422, 'members'])
  })
})

describe('a group of one', () => {
  it('is none when it is planned', async () => {
    const { status, body } = await tried({ members: [{ clientId: 'cli-dev' }] })
    expect([status, body.issues[0].path]).toEqual([400, 'members'])
  })

  it('is none when only one came', async () => {
    const group = await made()
    const one = await refused(group, { actual, absent: ['cli-june', 'cli-dev'] })
    expect([one.status, one.body.issues[0].path]).toEqual([422, 'absent'])
    expect(await sessionsOf('marisol')).toEqual([])
  })
})

it('says what does not fit', async () => {
  const twice = await tried({ members: [{ clientId: 'cli-dev' }, { clientId: 'cli-dev' }] })
  expect(twice.body.issues[0].message).toBe('name somebody twice')
  expect((await tried({ maxSize: 2 })).status).toBe(400)
  const group = await made()
  expect((await refused(group, {})).status).toBe(400)
  expect((await refused(group, { actual: { start: actual.end, end: actual.start } })).body.issues[0].path).toBe('actual.end')
  expect((await refused(group, { actual, absent: ['cli-nobody'] })).body.issues[0].path).toBe('absent')
  await event(gateway, group, 'cancel', { reason: 'Snow' })
  expect((await refused(group, { actual })).status).toBe(409)
})
