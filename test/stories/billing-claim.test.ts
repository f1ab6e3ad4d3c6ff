/** What a claim says besides code and units: where, under whom, by which rule and grant, and who answers for what a payer may question. */
import { beforeEach, describe, expect, it } from 'vitest'
import { type Agency, type Body, feed, openAgency, withMother } from '../support/billing.ts'

let agency: Agency
beforeEach(async () => {
  agency = await openAgency()
})

const table = async (): Promise<Record<string, string>> => {
  const text = await (await agency.gateway.request('/billing/service-lines', { headers: { accept: 'text/csv' } })).text()
  const [header, row] = text.split('\r\n').map((one) => one.split(','))
  return Object.fromEntries(header!.map((name, i) => [name, row![i] ?? '']))
}

describe('a session', () => {
  it('at another house of the agency, answered for by a supervisor', async () => {
    const location = await agency.post('/coordination/locations', {
      ...{
        name: 'Pier 4',
        organizationId: 'org-harbor',
        identifiers: [{ system: 'http://hl7.org/fhir/sid/us-npi', value: '1993999998' }],
      },
      placeOfService: '53',
      address: { lines: ['4 Pier Road'], city: 'Salem', state: 'MA', postalCode: '01970' },
    })
    const senior = await agency.post('/coordination/practitioners', {
      ...{ names: [{ family: 'Adeyemi', given: ['Ruth'] }], npi: '1871500017', staffLevel: 'doctoral' },
      credentials: [{ code: 'PsyD', status: 'active' }],
    })
    const session = await agency.sign({ locationId: location.id, supervisor: { id: senior.id } })
    expect(await agency.lines(session)).toMatchObject([{ facility: { id: location.id }, supervising: { id: senior.id } }])
    expect((await feed(agency)).items[0]).toMatchObject({
      placeOfService: '53',
      renderer: { id: agency.clinician, family: 'Okafor', npi: '1871500009' },
      supervising: { id: senior.id, family: 'Adeyemi', given: 'Ruth', npi: '1871500017' },
      facility: { id: location.id, name: 'Pier 4', npi: '1993999998', address: { lines: ['4 Pier Road'], city: 'Salem' } },
    })
    const atHome = await agency.sign({ locationId: location.id, placeOfService: '12', procedureCode: 'H0031' })
    expect(await agency.lines(atHome)).toMatchObject([{ placeOfService: '12' }])
    expect(await table()).toMatchObject({ supervising_npi: '1871500017', facility_npi: '1993999998', facility_city: 'Salem' })
    const [line] = await agency.lines(session)
    const item = await agency.get(`/fhir/ChargeItem/${line!.id}`)
    expect((item.performer as Body[]).map(({ actor }) => (actor as Body).reference)).toEqual([
      `Practitioner/${agency.clinician}`,
      `Practitioner/${senior.id}`,
    ])
  })

  it('by somebody who may sign alone names no supervisor', async () => {
    await agency.sign()
    const [item] = (await feed(agency)).items
    expect(item).not.toHaveProperty('supervising')
    expect(item).not.toHaveProperty('facility')
  })

  it('says by which rule it was counted, and since when the payer has it', async () => {
    await agency.put('/admin/payer-rules/medicaid-ffs', {
      quarterHour: 'full',
      changes: [
        { from: '2025-07-01', quarterHour: 'medicare8' },
        { from: '2026-02-01', authorizationRequired: [] },
        { from: '2027-01-01', quarterHour: 'midpoint' },
      ],
    })
    await agency.sign({}, 53)
    await agency.sign({ procedureCode: 'H0031' })
    expect((await feed(agency)).items).toMatchObject([
      { unitRule: 'medicare8', unitRuleVersion: '2026.1/2025-07-01', units: '4', minutes: 53 },
      { unitRule: 'once', unitRuleVersion: '2026.1' },
    ])
  })

  it('spends the item of its authorization that has units left', async () => {
    await agency.put('/admin/payer-rules/medicaid-ffs', { quarterHour: 'full', authorizationRequired: ['T1017'] })
    const { id } = await agency.post('/coordination/authorizations', {
      ...{ clientId: agency.client, coverageId: agency.coverage, provider: { id: 'org-x' } },
      period: { start: '2026-01-01', end: '2026-06-30' },
      items: [1, 2].map((sequence) => ({ sequence, code: 'T1017', unitsRequested: '6' })),
    })
    await agency.event(`authorizations/${id}`, { type: 'submit' })
    await agency.event(`authorizations/${id}`, { type: 'approve', payerRef: 'PA-77' })
    for (const _ of [1, 2, 3]) await agency.sign()
    const lines = (await agency.get(`/coordination/service-lines?client=${agency.client}`)).items as Body[]
    expect(lines.map(({ state, authorizationItem }) => [state, authorizationItem]).toSorted()).toEqual([
      ['held', 1],
      ['ready', 1],
      ['ready', 2],
    ])
    expect((await feed(agency)).items.map(({ authorization }) => authorization)).toEqual([
      { id, item: 1, number: 'PA-77' },
      { id, item: 2, number: 'PA-77' },
    ])
    expect((await agency.get(`/coordination/authorizations/${id}`)).items).toMatchObject([{ unitsUsed: '4' }, { unitsUsed: '4' }])
  })
})

describe('what a payer may question', () => {
  const both = async () => {
    const own = await agency.sign({ procedureCode: '90834' }, 45)
    await agency.sign({ ...withMother, procedureCode: '90847' }, 45)
    return (await agency.lines(own))[0]!
  }
  const override = (id: unknown, body: object) =>
    agency.gateway.request(`/coordination/service-lines/${id}/events`, { method: 'POST', json: { type: 'override', ...body } })
  const reason = 'Two sessions, apart from each other'

  it('is answered for by name, with a reason, and stays so while the line is looked at again', async () => {
    const { id, checks } = await both()
    expect((checks as Body[]).filter(({ outcome }) => outcome === 'warn')).toEqual([{ conflictId: 'C05', outcome: 'warn' }])
    expect((await override(id, { checks: ['C05'], reason })).status).toBe(200)
    const answered = { conflictId: 'C05', outcome: 'warn', overriddenBy: 'local', reason }
    await agency.sign({ procedureCode: 'H0004' }, 30)
    expect(await agency.get(`/coordination/service-lines/${id}`)).toMatchObject({
      state: 'ready',
      checks: expect.arrayContaining([answered]),
    })
    const newest = (await feed(agency)).items.findLast(({ line }) => line === id)
    expect(newest!.checks).toContainEqual(answered)
    expect((await table()).checks).toMatch(/C05 \w+/)
  })

  it.each<[string, object, number]>([
    ['without a reason', { checks: ['C05'] }, 422],
    ['without saying for what', { reason }, 400],
    ['for what is no rule', { checks: ['C99'], reason }, 400],
    ['for what is no warning', { checks: ['C20'], reason }, 422],
  ])('but not %s', async (_, body, status) => {
    const { id, version } = await both()
    expect((await override(id, body)).status).toBe(status)
    expect((await agency.get(`/coordination/service-lines/${id}`)).version).toBe(version)
  })

  it('nor where the line is held: what denies it nobody lifts', async () => {
    await agency.sign({ procedureCode: '90839' }, 60)
    const [therapy] = await agency.lines(await agency.sign({ procedureCode: '90834' }, 45))
    expect(therapy!.checks).toContainEqual({ conflictId: 'C04', outcome: 'deny' })
    expect((await override(therapy!.id, { checks: ['C04'], reason })).status).toBe(409)
  })
})
