/** What billing systems tell of claims, well and badly: what a payer said is kept by itself, and nothing is believed twice over. */
import { beforeEach, describe, expect, it, test } from 'vitest'
import { type Agency, ack, type Body, feed, openAgency, tell } from '../support/billing.ts'

let agency: Agency
let line: { line: string; version: number }
beforeEach(async () => {
  agency = await openAgency()
  await agency.sign()
  line = (await feed(agency)).items[0]!
})

const standing = () => agency.get(`/coordination/service-lines/${line.line}`)
const told = async (...acks: readonly object[]) =>
  (await tell(agency, ...acks)).map(({ result, problem }) => (problem ? (problem as Body).code : result))

describe('a payer', () => {
  it('pays in part, under a number of its own, and says why', async () => {
    const news = [
      ack(line, 'billed', { claim: 'HS-1' }),
      ack(line, 'accepted', { claim: 'HS-1', payerClaim: '26061AB' }),
      ack(line, 'partial', {
        ...{ claim: 'HS-1', payerClaim: '26061AB', paid: { amount: '81.20', currency: 'USD' } },
        ...{ reason: 'Charge exceeds fee schedule', reasonCodes: ['CO-45', 'PR-2'] },
      }),
    ]
    expect(await told(...news)).toEqual(['applied', 'applied', 'applied'])
    expect(await standing()).toMatchObject({
      ...{ state: 'partial', claimRef: 'HS-1', payerClaimId: '26061AB', billedVersion: 1 },
      adjudication: { status: 'partial', paid: { amount: '81.20', currency: 'USD' }, reasonCodes: ['CO-45', 'PR-2'] },
      adjudicationReason: 'Charge exceeds fee schedule',
    })
    expect(await agency.get(`/fhir/ChargeItem/${line.line}`)).toMatchObject({ status: 'billed' })
    expect(await told(...news)).toEqual(['repeated', 'repeated', 'repeated'])
  })

  it('is known by the number of the claim, where it has no other', async () => {
    await tell(agency, ack(line, 'billed', { claim: 'HS-1' }))
    expect(await standing()).not.toHaveProperty('payerClaimId')
    await tell(agency, ack(line, 'accepted', { claim: 'HS-1' }))
    expect(await standing()).toMatchObject({ claimRef: 'HS-1', payerClaimId: 'HS-1' })
  })

  it('is understood where it writes codes as the reason, and not where it writes a sentence', async () => {
    await tell(agency, ack(line, 'billed'), ack(line, 'denied', { reason: 'CO-197, N130' }))
    expect(await standing()).toMatchObject({ adjudication: { status: 'denied', reasonCodes: ['CO-197', 'N130'] } })
    await agency.sign({ procedureCode: 'H0031' })
    const [, other] = (await feed(agency)).items
    await tell(agency, ack(other!, 'billed'), ack(other!, 'rejected', { reason: 'Member 100 not found' }))
    expect(await agency.get(`/coordination/service-lines/${other!.line}`)).toMatchObject({
      adjudication: { status: 'rejected', reasonCodes: [] },
      adjudicationReason: 'Member 100 not found',
    })
  })

  it('and its last word stays when the line is corrected', async () => {
    await tell(agency, ack(line, 'billed', { claim: 'HS-1' }), ack(line, 'paid', { claim: 'HS-1', paid: { amount: '120' } }))
    const [session] = (await feed(agency)).items.map((item) => item.session as string)
    await agency.event(`sessions/${session}`, { type: 'mark-error', reason: 'Another client' })
    const { items } = await feed(agency)
    expect(items.slice(1)).toMatchObject([
      { state: 'corrected', payerClaim: 'HS-1', adjudication: { status: 'paid', paid: { amount: '120', currency: 'USD' } } },
      { state: 'void', frequency: '8', corrects: line.line, correctsClaim: 'HS-1' },
    ])
    expect(items[2]).not.toHaveProperty('adjudication')
    const table = await (await agency.gateway.request('/billing/service-lines', { headers: { accept: 'text/csv' } })).text()
    const [header, ...rows] = table.split('\r\n').map((row) => row.split(','))
    const column = (name: string) => rows.slice(0, 3).map((row) => row[header!.indexOf(name)])
    expect(column('payer_claim')).toEqual(['', 'HS-1', ''])
    expect(column('paid')).toEqual(['', '120', ''])
  })
})

describe('what contradicts what was told', () => {
  beforeEach(() => tell(agency, ack(line, 'billed', { claim: 'HS-1' })))

  test.each<[string, (one: typeof line) => object, string]>([
    ['another claim', (one) => ack(one, 'accepted', { claim: 'HS-2' }), 'conflict'],
    ['another claim for what is billed already', (one) => ack(one, 'billed', { claim: 'HS-2' }), 'conflict'],
    ['another version', (one) => ack({ ...one, version: 2 }, 'accepted', { claim: 'HS-1' }), 'conflict'],
    ['a version that never was', (one) => ack({ ...one, version: 99 }, 'billed', { claim: 'HS-1' }), 'conflict'],
    ['a line that nobody knows', (one) => ack({ ...one, line: 'chg-nobody' }, 'billed'), 'not-found'],
  ])('%s', async (_, news, code) => {
    const before = await standing()
    expect(await told(news(line))).toEqual([code])
    expect(await standing()).toEqual(before)
  })

  it('paid after it was denied, or paid another sum', async () => {
    expect(await told(ack(line, 'denied', { claim: 'HS-1' }), ack(line, 'paid', { claim: 'HS-1' }))).toEqual([
      'applied',
      'illegal-event',
    ])
    await agency.sign({ procedureCode: 'H0031' })
    const other = (await feed(agency)).items.at(-1)!
    const paid = (amount: string) => ack(other, 'paid', { claim: 'HS-9', paid: { amount } })
    expect(await told(ack(other, 'billed', { claim: 'HS-9' }), paid('80.00'), paid('80.0'), paid('81'))).toEqual([
      'applied',
      'applied',
      'repeated',
      'conflict',
    ])
  })

  it('the same twice in one list is one and a repeat, and a broken one beside it loses nothing', async () => {
    const accepted = ack(line, 'accepted', { claim: 'HS-1' })
    expect(await told(accepted, accepted, { line: line.line }, ack(line, 'paid', { claim: 'HS-1' }))).toEqual([
      'applied',
      'repeated',
      'invalid',
      'applied',
    ])
    expect(await standing()).toMatchObject({ state: 'paid', version: 4 })
  })
})

describe('what is no acknowledgement', () => {
  test.each<[string, object, string]>([
    ['a sum as a number', { state: 'paid', paid: { amount: 81.2 } }, 'paid.amount'],
    ['a sum below nothing', { state: 'paid', paid: { amount: '-1.00' } }, 'paid.amount'],
    ['a sum in thirds of a cent', { state: 'paid', paid: { amount: '1.333' } }, 'paid.amount'],
    ['a sum with an exponent', { state: 'paid', paid: { amount: '1e3' } }, 'paid.amount'],
    ['a sum with a comma', { state: 'paid', paid: { amount: '1,000.00' } }, 'paid.amount'],
    ['another currency', { state: 'paid', paid: { amount: '1', currency: 'EUR' } }, 'paid.currency'],
    ['a sum for what is denied', { state: 'denied', paid: { amount: '1' } }, 'paid'],
    ['a code in words', { state: 'denied', reasonCodes: ['not covered'] }, 'reasonCodes.0'],
    ['a claim without a number', { state: 'billed', claim: '' }, 'claim'],
    ['a version in words', { state: 'billed', version: '1' }, 'version'],
    ['a state of its own', { state: 'lost' }, 'state'],
  ])('%s', async (_, news, path) => {
    await tell(agency, ack(line, 'billed'))
    const [answer] = await tell(agency, { line: line.line, version: line.version, ...news })
    expect(answer).toMatchObject({ result: 'refused', problem: { code: 'invalid', status: 400 } })
    expect((answer!.problem as { issues: { path: string }[] }).issues.map((issue) => issue.path)).toEqual([path])
    expect(await standing()).toMatchObject({ state: 'billed' })
  })
})
