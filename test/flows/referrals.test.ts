/** A referral from the draft to the closed loop, as coordinators and partners live it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { consent, event, gatewayWith, make, marisol, patch, put, say, sdoh } from '../support/coordination.ts'
import type { TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await gatewayWith(marisol, consent)
})
afterEach(() => gateway.stop())

const pantry = {
  clientId: 'cli-marisol',
  kind: 'community-service',
  category: { system: sdoh, code: 'food-insecurity' },
  service: { codings: [{ system: 'http://snomed.info/sct', code: '467771000124109' }] },
  reasons: ['ned-hunger'],
  priority: 'urgent',
  intent: 'order',
  target: { id: 'svc-pantry' },
  consentId: 'con-marisol',
  doNotContact: 'no',
}
const made = async (more: object = {}) => {
  const answer = await say(gateway, 'POST', '/coordination/referrals', { ...pantry, ...more })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return `referrals/${answer.body.id}`
}
const fhir = async (type: string, id: string) => (await say(gateway, 'GET', `/fhir/${type}/${id}`)).body
const requestOf = (member: string) => fhir('ServiceRequest', member.split('/')[1]!)
const taskOf = async (member: string) => {
  const found = await say(gateway, 'GET', `/fhir/Task?code=fulfill&focus=ServiceRequest/${member.split('/')[1]}`)
  expect(found.body.entry).toHaveLength(1)
  return found.body.entry[0].resource
}

describe('a closed loop', () => {
  it('from draft to the client’s word, with ServiceRequest and Task in step', async () => {
    const member = await made()
    expect((await requestOf(member)).status).toBe('draft')
    expect(await taskOf(member)).toMatchObject({ status: 'draft', for: { reference: 'Patient/cli-marisol' } })

    const sent = await event(gateway, member, 'send')
    expect(sent).toMatchObject({
      state: 'requested',
      requestStatus: 'active',
      requestedAt: expect.stringMatching(/^2026-03-02T09:30:00/),
      respondBy: expect.stringMatching(/^2026-03-03T09:30:00/),
    })
    await event(gateway, member, 'receive')
    await event(gateway, member, 'accept')
    await event(gateway, member, 'start')
    expect(await taskOf(member)).toMatchObject({ status: 'in-progress', executionPeriod: { start: expect.any(String) } })
    expect((await requestOf(member)).status).toBe('active')

    const done = await event(gateway, member, 'complete', { outcome: { kind: 'partial', note: 'Two parcels of four.' } })
    expect(done).toMatchObject({ state: 'completed', requestStatus: 'completed' })
    const closed = await event(gateway, member, 'confirm-with-client', {
      needResolved: 'partly',
      clientConfirmed: { saidReceived: true, stillNeeded: true },
    })
    expect(closed).toMatchObject({ state: 'closed-confirmed', closure: 'confirmed', requestStatus: 'completed' })
    expect(await taskOf(member)).toMatchObject({
      status: 'completed',
      businessStatus: { coding: [{ code: 'closed-confirmed' }] },
    })
    expect((await say(gateway, 'GET', `/coordination/${member}`)).body).toMatchObject(closed)
  })

  it('a refusal leaves the request standing until somebody closes it', async () => {
    const member = await made()
    await event(gateway, member, 'send')
    const unreasoned = await say(gateway, 'POST', `/coordination/${member}/events`, { type: 'reject' })
    expect([unreasoned.status, unreasoned.body.code]).toEqual([422, 'rule-broken'])
    const rejected = await event(gateway, member, 'reject', { reason: 'No room this month' })
    expect(rejected).toMatchObject({ state: 'rejected', requestStatus: 'active', statusReason: 'No room this month' })

    const early = await say(gateway, 'POST', `/coordination/${member}/events`, { type: 'close-unconfirmed', reason: 'gone' })
    expect(early.status).toBe(422)
    gateway.clock.advance(31 * 24 * 3600_000)
    const closed = await event(gateway, member, 'close-unconfirmed', { reason: 'Nobody answers' })
    expect(closed).toMatchObject({
      state: 'closed-unconfirmed',
      requestStatus: 'revoked',
      outcome: { kind: 'not-provided' },
    })
    expect((await taskOf(member)).status).toBe('rejected')
    // The client calls after all.
    const word = { needResolved: 'no', clientConfirmed: { saidReceived: false, stillNeeded: true } }
    expect(await event(gateway, member, 'confirm-with-client', word)).toMatchObject({ state: 'closed-confirmed' })
  })

  it('an event out of turn is refused, and the allowed ones are named', async () => {
    const member = await made()
    const answer = await say(gateway, 'POST', `/coordination/${member}/events`, { type: 'accept' })
    expect(answer.status).toBe(409)
    expect(answer.body).toMatchObject({ code: 'illegal-event', allowed: ['send', 'discard', 'mark-error'] })
    const byClock = await say(gateway, 'POST', `/coordination/${member}/events`, { type: 'expire' })
    expect(byClock.body.code).toBe('illegal-event')
  })
})

describe('sending', () => {
  const refused = async (more: object) => {
    const member = await made(more)
    const answer = await say(gateway, 'POST', `/coordination/${member}/events`, { type: 'send' })
    expect((await say(gateway, 'GET', `/coordination/${member}`)).body.state).toBe('draft')
    return answer
  }

  it('needs a consent that is known, active, of this client, and in force', async () => {
    const { consentId: _, ...rest } = pantry
    const without = await say(gateway, 'POST', '/coordination/referrals', rest)
    expect(without.status).toBe(201)
    const sent = await say(gateway, 'POST', `/coordination/referrals/${without.body.id}/events`, { type: 'send' })
    expect([sent.status, sent.body.issues[0].path]).toEqual([422, 'consentId'])

    expect(await refused({ consentId: 'con-nobody' })).toMatchObject({ status: 422, body: { code: 'unresolved-reference' } })
    await put(gateway, { ...consent, id: 'con-old', provision: { period: { end: '2026-03-01' } } })
    expect((await refused({ consentId: 'con-old' })).body.code).toBe('guard-failed')
    await put(gateway, { ...consent, id: 'con-revoked', status: 'inactive' })
    expect((await refused({ consentId: 'con-revoked' })).body.code).toBe('guard-failed')
    await put(gateway, { ...consent, id: 'con-other', patient: { reference: 'Patient/cli-other' } })
    expect((await refused({ consentId: 'con-other' })).body.code).toBe('guard-failed')
  })

  it('at once is for a crisis alone', async () => {
    expect(await refused({ priority: 'stat' })).toMatchObject({
      status: 422,
      body: { code: 'guard-failed', issues: [{ path: 'priority' }] },
    })
    await make(gateway, 'crises', { clientId: 'cli-marisol', trigger: 'walk-in', riskTypes: ['violence'], level: 'high' })
    expect((await event(gateway, await made({ priority: 'stat' }), 'send')).state).toBe('requested')
  })

  it('fixes what was consented to', async () => {
    const member = await made()
    await event(gateway, member, 'send')
    const { body } = await say(gateway, 'GET', `/coordination/${member}`)
    const change = (to: object) => patch(gateway, member, to)
    expect(await change({ target: { id: 'svc-other' } })).toMatchObject({ status: 422, body: { issues: [{ path: 'target' }] } })
    expect(await change({ state: 'accepted' })).toMatchObject({ status: 422 })
    expect(await change({ closure: 'confirmed' })).toMatchObject({ status: 422 })
    const noted = await change({
      contactAttempts: [{ at: '2026-03-02T10:00:00Z', channel: 'phone', outcome: 'no-answer' }],
    })
    expect(noted.status, JSON.stringify(noted.body)).toBe(200)
    expect(noted.body).toMatchObject({ state: body.state, contactAttempts: [{ channel: 'phone', handle: expect.any(String) }] })
  })
})

it('nobody answered: stale by the clock alone, and shown as such', async () => {
  const member = await made()
  await event(gateway, member, 'send')
  expect((await say(gateway, 'GET', `/coordination/${member}`)).body.stale).toBeUndefined()
  gateway.clock.advance(25 * 3600_000)
  expect((await say(gateway, 'GET', `/coordination/${member}`)).body.stale).toBe(true)
  await event(gateway, member, 'accept')
  expect((await say(gateway, 'GET', `/coordination/${member}`)).body.stale).toBeUndefined()
})

it('a partner who completes its Task on /fhir completes the referral, and the request with it', async () => {
  const member = await made({ sensitivity: ['SUD'] })
  await event(gateway, member, 'send')
  const { meta: _, ...task } = await taskOf(member)
  // The partner knows nothing of labels, and accepts by its own word.
  await put(gateway, { ...task, status: 'ready' })
  expect((await say(gateway, 'GET', `/coordination/${member}`)).body.state).toBe('accepted')
  expect((await taskOf(member)).meta.security.map(({ code }: { code: string }) => code)).toEqual(['SUD'])
  expect((await requestOf(member)).status).toBe('active')
  await put(gateway, { ...task, status: 'completed' })
  expect((await say(gateway, 'GET', `/coordination/${member}`)).body).toMatchObject({
    state: 'completed',
    requestStatus: 'completed',
  })
  expect((await requestOf(member)).status).toBe('completed')
})

it('the Task bears the labels of its referral', async () => {
  const member = await made({ sensitivity: ['SUD'], legalBasis: ['42CFRPart2'], confidentiality: 'R' })
  const codes = (resource: { meta: { security: { code: string }[] } }) => resource.meta.security.map(({ code }) => code).sort()
  const task = await taskOf(member)
  expect(codes(task)).toEqual(['42CFRPart2', 'R', 'SUD'])
  expect(task.meta.versionId).toBe('1')
  const labelled = await patch(gateway, member, { sensitivity: ['SUD', 'HIV'] })
  expect(labelled.status).toBe(200)
  expect(codes(await taskOf(member))).toEqual(['42CFRPart2', 'HIV', 'R', 'SUD'])
})

it('what a body must not say is refused with its place', async () => {
  const bad = await say(gateway, 'POST', '/coordination/referrals', {
    ...pantry,
    reasons: [],
    priority: 'yesterday',
    intent: 'plan',
  })
  expect(bad.status).toBe(400)
  expect(bad.body.issues.map(({ path }: { path: string }) => path).sort()).toEqual(['intent', 'priority', 'reasons'])
})

it('the list of a client can be asked for by state', async () => {
  const first = await made()
  await made()
  await event(gateway, first, 'send')
  const list = async (query: string) =>
    (await say(gateway, 'GET', `/coordination/referrals?client=cli-marisol&${query}`)).body.items
  expect(await list('')).toHaveLength(2)
  expect((await list('state=requested')).map(({ id }: { id: string }) => `referrals/${id}`)).toEqual([first])
})
