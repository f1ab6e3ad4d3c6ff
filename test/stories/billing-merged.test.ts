/** Two records prove to be one person's (A40): what was done under both is billed once, and nothing of it is lost. */
import { beforeEach, describe, expect, it } from 'vitest'
import { type Agency, ack, agreed, type Body, carePlan, feed, openAgency, tell, visited } from '../support/billing.ts'
import { adminToken, systemDesk } from '../support/gateway.ts'
import { type Changes, dischargeMessage } from '../support/hl7v2.ts'
import { authority } from '../support/hospital.ts'

let agency: Agency
let former: string

const numbered = (value: string): string => `${value}^^^STB&${authority.slice(8)}&ISO^MR`
async function merge(): Promise<void> {
  const changes: Changes = {
    ...{ PV1: undefined, PV2: undefined, DG1: undefined, MSH: { 9: 'ADT^A40', 10: 'P-1' }, EVN: { 1: 'A40' } },
    ...{ PID: { 3: numbered('778812') }, MRG: { 1: numbered('990001') } },
  }
  const headers = { 'content-type': 'application/hl7-v2' }
  const answer = await agency.gateway.request('/hl7v2', { method: 'POST', headers, body: dischargeMessage(changes) })
  expect(await answer.text()).toMatch(/\rMSA\|AA/)
}

/** Another record of the client, with a plan and, where it is told, Medicaid, too. */
async function twice(covered: boolean): Promise<void> {
  const { gateway, client, post, get, put } = agency
  await gateway.request('/admin/connections', {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}` },
    json: {
      ...{ name: 'st-brendan', kind: 'hospital', timeZone: 'America/New_York', assigningAuthorities: { STB: authority } },
      senders: [{ application: 'CAREADT', facility: 'STBRENDAN' }],
    },
  })
  const known = await get(`/fhir/Patient/${client}`)
  await put(`/fhir/Patient/${client}`, { ...known, identifier: [{ system: authority, value: '778812' }] })
  const other = { resourceType: 'Patient', identifier: [{ system: authority, value: '990001' }], name: [{ family: 'Quintero' }] }
  former = (await post('/fhir/Patient', other)).id as string
  await post('/fhir/CarePlan', carePlan(former, '2026-01-01'))
  const coverage = await get(`/fhir/Coverage/${agency.coverage}`)
  if (covered) await post('/fhir/Coverage', { ...coverage, beneficiary: { reference: `Patient/${former}` } })
}
const ofFormer = (changes: Body = {}): Body => ({ clientId: former, ...changes })
const lines = async () =>
  ((await agency.get(`/coordination/service-lines?client=${agency.client}`)).items as Body[])
    .map(({ code, units = null, state }) => [code, units, state])
    .sort()

beforeEach(async () => {
  agency = await openAgency()
})

const stand = async () => (await lines()).filter(([, , state]) => state !== 'void')
const months = async () =>
  ((await agency.get(`/coordination/monthly-bundles?client=${agency.client}`)).items as Body[])
    .map(({ state, minutes }) => [state, minutes])
    .sort()
const monthsEnd = async () => {
  agency.gateway.clock.advance(31 * 24 * 3600_000)
  await (await systemDesk(agency.gateway)).chargeMonths()
}

describe('lines of two records', () => {
  it('are one client’s then, each once; what was billed stays as it was billed', async () => {
    await twice(true)
    await agency.sign({}, 30)
    await agency.sign(ofFormer(), 15)
    await agency.sign(ofFormer(), 45)
    const { items, next } = await feed(agency)
    const [, billed, open] = items
    await tell(agency, ack(billed!, 'billed', { claim: 'C-1' }))
    await merge()
    expect(await lines()).toEqual([
      ['T1017', '1', 'billed'],
      ['T1017', '2', 'ready'],
      ['T1017', '3', 'ready'],
    ])
    expect((await feed(agency, `?after=${next}`)).items).toMatchObject([
      { line: open!.line, state: 'ready', frequency: '1', units: '3', client: { id: agency.client } },
    ])
    const about = await agency.get(`/coordination/service-lines/${billed!.line}`)
    expect(about).toMatchObject({ clientId: agency.client, coverageId: (billed!.coverage as Body).id, warnings: [] })
    expect(await tell(agency, ack(billed!, 'paid', { claim: 'C-1' }))).toMatchObject([{ result: 'applied', state: 'paid' }])
  })

  it('that nobody covered are, by the other’s coverage', async () => {
    await twice(false)
    await agency.sign(ofFormer(), 30)
    expect((await feed(agency)).items).toEqual([])
    await merge()
    expect(await stand()).toEqual([['T1017', '2', 'ready']])
    expect((await feed(agency)).items.filter(({ state }) => state === 'ready')).toHaveLength(1)
  })

  it('are one day’s minutes, where these are added up', async () => {
    await agency.put('/admin/payer-rules/medicaid-ffs', { quarterHour: 'full', sumOfDay: true })
    await twice(true)
    for (const who of [{}, ofFormer(), {}, ofFormer()]) await agency.sign(who, 20)
    const sum = async () => (await stand()).reduce((all, [, units]) => all + Number(units ?? 0), 0)
    expect((await feed(agency)).items.filter(({ state }) => state === 'ready')).toHaveLength(4)
    await merge()
    expect(await sum()).toBe(5)
  })
})

describe('months of two records', () => {
  beforeEach(async () => {
    await agreed(agency)
    for (const visit of ['90791', '99203']) await visited(agency, visit)
    await twice(true)
  })
  const both = async (minutes: number) => {
    await agency.sign({ procedureCode: 'G0019' }, minutes)
    await agency.sign(ofFormer({ procedureCode: 'G0019' }), minutes)
  }

  it('that reach the threshold together are billed, once', async () => {
    await both(40)
    await merge()
    expect(await months()).toEqual([
      ['accumulating', 0],
      ['reached', 80],
    ])
    await monthsEnd()
    expect(await lines()).toEqual([['G0019', '1', 'ready']])
  })

  it('that were charged apart are charged as one, and what was billed of the survivor’s stays', async () => {
    await both(70)
    await monthsEnd()
    const [own] = (await feed(agency)).items
    await tell(agency, ack(own!, 'billed', { claim: 'C-1' }))
    await merge()
    expect(await months()).toEqual([
      ['charged', 140],
      ['closed-short', 0],
    ])
    expect(await stand()).toEqual([
      ['G0019', '1', 'billed'],
      ['G0022', '2', 'ready'],
    ])
  })
})

describe('authorizations of two records', () => {
  it('keep the units that lines of both have used', async () => {
    await agency.put('/admin/payer-rules/medicaid-ffs', { quarterHour: 'full', authorizationRequired: ['T1017'] })
    await twice(false)
    const { id } = await agency.post('/coordination/authorizations', {
      ...{ clientId: agency.client, coverageId: agency.coverage, provider: { id: agency.clinician } },
      period: { start: '2026-01-01', end: '2026-06-30' },
      items: [{ sequence: 1, code: 'T1017', unitsRequested: '5' }],
    })
    await agency.event(`authorizations/${id}`, { type: 'submit' })
    await agency.event(`authorizations/${id}`, { type: 'approve' })
    await agency.sign({}, 45)
    await agency.sign(ofFormer(), 45)
    await merge()
    expect(await stand()).toEqual([
      ['T1017', '3', 'held'],
      ['T1017', '3', 'ready'],
    ])
    expect(await agency.get(`/coordination/authorizations/${id}`)).toMatchObject({ items: [{ unitsUsed: '3' }] })
  })
})
