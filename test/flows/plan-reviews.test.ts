/** A plan is reviewed when it is time, or when the ground under it moves: work for whoever has the client, done by the review. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { consent, event, make, marisol, put, say } from '../support/coordination.ts'
import { startGateway, systemDesk, type TestGateway } from '../support/gateway.ts'
import { openHospital } from '../support/hospital.ts'

let gateway: TestGateway
let plan: string
const day = 24 * 3600_000

beforeEach(async () => {
  gateway = await startGateway()
  await put(gateway, marisol)
  await put(gateway, consent)
  await put(gateway, { resourceType: 'PractitionerRole', id: 'prl-okafor' })
  const list = await made('caseloads', { coordinatorId: 'prl-okafor', capacityWeighted: 20 })
  await event(gateway, `caseloads/${list}`, 'assign', {
    ...{ clientId: 'cli-marisol', episodeId: 'epi-1', role: 'primary', acuity: 2 },
  })
  plan = `care-plans/${await made('care-plans', {
    ...{ clientId: 'cli-marisol', kind: 'coordination', title: 'Coming home', narrative: 'A home, and food.' },
    ...{ period: { start: '2026-03-02' }, author: { id: 'prc-okafor' }, needs: ['ned-1'], goals: ['gol-1'] },
  })}`
  await event(gateway, plan, 'activate')
})
afterEach(() => gateway.stop())

const made = (collection: string, body: object) => make(gateway, collection, body)
const read = async (member: string) => (await say(gateway, 'GET', `/coordination/${member}`)).body
const reviews = async () =>
  (await say(gateway, 'GET', '/coordination/work-items?client=cli-marisol')).body.items.filter(
    ({ kind }: { kind: string }) => kind === 'review-plan',
  )
const pass = async (days: number) => {
  gateway.clock.advance(days * day)
  return (await (await systemDesk(gateway)).openPlanReviews()) as { value: number }
}

describe('a plan of ninety days', () => {
  it('is put on the coordinator’s list two weeks before, once, and off it by the review', async () => {
    expect(await read(plan)).toMatchObject({ nextReviewOn: '2026-05-31' })
    expect([(await pass(75)).value, await reviews()]).toEqual([0, []])
    expect((await pass(1)).value).toBe(1)
    expect((await pass(0)).value).toBe(0)
    const [item, ...others] = await reviews()
    expect(others).toEqual([])
    expect(item).toMatchObject({
      ...{ about: `CarePlan/${plan.split('/')[1]}`, state: 'open', priority: 'routine', assignee: { id: 'prl-okafor' } },
      ...{ dueAt: '2026-05-31T23:59:59Z', sla: { policyId: 'plan-review', targetAt: '2026-05-31T23:59:59Z' } },
    })
    await pass(15)
    expect((await reviews())[0].sla.breachedAt).toBe('2026-05-31T23:59:59Z')

    expect(await event(gateway, plan, 'review')).toMatchObject({ state: 'active', nextReviewOn: '2026-08-30' })
    expect(await reviews()).toMatchObject([{ id: item.id, state: 'done' }])
    await pass(80)
    expect((await reviews()).map(({ state }: { state: string }) => state).sort()).toEqual(['done', 'open'])
  })

  it('that ends, or gives way to another, is reviewed no more', async () => {
    await pass(80)
    expect(await reviews()).toMatchObject([{ state: 'open' }])
    await event(gateway, plan, 'complete')
    expect(await reviews()).toMatchObject([{ state: 'done' }])
    expect(await read(plan)).not.toHaveProperty('nextReviewOn')
  })

  it('nobody writes when it is reviewed but the review', async () => {
    const { etag } = await say(gateway, 'GET', `/coordination/${plan}`)
    const headers = { 'if-match': etag, 'content-type': 'application/merge-patch+json' }
    await say(
      gateway,
      'PATCH',
      `/coordination/${plan}`,
      { nextReviewOn: '2030-01-01', reviewedAt: '2026-03-02T12:00:00Z' },
      headers,
    )
    expect(await read(plan)).toMatchObject({ nextReviewOn: '2026-05-31' })
    expect(await read(plan)).not.toHaveProperty('reviewedAt')
  })
})

describe('sooner', () => {
  it('a crisis wants a review within a week, and so does the end of a hospital stay', async () => {
    await pass(10)
    await made('crises', { clientId: 'cli-marisol', trigger: 'call-988', riskTypes: ['suicide'], level: 'acute' })
    expect(await read(plan)).toMatchObject({ nextReviewOn: '2026-03-19' })
    expect(await reviews()).toMatchObject([{ priority: 'urgent', dueAt: '2026-03-19T23:59:59Z', state: 'open' }])
    await event(gateway, plan, 'review')
    expect(await reviews()).toMatchObject([{ state: 'done' }])

    const stay = await made('discharges', {
      ...{ clientId: 'cli-marisol', facility: { external: { display: 'St. Brendan’s' } }, timeZone: 'America/New_York' },
      ...{ encounterClass: 'inpatient-acute-psych', admittedAt: '2026-03-13T08:00:00-05:00' },
      ...{ dischargedAt: '2026-03-14T23:40:00-04:00', disposition: { system: 'http://nubc.org/disposition', code: '01' } },
    })
    expect(await read(plan)).toMatchObject({ nextReviewOn: '2026-03-21' })
    expect((await reviews()).map(({ state }: { state: string }) => state).sort()).toEqual(['done', 'open'])
    await event(gateway, `discharges/${stay}`, 'enter-in-error', { reason: 'Another patient' })
    expect(await read(plan)).toMatchObject({ nextReviewOn: '2026-06-10' })
    expect((await reviews()).map(({ state }: { state: string }) => state)).toEqual(['done', 'done'])
  })
})

it('a hospital’s own message moves it in the commit that keeps the message, and back where the discharge is taken back', async () => {
  const hospital = await openHospital()
  const clientId = await hospital.register()
  const member = `care-plans/${await make(hospital, 'care-plans', {
    ...{ clientId, kind: 'coordination', title: 'Coming home', narrative: 'A home, and food.', author: { id: 'prc-okafor' } },
    ...{ period: { start: '2025-03-01' }, needs: ['ned-1'], goals: ['gol-1'] },
  })}`
  await event(hospital, member, 'activate')
  const standing = async () => {
    const { nextReviewOn } = (await say(hospital, 'GET', `/coordination/${member}`)).body
    return [nextReviewOn, (await hospital.list('work-items')).map(({ kind, priority, state }) => [kind, priority, state])]
  }
  expect(await standing()).toEqual(['2025-05-30', []])
  await hospital.send({ MSH: { 9: 'ADT^A01^ADT_A01', 10: 'SB-1000' }, EVN: { 1: 'A01' } })
  expect(await standing()).toEqual(['2025-05-30', []])
  await hospital.send()
  expect(await standing()).toEqual(['2025-03-17', [['review-plan', 'urgent', 'open']]])
  await hospital.send({ MSH: { 9: 'ADT^A13^ADT_A01', 10: 'SB-1002', 7: '20250311120000-0400' }, EVN: { 1: 'A13' } })
  expect(await standing()).toEqual(['2025-05-30', [['review-plan', 'urgent', 'done']]])
  await hospital.stop()
})
