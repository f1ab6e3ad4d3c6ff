/** What a record was before: who moved a referral, and how a plan was adjusted. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { consent, event, gatewayWith, make, marisol, patch, put, say, sdoh } from '../support/coordination.ts'
import type { TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await gatewayWith(marisol, consent)
})
afterEach(() => gateway.stop())

const read = async (member: string) => (await say(gateway, 'GET', `/coordination/${member}`)).body
const tick = () => gateway.clock.advance(60_000)

it('a referral tells each move: by whom, when, and why, whichever door it came by', async () => {
  const id = await make(gateway, 'referrals', {
    clientId: 'cli-marisol',
    kind: 'community-service',
    category: { system: sdoh, code: 'housing' },
    service: { codings: [], text: 'A room for the winter' },
    reasons: ['ned-roof'],
    priority: 'routine',
    intent: 'order',
    consentId: 'con-marisol',
    doNotContact: 'no',
  })
  const member = `referrals/${id}`
  expect((await read(member)).history).toEqual([])
  tick()
  await event(gateway, member, 'send', { actor: { id: 'prl-okafor' }, at: '2026-03-02T09:31:00Z' })
  tick()
  // The shelter says it on its Task: it was whoever wrote that.
  const [{ resource: task }] = (await say(gateway, 'GET', `/fhir/Task?focus=ServiceRequest/${id}`)).body.entry
  await put(gateway, { ...task, status: 'accepted' })
  tick()
  await patch(gateway, member, { patientInstruction: 'Ring twice' })
  await event(gateway, member, 'hold', { reason: 'No bed before Friday', actor: 'Night shelter' })
  tick()
  await event(gateway, member, 'cancel', { reason: 'Found a room' })
  const { history, state } = await read(member)
  expect(state).toBe('cancelled')
  expect(history).toEqual([
    { from: 'draft', to: 'requested', event: 'send', at: '2026-03-02T09:31:00Z', actor: 'PractitionerRole/prl-okafor' },
    { from: 'requested', to: 'accepted', event: 'accept', at: expect.stringMatching(/^2026-03-02T/), actor: 'local' },
    {
      ...{ from: 'accepted', to: 'on-hold', event: 'hold', actor: 'Night shelter', reason: 'No bed before Friday' },
      at: expect.any(String),
    },
    {
      from: 'on-hold',
      to: 'cancelled',
      event: 'cancel',
      reason: 'Found a room',
      at: expect.any(String),
      actor: expect.any(String),
    },
  ])
  // In a list it is left out, and who it was leaves the house with nothing.
  expect((await say(gateway, 'GET', '/coordination/referrals?client=cli-marisol')).body.items[0]).not.toHaveProperty('history')
  const body = await read(member)
  const { etag } = await say(gateway, 'GET', `/coordination/${member}`)
  expect(await say(gateway, 'PUT', `/coordination/${member}`, body, { 'if-match': etag })).toMatchObject({ status: 200, etag })
})

it('nobody says for themselves who changed a referral last', async () => {
  const plan = { clientId: 'cli-marisol', kind: 'wellness', title: 'Walks', narrative: 'Every day', period: {}, needs: ['ned-1'] }
  const forged = { ...plan, author: { id: 'prc-1' }, lastChange: { by: 'Somebody else', at: '2026-03-01' } }
  const { body } = await say(gateway, 'POST', '/coordination/care-plans', { ...forged, period: { start: '2026-03-01' } })
  expect(body).not.toHaveProperty('lastChange')
  const changed = await patch(gateway, `care-plans/${body.id}`, {
    title: 'Swims',
    lastChange: { by: 'Somebody else', at: '2026-03-01' },
  })
  expect(changed.body.lastChange).toEqual({ by: 'local', at: expect.stringMatching(/^2026-03-02T/) })
  // Nor is it refused of whoever writes again what they read before.
  const seen = (await say(gateway, 'GET', `/fhir/CarePlan/${body.id}`)).body
  await patch(gateway, `care-plans/${body.id}`, { title: 'Runs' })
  await put(gateway, { ...seen, title: 'Rests' })
  expect((await read(`care-plans/${body.id}`)).revisions).toMatchObject([
    { fromVersion: 1, by: 'local', diffSummary: 'title' },
    { fromVersion: 2, by: 'local', diffSummary: 'title' },
    { fromVersion: 3, by: 'local', diffSummary: 'title' },
  ])
})

it('a care plan tells how it was adjusted, version by version', async () => {
  const id = await make(gateway, 'care-plans', {
    clientId: 'cli-marisol',
    kind: 'coordination',
    title: 'Back home',
    narrative: 'After the hospital',
    period: { start: '2026-03-01' },
    author: { id: 'prc-okafor' },
    needs: ['ned-1'],
    goals: ['gol-1'],
  })
  const member = `care-plans/${id}`
  await event(gateway, member, 'activate', { actor: { type: 'Practitioner', id: 'prc-okafor' }, at: '2026-03-02T10:00:00Z' })
  tick()
  expect((await patch(gateway, member, { goals: ['gol-1', 'gol-2'], title: 'Back home, and to work' })).status).toBe(200)
  tick()
  await event(gateway, member, 'hold', { reason: 'In hospital again' })
  const { revisions } = await read(member)
  expect(revisions).toMatchObject([
    { fromVersion: 1, at: '2026-03-02T10:00:00Z', by: 'Practitioner/prc-okafor' },
    { fromVersion: 2, diffSummary: expect.stringMatching(/title.*goals|goals.*title/) },
    { fromVersion: 3, reason: 'In hospital again' },
  ])
  expect(revisions[1]).not.toHaveProperty('reason')
  expect(revisions[2].diffSummary.split(', ')).toEqual(expect.arrayContaining(['state', 'statusReason']))
})
