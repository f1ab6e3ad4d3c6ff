/** Care management of one month by two organizations: each counts, and bills, what was given for it. And what a month began with. */
import { beforeEach, describe, expect, it } from 'vitest'
import { type Agency, agreed, type Body, feed, openAgency, visited } from '../support/billing.ts'
import { systemDesk } from '../support/gateway.ts'

let agency: Agency
beforeEach(async () => {
  agency = await openAgency()
})

const bundles = async () => (await agency.get(`/coordination/monthly-bundles?client=${agency.client}`)).items as Body[]
const monthly = { procedureCode: '99484' }
/** Somebody at another house. */
const elsewhere = async (): Promise<string> => {
  const house = await agency.post('/coordination/organizations', {
    ...{ name: 'Lakeside Clinic', npi: '1518999994', timeZone: 'America/New_York', hipaaCovered: true, part2Programme: false },
  })
  const { id } = await agency.post('/coordination/practitioners', {
    ...{ names: [{ family: 'Brandt' }], npi: '1871500025', staffLevel: 'master' },
    credentials: [{ code: 'LCSW', status: 'active' }],
    roles: [{ organizationId: house.id, roles: [{ text: 'counselor' }] }],
  })
  return id as string
}
const endOfMonth = async () => {
  agency.gateway.clock.advance(31 * 24 * 3600_000)
  await (await systemDesk(agency.gateway)).chargeMonths()
}

describe('one month of one client', () => {
  it('is counted apart for two organizations: neither reaches the minutes by the other', async () => {
    const other = await elsewhere()
    await agency.sign(monthly, 15)
    await agency.sign({ ...monthly, renderer: { id: other } }, 15)
    const counted = await bundles()
    expect(counted.map(({ minutes, state }) => [minutes, state])).toEqual([
      [15, 'accumulating'],
      [15, 'accumulating'],
    ])
    expect(new Set(counted.map(({ billingOrg }) => (billingOrg as Body).id)).size).toBe(2)
    const account = await agency.get(`/fhir/Account/${counted[0]!.id}`)
    expect(account.owner).toEqual({ reference: `Organization/${(counted[0]!.billingOrg as Body).id}` })
    await endOfMonth()
    expect((await bundles()).map(({ state }) => state)).toEqual(['closed-short', 'closed-short'])
  })

  it('is billed by each of them, under its own name', async () => {
    const other = await elsewhere()
    await agreed(agency)
    await visited(agency, '99203')
    await agency.sign(monthly, 20)
    await agency.sign({ ...monthly, renderer: { id: other } }, 25)
    await endOfMonth()
    const { items } = await feed(agency)
    expect(items.map(({ code, minutes, billingProvider }) => [code, minutes, (billingProvider as Body).npi]).toSorted()).toEqual([
      ['99484', 20, '1234567893'],
      ['99484', 25, '1518999994'],
    ])
    expect(new Set(items.map(({ bundle }) => bundle)).size).toBe(2)
  })

  it('is one for two colleagues of one organization', async () => {
    const { roles } = await agency.get(`/coordination/practitioners/${agency.clinician}`)
    const { id: colleague } = await agency.post('/coordination/practitioners', {
      ...{ names: [{ family: 'Lindqvist' }], npi: '1871500033', staffLevel: 'bachelor' },
      credentials: [{ code: 'CADC', status: 'active' }],
      roles: [{ organizationId: (roles as Body[])[0]!.organizationId, roles: [{ text: 'case manager' }] }],
    })
    await agency.sign(monthly, 10)
    await agency.sign({ ...monthly, renderer: { id: colleague } }, 10)
    expect(await bundles()).toMatchObject([{ minutes: 20, state: 'reached' }])
  })

  it('moves a session that was given for the other', async () => {
    const other = await elsewhere()
    const session = await agency.sign(monthly, 20)
    await agency.event(`sessions/${session}`, { type: 'amend', reason: 'Somebody else held it' })
    const { headers } = await agency.gateway.request(`/coordination/sessions/${session}`)
    await agency.gateway.request(`/coordination/sessions/${session}`, {
      ...{ method: 'PATCH', headers: { 'if-match': headers.get('etag')!, 'content-type': 'application/merge-patch+json' } },
      json: { renderer: { id: other } },
    })
    await agency.event(`sessions/${session}`, { type: 'sign' })
    expect((await bundles()).map(({ minutes }) => minutes).toSorted()).toEqual([0, 20])
  })
})

describe('a month', () => {
  it('shows the word and the visit that it began with, as soon as they are on record', async () => {
    await agency.sign(monthly, 10)
    const [before] = await bundles()
    expect(before).not.toHaveProperty('consentId')
    expect(before).not.toHaveProperty('initiatingSessionId')
    await agreed(agency)
    const { id: visit } = await visited(agency, '99203')
    // A psychiatric evaluation alone does not initiate this code.
    await visited(agency, '90791')
    const [consent] = (await agency.get(`/coordination/consents?client=${agency.client}`)).items as Body[]
    expect(await bundles()).toMatchObject([{ consentId: consent!.id, initiatingSessionId: visit }])
    const one = await agency.get(`/coordination/monthly-bundles/${before!.id}`)
    expect(one).toMatchObject({ consentId: consent!.id, initiatingSessionId: visit })
    await agency.event(`consents/${consent!.id}`, { type: 'revoke', reason: 'She changed her mind' })
    expect((await bundles())[0]).toMatchObject({ consentId: consent!.id })
  })

  it('of a rate that wants neither shows none', async () => {
    await agreed(agency)
    await visited(agency, '99203')
    await agency.sign({ procedureCode: 'T2022' }, 10)
    const [bundle] = await bundles()
    expect(bundle).not.toHaveProperty('consentId')
    expect(bundle).not.toHaveProperty('initiatingSessionId')
  })
})
