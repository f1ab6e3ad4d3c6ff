/** Work that nobody has to think of: what needs somebody is on a worklist at once, and leaves it when it is settled. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { consent, event, gatewayWith, make, marisol, put, say, sdoh } from '../support/coordination.ts'
import { systemDesk, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await gatewayWith(marisol, consent)
})
afterEach(() => gateway.stop())

const made = (collection: string, body: object) => make(gateway, collection, body)
const read = async (member: string) => (await say(gateway, 'GET', `/coordination/${member}`)).body
const work = async () => (await say(gateway, 'GET', '/coordination/work-items?client=cli-marisol')).body.items
const minute = 60_000
const clinician = { id: 'prc-okafor' }

describe('a crisis', () => {
  const opened = (level = 'acute') =>
    made('crises', { clientId: 'cli-marisol', trigger: 'call-988', riskTypes: ['suicide'], level })
  const caseload = async () => {
    await put(gateway, { resourceType: 'PractitionerRole', id: 'prl-lead', practitioner: { reference: 'Practitioner/prc-lead' } })
    const supervisor = [
      {
        url: 'https://warm-handoff.example/fhir/StructureDefinition/supervisor',
        valueReference: { reference: 'PractitionerRole/prl-lead' },
      },
    ]
    await put(gateway, { resourceType: 'PractitionerRole', id: 'prl-okafor', extension: supervisor })
    const list = await made('caseloads', { coordinatorId: 'prl-okafor', capacityWeighted: 20 })
    const assigned = { clientId: 'cli-marisol', episodeId: 'epi-1', role: 'primary', acuity: 2 }
    const { status, body } = await say(gateway, 'POST', `/coordination/caseloads/${list}/events`, { type: 'assign', ...assigned })
    expect(status, JSON.stringify(body)).toBe(200)
  }

  it('is work by the clock that sends it up the line, to the supervisor in the end, and done when it is acknowledged', async () => {
    await caseload()
    const id = await opened()
    const [item, ...others] = await work()
    expect(others).toEqual([])
    expect(item).toMatchObject({
      ...{ kind: 'crisis-check', priority: 'stat', about: `Flag/${id}`, state: 'open', assignee: { id: 'prl-okafor' } },
      ...{ sla: { policyId: 'crisis-acknowledgement', targetAt: (await read(`crises/${id}`)).acknowledgeBy } },
      ...{ sensitivity: ['PSY'], confidentiality: 'R' },
    })
    gateway.clock.advance(16 * minute)
    expect((await work())[0].sla.breachedAt).toBe(item.sla.targetAt)
    await (await systemDesk(gateway)).escalateCrises()
    expect((await work())[0]).toMatchObject({ escalations: [{ at: item.sla.targetAt }], assignee: { id: 'prl-lead' } })
    await event(gateway, `crises/${id}`, 'acknowledge', { clinician })
    expect(await work()).toMatchObject([{ id: item.id, state: 'done' }])
  })

  it('is acknowledged by whoever does that work, if they may', async () => {
    const id = await opened('high')
    const [{ id: item }] = await work()
    const qualification = [{ code: { text: 'LCSW' }, period: { end: '2025-12-31' } }]
    await put(gateway, { resourceType: 'Practitioner', id: 'prc-lapsed', qualification })
    await event(gateway, `work-items/${item}`, 'assign', { assignee: { id: 'prc-lapsed', type: 'Practitioner' } })
    await event(gateway, `work-items/${item}`, 'start')
    const refused = await say(gateway, 'POST', `/coordination/work-items/${item}/events`, { type: 'complete' })
    expect([refused.status, refused.body.issues[0].path]).toEqual([422, 'clinician'])
    expect(await read(`crises/${id}`)).toMatchObject({ state: 'open' })
    await put(gateway, { resourceType: 'Practitioner', id: 'prc-okafor', qualification: [{ code: { text: 'LCSW' } }] })
    await event(gateway, `work-items/${item}`, 'assign', { assignee: { id: 'prc-okafor', type: 'Practitioner' } })
    // On /fhir the Task is begun, and then completed.
    const task = (await say(gateway, 'GET', `/fhir/Task/${item}`)).body
    await put(gateway, { ...task, status: 'in-progress' })
    await put(gateway, { ...task, status: 'completed' })
    expect(await read(`crises/${id}`)).toMatchObject({ state: 'acknowledged', acknowledgedBy: { clinician } })
  })

  it('is acknowledged and resolved on /fhir, by the same rules', async () => {
    const id = await opened()
    const flag = (await say(gateway, 'GET', `/fhir/Flag/${id}`)).body
    const own = (name: string) => `https://warm-handoff.example/fhir/StructureDefinition/${name}`
    const state = flag.extension.find(({ url }: { url: string }) => /state/.test(url))
    const others = flag.extension.filter((one: object) => one !== state)
    const inState = (valueCode: string, ...more: readonly object[]) => ({
      ...flag,
      extension: [...others, { url: own('domain-state'), valueCode }, ...more],
    })
    const url = `/fhir/Flag/${id}`
    const bare = await say(gateway, 'PUT', url, inState('acknowledged'))
    expect([bare.status, bare.body.issue[0].details?.text ?? bare.body.issue[0].diagnostics]).toEqual([422, expect.anything()])
    const by = {
      url: own('acknowledged-by'),
      extension: [
        { url: 'clinician', valueReference: { reference: 'Practitioner/prc-okafor' } },
        { url: 'at', valueDateTime: '2026-03-02T09:35:00Z' },
      ],
    }
    await put(gateway, inState('acknowledged', by))
    expect(await read(`crises/${id}`)).toMatchObject({ state: 'acknowledged', acknowledgedBy: { clinician } })
    await put(gateway, inState('stabilising', by))
    // A grave one has its disposition, which stands in the Procedure.
    expect((await say(gateway, 'PUT', url, inState('resolved', by))).status).toBe(422)
    const { headers } = await gateway.request(`/coordination/crises/${id}`)
    const changed = await say(
      gateway,
      'PATCH',
      `/coordination/crises/${id}`,
      { disposition: 'stabilised-in-place' },
      { 'if-match': headers.get('etag')!, 'content-type': 'application/merge-patch+json' },
    )
    expect(changed.status, JSON.stringify(changed.body)).toBe(200)
    await put(gateway, inState('resolved', by))
    expect(await read(`crises/${id}`)).toMatchObject({ state: 'resolved', followUps: [expect.any(String)] })
  })

  it('is not followed up before somebody has seen the client again', async () => {
    const id = await opened('moderate')
    await event(gateway, `crises/${id}`, 'acknowledge', { clinician })
    await event(gateway, `crises/${id}`, 'stabilise')
    const { followUps } = await event(gateway, `crises/${id}`, 'resolve')
    const refused = await say(gateway, 'POST', `/coordination/crises/${id}/events`, { type: 'follow-up' })
    expect([refused.status, refused.body.issues[0].path]).toEqual([422, 'followUps'])
    await event(gateway, `follow-ups/${followUps[0]}`, 'add-evidence', {
      ref: 'Encounter/ses-1',
      occurredAt: '2026-03-03T10:00:00Z',
    })
    expect(await event(gateway, `crises/${id}`, 'follow-up')).toMatchObject({ state: 'followed-up' })
  })
})

describe('a referral', () => {
  const sent = async (details: object = {}, more: object = {}) => {
    const id = await made('referrals', {
      ...{ clientId: 'cli-marisol', kind: 'community-service', category: { system: sdoh, code: 'food-insecurity' } },
      ...{ service: { text: 'Food' }, reasons: ['ned-1'], priority: 'urgent', intent: 'order', consentId: 'con-marisol' },
      ...{ doNotContact: 'no', ...more },
    })
    await event(gateway, `referrals/${id}`, 'send', details)
    return id
  }

  it('that is turned down asks for another service, once, and the referral stays what it is', async () => {
    const id = await sent()
    expect(await work()).toEqual([])
    await event(gateway, `referrals/${id}`, 'reject', { reason: 'No room' })
    const [item, ...others] = await work()
    expect(others).toEqual([])
    expect(item).toMatchObject({ kind: 'referral-chase', about: `ServiceRequest/${id}`, priority: 'urgent', state: 'open' })
    expect(await read(`referrals/${id}`)).toMatchObject({ state: 'rejected', statusReason: 'No room' })
    // Its day stays what it was, whatever is written later.
    gateway.clock.advance(24 * 60 * minute)
    const { body } = await say(gateway, 'GET', `/fhir/ServiceRequest/${id}`)
    await put(gateway, { ...body, note: [{ text: 'Called' }] })
    expect(await work()).toMatchObject([{ id: item.id, dueAt: item.dueAt }])
    gateway.clock.advance(31 * 24 * 60 * minute)
    await event(gateway, `referrals/${id}`, 'close-unconfirmed', { reason: 'Sent elsewhere' })
    expect(await work()).toMatchObject([{ id: item.id, state: 'done' }])
  })

  it('that is turned down on a Friday evening of hers gives her Monday, though it is Saturday elsewhere', async () => {
    const id = await sent()
    gateway.clock.advance(Date.parse('2026-03-07T01:00:00Z') - gateway.clock.now)
    await event(gateway, `referrals/${id}`, 'reject', { reason: 'No room' })
    expect(await work()).toMatchObject([{ kind: 'referral-chase', dueAt: expect.stringMatching('^2026-03-10T01:00:00') }])
  })

  it('that nobody answers is gone after, until somebody does', async () => {
    const id = await sent()
    const desk = await systemDesk(gateway)
    expect(await desk.chaseReferrals()).toEqual({ ok: true, value: 0 })
    gateway.clock.advance(4 * 24 * 60 * minute)
    expect(await desk.chaseReferrals()).toEqual({ ok: true, value: 1 })
    expect(await desk.chaseReferrals()).toEqual({ ok: true, value: 0 })
    expect(await work()).toMatchObject([{ kind: 'referral-chase', about: `ServiceRequest/${id}`, state: 'open' }])
    await event(gateway, `referrals/${id}`, 'accept')
    expect((await work()).map((one: { what: string; state: string }) => [one.state, one.what]).sort()).toEqual([
      ['done', 'Nobody has answered this referral'],
      ['open', 'Accepted: see that the service begins'],
    ])
  })

  it.each([
    ['urgent', '2026-03-03', 'response', 'hold', { reason: 'Waiting list' }],
    ['routine', '2026-03-16', 'time-to-service', 'start', {}],
  ])('that is accepted (%s) has begun by %s, or somebody sees to it', async (priority, day, policyId, type, more) => {
    const id = await sent({}, { priority })
    await event(gateway, `referrals/${id}`, 'accept')
    const [item, ...others] = await work()
    expect(others).toEqual([])
    expect(item).toMatchObject({
      kind: 'referral-chase',
      about: `ServiceRequest/${id}`,
      priority,
      state: 'open',
      sla: { policyId },
    })
    expect([item.dueAt.slice(0, 10), item.sla.targetAt]).toEqual([day, item.dueAt])
    // Later writes do not wind the clock back.
    gateway.clock.advance(24 * 60 * minute)
    const { body } = await say(gateway, 'GET', `/fhir/ServiceRequest/${id}`)
    await put(gateway, { ...body, note: [{ text: 'Called' }] })
    expect(await work()).toMatchObject([{ dueAt: item.dueAt, sla: { targetAt: item.dueAt } }])
    gateway.clock.advance(20 * 24 * 60 * minute)
    expect((await work())[0].sla.breachedAt).toBe(item.dueAt)
    await event(gateway, `referrals/${id}`, type, more)
    expect(await work()).toMatchObject([{ id: item.id, state: 'done' }])
  })

  it('that has expired unanswered is cancelled, and nobody goes after it any more', async () => {
    const desk = await systemDesk(gateway)
    const id = await sent({ expiresAt: '2026-03-06T09:30:00Z' })
    const answered = await sent({ expiresAt: '2026-03-06T09:30:00Z' })
    await event(gateway, `referrals/${answered}`, 'accept')
    gateway.clock.advance(3 * 24 * 60 * minute)
    expect(await desk.expireReferrals()).toEqual({ ok: true, value: 0 })
    expect(await desk.chaseReferrals()).toEqual({ ok: true, value: 1 })
    gateway.clock.advance((24 * 60 + 1) * minute)
    expect(await desk.expireReferrals()).toEqual({ ok: true, value: 1 })
    expect(await desk.expireReferrals()).toEqual({ ok: true, value: 0 })
    expect(await read(`referrals/${id}`)).toMatchObject({ state: 'cancelled', requestStatus: 'revoked', statusReason: 'expired' })
    expect((await read(`referrals/${id}`)).history.at(-1)).toMatchObject({ from: 'requested', event: 'expire' })
    expect((await read(`referrals/${answered}`)).state).toBe('accepted')
    const states = async () => (await work()).map((one: { what: string; state: string }) => [one.what, one.state])
    expect(await states()).toContainEqual(['Nobody has answered this referral', 'done'])
  })

  it('is not mistaken for the work about it', async () => {
    const id = await sent()
    await made('work-items', {
      ...{ kind: 'call', clientId: 'cli-marisol', about: `ServiceRequest/${id}`, assignee: { id: 'prl-okafor' } },
      dueAt: '2026-03-05T10:00:00Z',
    })
    expect(await read(`referrals/${id}`)).toMatchObject({ state: 'requested', priority: 'urgent' })
    expect(await event(gateway, `referrals/${id}`, 'accept')).toMatchObject({ state: 'accepted' })
  })
})

it('an authorization is asked after, and a denial becomes an advocacy with its last day', async () => {
  const id = await made('authorizations', {
    ...{ clientId: 'cli-marisol', coverageId: 'cov-1', provider: { id: 'org-x' }, insurer: { id: 'org-payer' } },
    items: [{ sequence: 1, code: 'T1017', unitsRequested: '10' }],
  })
  await event(gateway, `authorizations/${id}`, 'submit')
  expect(await work()).toMatchObject([{ kind: 'authorise', about: `Claim/${id}`, dueAt: expect.stringMatching('^2026-03-09T') }])
  await event(gateway, `authorizations/${id}`, 'deny', { reason: 'Not medically necessary' })
  const { items } = (await say(gateway, 'GET', '/coordination/advocacy?client=cli-marisol')).body
  expect(items).toMatchObject([
    {
      ...{ kind: 'denied-service', state: 'open', authority: 'none', appealOf: { id }, target: { id: 'org-payer' } },
      deadline: '2026-05-01',
    },
  ])
  const open = (await work()).filter(({ state }: { state: string }) => state === 'open')
  expect(open).toMatchObject([{ kind: 'obligation', about: `Task/${items[0].id}`, dueAt: '2026-05-01T23:59:59Z' }])
  // The day moves with the action, and goes with it.
  await event(gateway, `advocacy/${items[0].id}`, 'close', { outcome: 'withdrawn' })
  expect((await work()).every(({ state }: { state: string }) => state === 'done')).toBe(true)
  expect((await read(`authorizations/${id}`)).state).toBe('denied')
})

describe('measurements that get worse', () => {
  const phq9 = { system: 'http://loinc.org', code: '44261-6' }
  const aGoal = () =>
    made('goals', {
      ...{ clientId: 'cli-marisol', statement: { text: 'To feel better' }, addresses: ['ned-1'], expressedBy: 'client' },
      measures: [{ code: phq9 }],
    })
  const measured = (goal: string, at: string, value: number) =>
    made('progress', {
      ...{ clientId: 'cli-marisol', goalIds: [goal], code: phq9, value: { integer: value }, at, source: 'self-report' },
      direction: 'lower-better',
    })

  it('ask for a review within two business days, once, until they turn', async () => {
    const goal = await aGoal()
    for (const [day, value] of [
      ['05', 5],
      ['10', 9],
    ] as const)
      await measured(goal, `2026-01-${day}`, value)
    expect(await work()).toEqual([])
    await measured(goal, '2026-01-15', 14)
    await measured(goal, '2026-01-20', 19)
    const [item, ...others] = await work()
    expect(others).toEqual([])
    expect(item).toMatchObject({
      kind: 'review-plan',
      about: `Goal/${goal}`,
      state: 'open',
      dueAt: expect.stringMatching('^2026-03-04T'),
    })
    for (const [day, value] of [
      ['25', 8],
      ['28', 6],
    ] as const)
      await measured(goal, `2026-01-${day}`, value)
    expect(await work()).toMatchObject([{ id: item.id, state: 'done' }])
  })

  it('by assessments, too', async () => {
    const goal = await aGoal()
    const items = ['44250-9', '44255-8', '44259-0', '44254-1', '44251-7', '44258-2', '44252-5', '44253-3', '44260-8']
    for (const many of [0, 3, 7]) {
      const id = await made('assessments', {
        ...{ clientId: 'cli-marisol', kind: 'instrument', instrument: { id: 'phq-9' }, mode: 'phone', respondent: 'client' },
        administeredAt: '2026-03-02T10:00:00Z',
        items: items.map((code, i) => ({
          linkId: `/${code}`,
          answers: [{ coding: { system: 'http://loinc.org', code: i < many ? 'LA6570-1' : 'LA6568-5' } }],
        })),
      })
      await event(gateway, `assessments/${id}`, 'start')
      await event(gateway, `assessments/${id}`, 'complete')
      gateway.clock.advance(24 * 60 * minute)
    }
    expect(await work()).toMatchObject([{ kind: 'review-plan', about: `Goal/${goal}` }])
  })
})
