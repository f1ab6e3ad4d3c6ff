/** Who pays turns out to be another one after the lines were made: what nobody has billed follows, what was billed is told so. */
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { complete, price } from '../support/billable.ts'
import { type Agency, ack, type Body, feed, openAgency, shown, tell } from '../support/billing.ts'
import { parties } from '../support/claims.ts'
import { adminToken, startGateway, systemDesk } from '../support/gateway.ts'

let agency: Agency
beforeEach(async () => {
  agency = await openAgency()
})

const stored = () => agency.get(`/fhir/Coverage/${agency.coverage}`)
const change = async (changes: Body) => agency.put(`/fhir/Coverage/${agency.coverage}`, { ...(await stored()), ...changes })
const ended = { period: { start: '2026-01-01', end: '2026-02-28' } }
const replaced = async (kind = 'commercial', start = '2026-03-01'): Promise<string> => {
  const payer = await agency.post('/fhir/Organization', { resourceType: 'Organization', name: 'Lakeside Mutual' })
  const { id } = await agency.post('/coordination/coverages', {
    ...{ clientId: agency.client, kind, memberId: 'LM-9', relationship: 'self', priority: 2 },
    ...{ payerOrg: { id: payer.id }, period: { start } },
  })
  return id as string
}

describe('a line that is ready', () => {
  it('waits once nobody covers its day any more, and goes to whoever does', async () => {
    const session = await agency.sign()
    const first = await feed(agency)
    await change(ended)
    const lines = await agency.lines(session)
    expect(shown(lines)).toEqual([
      ['T1017', 'void', '4'],
      ['T1016', 'held', '4'],
    ])
    const second = await feed(agency, `?after=${first.next}`)
    expect(second.items).toMatchObject([{ line: first.items[0]!.line, state: 'void', code: 'T1017' }])
    const coverage = await replaced()
    expect((await feed(agency, `?after=${second.next}`)).items).toMatchObject([
      { state: 'ready', frequency: '1', coverage: { id: coverage } },
    ])
  })

  it('waits once the coverage is deleted, and is taken back', async () => {
    const session = await agency.sign()
    const first = await feed(agency)
    const gone = await agency.gateway.request(`/fhir/Coverage/${agency.coverage}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${adminToken}` },
    })
    expect(gone.status).toBeLessThan(300)
    expect(shown(await agency.lines(session))).toContainEqual(['T1017', 'void', '4'])
    expect((await feed(agency, `?after=${first.next}`)).items).toMatchObject([{ line: first.items[0]!.line, state: 'void' }])
  })

  it('goes to whoever proves to pay before, in place, and is told anew', async () => {
    const session = await agency.sign({ procedureCode: 'H2015' }, 20)
    const coverage = await replaced()
    expect(await agency.lines(session)).toMatchObject([{ version: 1, coverageId: agency.coverage, units: '1' }])
    await agency.put('/admin/payer-rules/commercial', { quarterHour: 'medicare8', codes: { H2015: { modifiers: ['U1'] } } })
    await change(ended)
    expect(await agency.lines(session)).toMatchObject([
      {
        version: 2,
        coverageId: coverage,
        state: 'ready',
        units: '1',
        unitBasis: { ruleId: 'medicare8' },
        modifiers: ['HO', 'U1'],
      },
    ])
    expect((await feed(agency)).items.map(({ version, frequency }) => [version, frequency])).toEqual([
      [1, '1'],
      [2, '1'],
    ])
  })

  it('is told again for nothing that does not matter to it', async () => {
    const session = await agency.sign()
    await change({ subscriberId: 'MCD-101' })
    await change({ period: { start: '2026-01-01', end: '2026-03-02' } })
    expect(await agency.lines(session)).toMatchObject([{ version: 1, state: 'ready' }])
  })

  it('follows a kind that was recorded wrongly', async () => {
    const session = await agency.sign({ procedureCode: 'H2015' }, 23)
    await agency.put('/admin/payer-rules/commercial', { quarterHour: 'medicare8' })
    expect(await agency.lines(session)).toMatchObject([{ units: '1', unitBasis: { ruleId: 'full' } }])
    const path = `/coordination/coverages/${agency.coverage}`
    const etag = (await agency.gateway.request(path)).headers.get('etag')!
    const headers = { 'content-type': 'application/merge-patch+json', 'if-match': etag }
    expect((await agency.gateway.request(path, { method: 'PATCH', headers, json: { kind: 'commercial' } })).status).toBe(200)
    expect(await agency.lines(session)).toMatchObject([{ units: '2', unitBasis: { ruleId: 'medicare8' }, state: 'ready' }])
  })
})

describe('a line that was billed', () => {
  const billed = async (state?: string) => {
    const session = await agency.sign({ procedureCode: 'H2015' }, 30)
    const [item] = (await feed(agency)).items
    await tell(agency, ack(item!, 'billed', { claim: 'CLM-1' }), ...(state ? [ack(item!, state)] : []))
    return session
  }

  it.each(['accepted', 'paid', 'denied'])(
    'and %s stands as it is, with a word, until the coverage is as it was',
    async (state) => {
      const session = await billed(state)
      const [before] = await agency.lines(session)
      await change(ended)
      const [line, ...others] = await agency.lines(session)
      expect(others).toEqual([])
      expect(line).toMatchObject({
        state,
        claimRef: 'CLM-1',
        units: '2',
        coverageId: agency.coverage,
        warnings: ['coverage-changed'],
      })
      expect(await (await agency.gateway.request('/console/billing')).text()).toMatch(/H2015.*coverage-changed/)
      await change({ period: { start: '2026-01-01' } })
      expect(await agency.lines(session)).toMatchObject([{ state, warnings: [], units: before!.units as string }])
    },
  )

  const work = async (query = '') =>
    ((await agency.get(`/coordination/work-items?client=${agency.client}${query}`)) as { items: Body[] }).items.filter(
      ({ kind }) => kind === 'billing-review',
    )

  it('is work for somebody, until the coverage is as it was', async () => {
    const session = await billed('paid')
    expect(await work()).toEqual([])
    await change(ended)
    const [line] = await agency.lines(session)
    expect(await work()).toMatchObject([
      { state: 'open', about: `ChargeItem/${line!.id}`, dueAt: expect.stringMatching(/^2026-03-16/) },
    ])
    await change({ period: { start: '2026-01-01' } })
    expect(await work()).toMatchObject([{ state: 'done' }])
  })

  it('is billed anew to whoever pays, once somebody says so, and stays as it is with whoever does', async () => {
    const session = await billed('paid')
    const [line] = await agency.lines(session)
    const rebill = (reason?: string) =>
      agency.gateway.request(`/coordination/service-lines/${line!.id}/events`, {
        method: 'POST',
        json: { type: 'rebill', ...(reason && { reason }) },
      })
    expect(await (await rebill('Medicaid ended')).json()).toMatchObject({ status: 422, code: 'guard-failed' })
    const coverage = await replaced()
    await change(ended)
    expect((await rebill()).status).toBe(422)
    const { next } = await feed(agency)
    expect((await rebill('Medicaid ended')).status).toBe(200)
    const { items } = await feed(agency, `?after=${next}`)
    expect(items).toHaveLength(2)
    expect(items.find(({ line: id }) => id === line!.id)).toMatchObject({
      ...{ state: 'corrected', coverage: { id: agency.coverage }, adjudication: { status: 'paid' } },
    })
    expect(items.find(({ line: id }) => id !== line!.id)).toMatchObject({
      ...{ state: 'ready', frequency: '7', corrects: line!.id, correctsClaim: 'CLM-1', coverage: { id: coverage } },
    })
    expect(await work()).toMatchObject([{ state: 'done' }])
    expect((await rebill('Again')).status).toBe(409)
  })

  it('goes with its add-on', async () => {
    const session = await agency.sign({ procedureCode: '90839' }, 105)
    expect(shown(await agency.lines(session))).toEqual([
      ['90839', 'ready', '1'],
      ['90840', 'ready', '2'],
    ])
    for (const item of (await feed(agency)).items) await tell(agency, ack(item, 'billed', { claim: 'CLM-1' }))
    await replaced()
    await change(ended)
    expect((await work()).map(({ state }) => state)).toEqual(['open', 'open'])
    const [first] = await agency.lines(session)
    await agency.event(`service-lines/${first!.id}`, { type: 'rebill', reason: 'Medicaid ended' })
    expect(
      shown(await agency.lines(session))
        .map(([code, state]) => `${code} ${state}`)
        .sort(),
    ).toEqual([...['90839 corrected', '90839 ready', '90840 corrected', '90840 ready']])
    expect((await work()).map(({ state }) => state)).toEqual(['done', 'done'])
  })

  it('and turned down at the door after that goes to whoever pays by itself', async () => {
    const session = await billed()
    const [item] = (await feed(agency)).items
    const coverage = await replaced()
    await change(ended)
    expect(await work()).toMatchObject([{ state: 'open' }])
    await tell(agency, ack(item!, 'rejected', { claim: 'CLM-1' }))
    expect((await agency.lines(session)).map(({ state, coverageId }) => [state, coverageId])).toEqual([
      ['corrected', agency.coverage],
      ['ready', coverage],
    ])
    expect(await work()).toMatchObject([{ state: 'done' }])
  })

  it('and rejected is answered by another, for whoever pays', async () => {
    const session = await billed('rejected')
    const coverage = await replaced()
    const { next } = await feed(agency)
    await change(ended)
    expect((await feed(agency, `?after=${next}`)).items).toMatchObject([
      { state: 'corrected', coverage: { id: agency.coverage } },
      { state: 'ready', frequency: '7', correctsClaim: 'CLM-1', coverage: { id: coverage } },
    ])
    expect(shown(await agency.lines(session))).toEqual([
      ['H2015', 'corrected', '2'],
      ['H2015', 'ready', '2'],
    ])
  })
})

it('and is signed again goes to whoever pays now, and is void to whoever had it', async () => {
  const gateway = await startGateway({ ofTenants: new Map([['default', { claims: parties }]]) })
  onTestFinished(() => gateway.stop())
  agency = await openAgency({ at: gateway })
  await complete(agency)
  await agency.put('/admin/payer-rules/commercial', { quarterHour: 'full', codes: { H2015: { fee: '20.00' } } })
  await price(agency, { H2015: '20.00' })
  const session = await agency.sign({ procedureCode: 'H2015' }, 30)
  const [item] = (await feed(agency)).items
  await tell(agency, ack(item!, 'billed', { claim: 'CLM-1' }), ack(item!, 'accepted', { payerClaim: 'ICN-1' }))
  const coverage = await replaced()
  const { payor } = (await agency.get(`/fhir/Coverage/${coverage}`)) as { payor: { reference: string }[] }
  const payer = await agency.get(`/fhir/${payor[0]!.reference}`)
  const identifier = [{ system: 'urn:oid:2.16.840.1.113883.6.300', value: '99999' }]
  await agency.put(`/fhir/${payor[0]!.reference}`, { ...payer, identifier })
  await change(ended)
  const { next } = await feed(agency)
  await agency.event(`sessions/${session}`, { type: 'amend', reason: 'Billed to whoever did not cover it' })
  await agency.event(`sessions/${session}`, { type: 'sign' })
  expect((await feed(agency, `?after=${next}`)).items.map(({ state }) => state)).toEqual(['corrected', 'ready'])
  const [line] = (await agency.lines(session)).filter(({ state }) => state === 'ready')
  const told = await (await agency.gateway.request(`/billing/837p?lines=${line!.id}`)).text()
  expect(told.split('~').filter((one) => /^(NM1\*PR|CLM|REF\*F8)/.test(one))).toEqual([
    ...['NM1*PR*2*State Medicaid*****PI*12345', expect.stringMatching(/^CLM\*\w{20}\*40\*\*\*11:B:8/), 'REF*F8*ICN-1'],
    // Told to the old payer as the other one; then as whom it is for.
    'NM1*PR*2*Lakeside Mutual*****PI*99999',
    ...['NM1*PR*2*Lakeside Mutual*****PI*99999', expect.stringMatching(/^CLM\*\w{20}\*40\*\*\*11:B:1/)],
  ])
})

it('of a month, too', async () => {
  const session = await agency.sign({ procedureCode: 'T2023' }, 30)
  agency.gateway.clock.advance(31 * 24 * 3600_000)
  await (await systemDesk(agency.gateway)).chargeMonths()
  const [first] = (await feed(agency)).items
  expect(first).toMatchObject({ code: 'T2023', state: 'ready', coverage: { id: agency.coverage } })
  const coverage = await replaced()
  await change(ended)
  expect((await feed(agency)).items.at(-1)).toMatchObject({ line: first!.line, state: 'ready', coverage: { id: coverage } })
  expect(await agency.lines(session)).toEqual([])
})
