/** Care management by the month: signed minutes add up until they reach what the code wants, and each counts once. */
import { beforeEach, describe, expect, it } from 'vitest'
import { type Agency, ack, agreed, type Body, feed, openAgency, tell, visited } from '../support/billing.ts'
import { systemDesk } from '../support/gateway.ts'

let agency: Agency
beforeEach(async () => {
  agency = await openAgency()
})

const monthly = { procedureCode: 'G0019' }
const bundles = async () => (await agency.get(`/coordination/monthly-bundles?client=${agency.client}`)).items as Body[]

it('signed sessions of a month are one bundle, reached when the minutes are', async () => {
  const first = await agency.sign(monthly, 40)
  expect(await bundles()).toMatchObject([
    { month: '2026-03', code: 'G0019', thresholdMinutes: 60, minutes: 40, state: 'accumulating' },
  ])
  const second = await agency.sign({ ...monthly, minutesIndirect: 5 }, 15)
  expect(await bundles()).toMatchObject([{ minutes: 60, state: 'reached' }])
  const [bundle] = await bundles()
  expect((bundle!.contributions as Body[]).map(({ sessionId }) => sessionId).sort()).toEqual([first, second].sort())
  expect(await agency.get(`/fhir/Account/${bundle!.id}`)).toMatchObject({
    status: 'active',
    type: { coding: [{ code: 'monthly-bundle' }] },
    servicePeriod: { start: '2026-03', end: '2026-03' },
  })
})

it('what is taken back counts no more, and what did not reach it is closed by the calendar', async () => {
  const first = await agency.sign(monthly, 40)
  await agency.sign(monthly, 30)
  expect(await bundles()).toMatchObject([{ minutes: 70, state: 'reached' }])
  await agency.event(`sessions/${first}`, { type: 'mark-error', reason: 'Another client' })
  expect(await bundles()).toMatchObject([{ minutes: 30, state: 'accumulating' }])
  agency.gateway.clock.advance(31 * 24 * 3600_000)
  expect(await bundles()).toMatchObject([{ minutes: 30, state: 'closed-short' }])
})

it('sessions billed by themselves are in none, and nobody writes one', async () => {
  await agency.sign({}, 60)
  expect(await bundles()).toEqual([])
  const answer = await agency.gateway.request('/coordination/monthly-bundles', { method: 'POST', json: {} })
  expect(answer.status).toBe(405)
})

describe('when the month is over', () => {
  const day = 24 * 3600_000
  /** Moves on by so many days, and lets the clock do its work. */
  const pass = async (days: number) => {
    agency.gateway.clock.advance(days * day)
    return (await (await systemDesk(agency.gateway)).chargeMonths()) as { value: number }
  }
  const lines = async () =>
    ((await agency.get(`/coordination/service-lines?client=${agency.client}`)).items as Body[])
      .map(({ code, units = null, state }) => [code, units, state])
      .sort()

  beforeEach(async () => {
    await agreed(agency)
    for (const visit of ['90791', '99203']) await visited(agency, visit)
  })

  it.each([
    ['G0019', 60, [['G0019', '1', 'ready']]],
    [
      'G0019',
      125,
      [
        ['G0019', '1', 'ready'],
        ['G0022', '2', 'ready'],
      ],
    ],
    ['99484', 20, [['99484', '1', 'ready']]],
    ['99484', 19, []],
    ['99492', 36, [['99492', '1', 'ready']]],
    ['99492', 35, []],
    ['99492', 85, [['99492', '1', 'ready']]],
    [
      '99493',
      106,
      [
        ['99493', '1', 'ready'],
        ['99494', '2', 'ready'],
      ],
    ],
    ['G0323', 200, [['G0323', '1', 'ready']]],
    // A rate for the month is one unit, for however short a contact.
    ['T2022', 2, [['T2022', '1', 'ready']]],
    ['T1041', 300, [['T1041', '1', 'ready']]],
    [
      'G0553',
      60,
      [
        ['G0553', '1', 'ready'],
        ['G0554', '2', 'ready'],
      ],
    ],
  ])('%s of %i minutes is billed once, for the whole month', async (code, minutes, wanted) => {
    await agency.sign({ procedureCode: code }, Math.floor(minutes / 2))
    await agency.sign({ procedureCode: code }, Math.ceil(minutes / 2))
    expect(await lines()).toEqual([])
    expect((await pass(28)).value).toBe(0)
    await pass(3)
    expect(await lines()).toEqual(wanted)
    const [bundle] = await bundles()
    expect(bundle!.state).toBe(wanted.length > 0 ? 'charged' : 'closed-short')
    await pass(1)
    expect(await lines()).toEqual(wanted)
    for (const item of (await feed(agency)).items) expect(JSON.stringify(item)).toMatch(/2026-03-01.*2026-03-31/)
  })

  it('a line waits for what it lacks, as others do', async () => {
    agency = await openAgency({ coverage: null })
    await agreed(agency)
    for (const visit of ['90791', '99203']) await visited(agency, visit)
    await agency.sign(monthly, 90)
    await pass(31)
    expect(await lines()).toEqual([
      ['G0019', '1', 'held'],
      ['G0022', '1', 'held'],
    ])
    const { id: payer } = await agency.post('/fhir/Organization', { resourceType: 'Organization', name: 'State Medicaid' })
    await agency.post('/coordination/coverages', {
      ...{ kind: 'medicaid-ffs', memberId: 'M', relationship: 'self', priority: 1, clientId: agency.client },
      ...{ payerOrg: { id: payer }, period: { start: '2026-01-01' } },
    })
    expect(await lines()).toEqual([
      ['G0019', '1', 'ready'],
      ['G0022', '1', 'ready'],
    ])
  })

  it('what is taken back afterwards takes its line with it, and one that was billed is answered', async () => {
    const first = await agency.sign(monthly, 60)
    const second = await agency.sign(monthly, 30)
    await pass(31)
    expect(await lines()).toEqual([
      ['G0019', '1', 'ready'],
      ['G0022', '1', 'ready'],
    ])
    await agency.event(`sessions/${second}`, { type: 'mark-error', reason: 'Another client' })
    expect(await lines()).toEqual([
      ['G0019', '1', 'ready'],
      ['G0022', '1', 'void'],
    ])
    const item = (await feed(agency)).items.findLast((one) => JSON.stringify(one).includes('"G0019"'))!
    await tell(agency, ack(item, 'billed', { claim: 'C-1' }))
    await agency.event(`sessions/${first}`, { type: 'mark-error', reason: 'Another client' })
    expect((await lines()).filter(([code]) => code === 'G0019')).toEqual([
      ['G0019', '1', 'corrected'],
      ['G0019', '1', 'void'],
    ])
    expect((await bundles())[0]).toMatchObject({ state: 'closed-short', minutes: 0 })
  })

  it('a session that is signed late counts, and what is being amended stays', async () => {
    const first = await agency.sign(monthly, 40)
    await pass(31)
    expect(await lines()).toEqual([])
    await agency.sign(monthly, 20)
    await pass(0)
    expect(await lines()).toEqual([['G0019', '1', 'ready']])
    await agency.event(`sessions/${first}`, { type: 'amend', reason: 'A word' })
    expect(await lines()).toEqual([['G0019', '1', 'ready']])
  })
})

describe('before it begins', () => {
  const reasons = async () =>
    ((await agency.get(`/coordination/service-lines?client=${agency.client}`)).items as Body[]).map(({ state, holdReasons }) => [
      state,
      holdReasons,
    ])

  it('the client agrees and is seen, or the line waits until both are on record', async () => {
    await agency.sign({ procedureCode: '99492' }, 60)
    agency.gateway.clock.advance(31 * 24 * 3600_000)
    await (await systemDesk(agency.gateway)).chargeMonths()
    expect(await reasons()).toEqual([['held', ['no-consent', 'no-initiating-visit']]])
    expect(await (await agency.gateway.request('/console/billing')).text()).toContain('no-consent, no-initiating-visit')
    await agreed(agency)
    expect(await reasons()).toEqual([['held', ['no-initiating-visit']]])
    await visited(agency, '99203')
    expect(await reasons()).toEqual([['ready', []]])
  })
})
