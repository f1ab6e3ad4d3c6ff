/** A client with three payers: what the second has decided is taken back, the third is told of both, and a correction reaches all who had a claim. */
import { beforeEach, describe, expect, it, onTestFinished, test } from 'vitest'
import { complete, price } from '../support/billable.ts'
import { type Agency, ack, amend, type Body, feed, openAgency, tell } from '../support/billing.ts'
import { parties } from '../support/claims.ts'
import { startGateway } from '../support/gateway.ts'

let agency: Agency
let session: string
let line: { line: string; version: number }
let lakeside: string
let tower: string
beforeEach(async () => {
  const gateway = await startGateway({ ofTenants: new Map([['default', { claims: parties }]]) })
  onTestFinished(() => gateway.stop())
  agency = await openAgency({ at: gateway })
  await complete(agency)
  await price(agency, { T1017: '30.00' })
  lakeside = await insuredBy('Lakeside Mutual', '99999', 2)
  tower = await insuredBy('Tower Life', '88888', 3)
  session = await agency.sign()
  line = (await feed(agency)).items[0]!
})

async function insuredBy(name: string, number: string, priority: number): Promise<string> {
  const payer = await agency.post('/fhir/Organization', {
    ...{ resourceType: 'Organization', name },
    identifier: [{ system: 'urn:oid:2.16.840.1.113883.6.300', value: number }],
  })
  const { id } = await agency.post('/coordination/coverages', {
    ...{ clientId: agency.client, kind: 'commercial', memberId: `M-${number}`, relationship: 'self', priority },
    ...{ payerOrg: { id: payer.id }, period: { start: '2026-01-01' } },
  })
  return id as string
}

const told = async (...acks: readonly object[]) =>
  (await tell(agency, ...acks)).map(({ result, problem }) => (problem ? (problem as Body).code : result))
const standing = () => agency.get(`/coordination/service-lines/${line.line}`)
const toNext = async (id = line.line): Promise<readonly string[]> =>
  (await (await agency.gateway.request(`/billing/837p?lines=${id}&payer=next`)).text())
    .split('~')
    .filter((one) => /^(SBR|NM1\*PR|CLM|AMT|SVD|CAS|DTP\*573|REF\*F8)/.test(one))
const asJson = async (id = line.line): Promise<Body> => {
  const path = `/billing/837p?lines=${id}&payer=next`
  return (await (await agency.gateway.request(path, { headers: { accept: 'application/json' } })).json()) as Body
}
const taken = (...all: readonly (readonly [string, string])[]) => all.map(([code, amount]) => ({ code, amount }))

/** Of 120 dollars Medicaid pays 60. */
const first = () => [
  ack(line, 'billed', { claim: 'CLM-1' }),
  ack(line, 'partial', {
    ...{ payerClaim: 'ICN-1', paid: { amount: '60.00' }, on: '2026-03-20' },
    adjustments: taken(['CO-45', '40.00'], ['PR-2', '20.00']),
  }),
]
/** Lakeside Mutual pays 15 of the 20 that are left. */
const second = () => [
  ack(line, 'billed', { coverage: lakeside, claim: 'CLM-2' }),
  ack(line, 'paid', {
    ...{ coverage: lakeside, payerClaim: 'LM-1', paid: { amount: '15.00' }, on: '2026-04-02' },
    adjustments: taken(['OA-23', '100.00'], ['PR-3', '5.00']),
  }),
]

describe('the second payer', () => {
  it('answers beside the first, whose word stays', async () => {
    expect(await told(...first(), ...second())).toEqual(['applied', 'applied', 'applied', 'applied'])
    expect(await standing()).toMatchObject({
      ...{ state: 'partial', claimRef: 'CLM-1', payerClaimId: 'ICN-1', coverageId: agency.coverage },
      adjudication: { status: 'partial', paid: { amount: '60.00' } },
      laterClaims: [
        {
          ...{ coverageId: lakeside, state: 'paid', claimRef: 'CLM-2', payerClaimId: 'LM-1' },
          adjudication: { status: 'paid', paid: { amount: '15.00', currency: 'USD' }, on: '2026-04-02' },
        },
      ],
    })
    expect(await told(...first(), ...second())).toEqual(['repeated', 'repeated', 'repeated', 'repeated'])
  })

  it('and is named with the line’s own coverage is the first', async () => {
    const named = first().map((one) => ({ ...one, coverage: agency.coverage }))
    expect(await told(...named)).toEqual(['applied', 'applied'])
    expect(await standing()).toMatchObject({ state: 'partial', laterClaims: [] })
  })

  it('may have got the claim from the first: its answer is all that is heard', async () => {
    const [, paid] = second()
    expect(await told(...first(), paid!)).toEqual(['applied', 'applied', 'applied'])
    expect(await standing()).toMatchObject({ laterClaims: [{ state: 'paid', payerClaimId: 'LM-1' }] })
  })

  it('is told once, and again where it rejected the claim at the door', async () => {
    await told(...first())
    const own = await toNext()
    expect(own).toContain('NM1*PR*2*Lakeside Mutual*****PI*99999')
    await told(ack(line, 'billed', { coverage: lakeside, claim: 'CLM-2' }))
    expect((await asJson()).left).toMatchObject([
      { code: 'missing', path: 'laterClaims.0.adjudication.paid' },
      { code: 'missing', path: 'laterClaims.0.adjudication.on' },
    ])
    await told(ack(line, 'rejected', { coverage: lakeside, claim: 'CLM-2', reason: 'A7' }))
    expect((await toNext()).slice(0, 2)).toEqual(own.slice(0, 2))
    expect(await told(ack(line, 'billed', { coverage: lakeside, claim: 'CLM-2B' }))).toEqual(['applied'])
    expect(await standing()).toMatchObject({ laterClaims: [{ coverageId: lakeside, state: 'billed', claimRef: 'CLM-2B' }] })
  })
})

describe('what the second payer cannot have said', () => {
  test.each<[string, () => readonly object[], string]>([
    ['before the first has decided', () => [ack(line, 'billed', { claim: 'CLM-1' }), second()[0]!], 'conflict'],
    ['of another version', () => [...first(), ack({ ...line, version: 9 }, 'billed', { coverage: lakeside })], 'conflict'],
    ['twice, with another sum', () => [...first(), ...second(), { ...second()[1], paid: { amount: '16.00' } }], 'conflict'],
    ['under another claim', () => [...first(), second()[0]!, { ...second()[1], claim: 'CLM-9' }], 'conflict'],
    ['after it has decided', () => [...first(), ...second(), ack(line, 'denied', { coverage: lakeside })], 'illegal-event'],
    ['as nobody’s coverage', () => [...first(), ack(line, 'paid', { coverage: 'cov-nobody' })], 'invalid'],
    ['as no coverage', () => [...first(), ack(line, 'paid', { coverage: '?' })], 'invalid'],
  ])('%s', async (_, acks, code) => {
    const answers = await told(...acks())
    expect(answers.at(-1)).toBe(code)
    expect(answers.slice(0, -1).every((one) => one === 'applied')).toBe(true)
  })

  it('of somebody else’s coverage, or of one that pays nobody', async () => {
    const omar = await agency.post('/fhir/Patient', { resourceType: 'Patient', name: [{ family: 'Bell' }] })
    const payerOrg = { id: (await agency.post('/fhir/Organization', { resourceType: 'Organization', name: 'Elm' })).id }
    const cover = async (changes: Body) =>
      (await agency.post('/coordination/coverages', { relationship: 'self', payerOrg, ...changes })).id as string
    const his = await cover({ clientId: omar.id, kind: 'commercial', memberId: 'E-1', priority: 1 })
    const nobodys = await cover({ clientId: agency.client, kind: 'self-pay', priority: 9 })
    await told(...first())
    const before = await standing()
    expect(await told(ack(line, 'paid', { coverage: his }), ack(line, 'paid', { coverage: nobodys }))).toEqual([
      'invalid',
      'invalid',
    ])
    expect(await standing()).toEqual(before)
  })
})

describe('the third payer', () => {
  it('is told what both have decided', async () => {
    await told(...first(), ...second())
    expect(await toNext()).toEqual([
      ...['SBR*T*18*******CI', 'NM1*PR*2*Tower Life*****PI*88888', expect.stringMatching(/^CLM\*\w{20}\*120\*\*\*11:B:1/)],
      ...['SBR*P*18*******MC', 'AMT*D*60', 'NM1*PR*2*State Medicaid*****PI*12345', 'REF*F8*ICN-1'],
      ...['SBR*S*18*******CI', 'AMT*D*15', 'NM1*PR*2*Lakeside Mutual*****PI*99999', 'REF*F8*LM-1'],
      ...['SVD*12345*60*HC:T1017:HO**4', 'CAS*CO*45*40', 'CAS*PR*2*20', 'DTP*573*D8*20260320'],
      ...['SVD*99999*15*HC:T1017:HO**4', 'CAS*OA*23*100', 'CAS*PR*3*5', 'DTP*573*D8*20260402'],
    ])
    await told(ack(line, 'paid', { coverage: tower, claim: 'CLM-3', paid: { amount: '5.00' } }))
    expect(await asJson()).toMatchObject({ x12: null, passed: [{ line: line.line, code: 'no-payer' }] })
  })

  it('hears nothing where what the second has decided does not come to the charge', async () => {
    await told(...first(), second()[0]!, { ...second()[1], adjustments: taken(['OA-23', '1.00']) })
    expect((await asJson()).left).toMatchObject([
      { line: line.line, code: 'invalid', path: 'laterClaims.0.adjudication.adjustments' },
    ])
  })
})

describe('a session that is corrected after two have decided', () => {
  beforeEach(() => told(...first(), ...second()))
  const since = async (change: () => Promise<unknown>) => {
    const { next } = await feed(agency)
    await change()
    return (await feed(agency, `?after=${next}`)).items
  }

  it('replaces the claim of each', async () => {
    const [old, now] = await since(() =>
      amend(agency, session, { modality: 'audio-only', telehealth: { clientLocation: 'home' } }),
    )
    expect(old).toMatchObject({ state: 'corrected', laterClaims: [{ coverageId: lakeside, state: 'paid' }] })
    expect(now).toMatchObject({ state: 'ready', frequency: '7', laterClaims: [] })
    const paid = { paid: { amount: '60.00' }, on: '2026-05-01', adjustments: taken(['CO-45', '60.00']) }
    await told(ack(now!, 'billed', { claim: 'CLM-4' }), ack(now!, 'partial', { payerClaim: 'ICN-4', ...paid }))
    expect((await toNext(now!.line)).filter((one) => /^(SBR\*[PS]|CLM|REF\*F8|AMT)/.test(one))).toEqual([
      ...['SBR*S*18*******CI', expect.stringMatching(/^CLM\*\w{20}\*120\*\*\*\d\d:B:7/), 'REF*F8*LM-1'],
      ...['SBR*P*18*******MC', 'AMT*D*60', 'REF*F8*ICN-4'],
    ])
  })

  it('makes void what was none, to each', async () => {
    const [, gone] = await since(() => agency.event(`sessions/${session}`, { type: 'mark-error', reason: 'Another client' }))
    expect(gone).toMatchObject({ state: 'void', frequency: '8' })
    expect((await toNext(gone!.line)).filter((one) => /^(SBR\*S|CLM|REF\*F8|AMT)/.test(one))).toEqual([
      ...['SBR*S*18*******CI', expect.stringMatching(/^CLM\*\w{20}\*120\*\*\*11:B:8/), 'REF*F8*LM-1', 'AMT*D*60', 'REF*F8*ICN-1'],
    ])
  })

  it('replaces what the second had, where that pays first by then', async () => {
    const medicaid = await agency.get(`/fhir/Coverage/${agency.coverage}`)
    await agency.put(`/fhir/Coverage/${agency.coverage}`, { ...medicaid, period: { start: '2026-01-01', end: '2026-02-28' } })
    await agency.put('/admin/payer-rules/commercial', { quarterHour: 'full', codes: { T1016: { fee: '30.00' } } })
    const now = (await since(() => amend(agency, session))).find(({ state }) => state === 'ready')
    const text = await (await agency.gateway.request(`/billing/837p?lines=${now!.line}`)).text()
    expect(text.split('~').filter((one) => /^(NM1\*PR|CLM|REF\*F8)/.test(one))).toEqual(
      expect.arrayContaining([
        ...['NM1*PR*2*State Medicaid*****PI*12345', expect.stringMatching(/:B:8\*/), 'REF*F8*ICN-1'],
        ...['NM1*PR*2*Lakeside Mutual*****PI*99999', expect.stringMatching(/:B:7\*/), 'REF*F8*LM-1'],
      ]),
    )
  })
})
