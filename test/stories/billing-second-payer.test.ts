/** A client with two payers: the first is told of the second, and the second of what the first has decided. */
import { beforeEach, describe, expect, it } from 'vitest'
import { complete, price } from '../support/billable.ts'
import { type Agency, ack, type Body, feed, openAgency, tell } from '../support/billing.ts'

let agency: Agency
beforeEach(async () => {
  agency = await openAgency()
  await complete(agency)
  await price(agency, { T1017: '30.00' })
})

const segments = async (query = ''): Promise<readonly string[]> =>
  (await (await agency.gateway.request(`/billing/837p${query}`)).text()).split('~')
const asJson = async (query: string): Promise<Body> =>
  (await (await agency.gateway.request(`/billing/837p${query}`, { headers: { accept: 'application/json' } })).json()) as Body

/** Lakeside Mutual pays after Medicaid. */
async function insuredTwice(changes: Body = {}): Promise<string> {
  const payer = await agency.post('/fhir/Organization', {
    ...{ resourceType: 'Organization', name: 'Lakeside Mutual' },
    identifier: [{ system: 'urn:oid:2.16.840.1.113883.6.300', value: '99999' }],
  })
  const { id } = await agency.post('/coordination/coverages', {
    ...{ clientId: agency.client, kind: 'commercial', memberId: 'LM-9', relationship: 'self', priority: 2 },
    ...{ payerOrg: { id: payer.id }, period: { start: '2026-01-01' } },
    ...changes,
  })
  return id as string
}

describe('two payers', () => {
  it('are told of each other, one after the other', async () => {
    const second = await insuredTwice()
    const [line] = await agency.lines(await agency.sign())
    expect((await segments()).filter((one) => /^(SBR|NM1\*PR)/.test(one))).toEqual([
      ...['SBR*P*18*******MC', 'NM1*PR*2*State Medicaid*****PI*12345'],
      ...['SBR*S*18*******CI', 'NM1*PR*2*Lakeside Mutual*****PI*99999'],
    ])
    const [item] = (await feed(agency)).items
    expect(item!.otherCoverages).toMatchObject([{ id: second, priority: 2, payer: { name: 'Lakeside Mutual' } }])
    const query = `?lines=${line!.id}&payer=next`
    expect(await asJson(query)).toMatchObject({ x12: null, passed: [{ code: 'no-payer' }] })

    const { line: id, version } = item!
    const adjustments = [
      { code: 'CO-45', amount: '40.00' },
      { code: 'PR-2', amount: '20.00' },
    ]
    const told = [
      ack({ line: id, version }, 'billed', { claim: 'CLM-1' }),
      ack({ line: id, version }, 'partial', { payerClaim: 'ICN-1', paid: { amount: '60.00' }, adjustments, on: '2026-03-20' }),
    ]
    expect((await tell(agency, ...told)).map(({ result }) => result)).toEqual(['applied', 'applied'])
    expect((await tell(agency, told[1]!)).map(({ result }) => result)).toEqual(['repeated'])
    expect((await segments(query)).filter((one) => /^(SBR|NM1\*PR|CLM|AMT|SVD|CAS|DTP\*573|REF\*F8)/.test(one))).toEqual([
      ...['SBR*S*18*******CI', 'NM1*PR*2*Lakeside Mutual*****PI*99999', expect.stringMatching(/^CLM\*\w{20}\*120\*\*\*11:B:1/)],
      ...['SBR*P*18*******MC', 'AMT*D*60', 'NM1*PR*2*State Medicaid*****PI*12345', 'REF*F8*ICN-1'],
      ...['SVD*12345*60*HC:T1017:HO**4', 'CAS*CO*45*40', 'CAS*PR*2*20', 'DTP*573*D8*20260320'],
    ])
  })

  it('hear nothing where what was decided does not come to the charge', async () => {
    await insuredTwice()
    const [line] = await agency.lines(await agency.sign())
    const { id, version } = line as { id: string; version: number }
    await tell(
      agency,
      ack({ line: id, version }, 'billed', { claim: 'CLM-1' }),
      ack({ line: id, version }, 'paid', { paid: { amount: '60.00' } }),
    )
    expect((await asJson(`?lines=${id}&payer=next`)).left).toMatchObject([
      { line: id, code: 'missing', path: 'adjudication.adjustments' },
      { line: id, code: 'missing', path: 'adjudication.on' },
    ])
  })

  it('are not confused: a claim goes to whoever turns out to pay first', async () => {
    const [line] = await agency.lines(await agency.sign({ procedureCode: 'H2015' }))
    const second = await insuredTwice()
    const medicaid = (await agency.get(`/fhir/Coverage/${agency.coverage}`)) as Body
    await agency.put(`/fhir/Coverage/${agency.coverage}`, { ...medicaid, order: 3 })
    const [own, ...others] = await agency.lines(line!.sessionId as string)
    expect(others).toEqual([])
    expect(own).toMatchObject({ id: line!.id, version: 2, coverageId: second, state: 'ready' })
  })

  it.each([
    ['?payer=next', 400],
    ['?lines=chg-1&payer=last', 400],
  ])('are asked for by %s wrongly', async (query, status) => {
    expect((await agency.gateway.request(`/billing/837p${query}`)).status).toBe(status)
  })

  it('have nothing to take off what is only billed', async () => {
    const wrong = ack({ line: 'chg-1', version: 1 }, 'billed', { adjustments: [{ code: 'CO-45', amount: '1.00' }] })
    expect(await tell(agency, wrong)).toMatchObject([{ result: 'refused', problem: { code: 'invalid' } }])
  })
})

describe('a client insured by their mother', () => {
  it('stands below her', async () => {
    const mother = await agency.post('/coordination/related-persons', {
      ...{ clientId: agency.client, names: [{ use: 'official', family: 'Quintero', given: ['Luz'] }] },
      relationship: [{ text: 'mother' }],
    })
    const coverage = (await agency.get(`/fhir/Coverage/${agency.coverage}`)) as Body & { relationship: Body }
    await agency.put(`/fhir/Coverage/${agency.coverage}`, {
      ...coverage,
      relationship: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/subscriber-relationship', code: 'child' }] },
      subscriber: { reference: `RelatedPerson/${mother.id}` },
    })
    await agency.sign()
    expect((await segments()).filter((one) => /^(HL|SBR|PAT|NM1\*(IL|QC))/.test(one))).toEqual([
      ...['HL*1**20*1', 'HL*2*1*22*1', 'SBR*P********MC', 'NM1*IL*1*Quintero*Luz****MI*MCD-100'],
      ...['HL*3*2*23*0', 'PAT*19', 'NM1*QC*1*Quintero*Rosa'],
    ])
  })
})

describe('a session that followed upon a referral', () => {
  const refer = async (requester: string, assigner: string): Promise<string> => {
    const { id } = await agency.post('/fhir/ServiceRequest', {
      ...{ resourceType: 'ServiceRequest', status: 'active', intent: 'order' },
      subject: { reference: `Patient/${agency.client}` },
      requester: { reference: requester },
      identifier: [
        { system: 'https://ehr.example/orders', value: 'ORD-1' },
        { system: 'https://payer.example/referrals', value: 'R-77', assigner: { display: assigner } },
      ],
    })
    return id as string
  }
  const told = async (): Promise<readonly string[]> =>
    (await segments()).filter((one) => /^(REF\*9F|NM1\*(DN|82))/.test(one)).map((one) => one.split('*').slice(0, 4).join('*'))

  it('names who referred the client, and the number that the payer gave it', async () => {
    const { id } = await agency.post('/coordination/practitioners', {
      ...{ names: [{ family: 'Adeyemi', given: ['Ruth'] }], npi: '1871500017', staffLevel: 'doctoral' },
    })
    await agency.sign({ referralId: await refer(`Practitioner/${id}`, 'State Medicaid') })
    expect(await told()).toEqual(['REF*9F*R-77', 'NM1*DN*1*Adeyemi', 'NM1*82*1*Okafor'])
  })

  it('by whoever held it is no referral of somebody else’s, and another’s number is not the payer’s', async () => {
    await agency.sign({ referralId: await refer(`Practitioner/${agency.clinician}`, 'Northwind') })
    expect(await told()).toEqual(['NM1*82*1*Okafor'])
  })
})
