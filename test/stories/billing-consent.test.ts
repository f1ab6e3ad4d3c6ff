/** Rosa is treated for her drinking: her payer is told of that as long as she says so, and no other one. Everybody is invented. */
import { beforeEach, expect, it } from 'vitest'
import { complete, price } from '../support/billable.ts'
import { type Agency, ack, type Body, feed, openAgency, tell } from '../support/billing.ts'
import { agrees, revokes } from '../support/consent-story.ts'

let agency: Agency
let session: string
let payer: string
const part2 = { legalBasis: ['42CFRPart2'], sensitivity: ['SUD'] }
beforeEach(async () => {
  agency = await openAgency()
  await complete(agency)
  await price(agency, { T1017: '30.00' })
  session = await agency.sign(part2)
  const { payor } = (await agency.get(`/fhir/Coverage/${agency.coverage}`)) as { payor: { reference: string }[] }
  payer = payor[0]!.reference.split('/')[1]!
})

const claims = async (query = '') => {
  const said = await agency.gateway.request(`/billing/837p${query}`, { headers: { accept: 'application/json' } })
  return (await said.json()) as { x12: string | null; left: Body[]; claims: Body[] }
}
async function consented(changes: object = {}): Promise<string> {
  const paper = await agency.post('/fhir/DocumentReference', {
    ...{ resourceType: 'DocumentReference', status: 'current', subject: { reference: `Patient/${agency.client}` } },
    content: [{ attachment: { contentType: 'application/pdf', url: 'Binary/b1' } }],
  })
  return agrees(agency.gateway, {
    ...{ clientId: agency.client, grantedBy: { who: { id: agency.client }, capacity: 'self' }, copyDocumentId: paper.id },
    signature: { party: `Patient/${agency.client}`, role: 'client', method: 'wet', at: '2026-03-01T09:00:00-05:00' },
    ...{ recipients: [{ who: { id: payer } }], purposes: ['HPAYMT'] },
    ...changes,
  })
}
const account = async () => (await agency.get(`/coordination/disclosures?client=${agency.client}`)).items
const left = [{ code: 'consent', path: 'coverage.payer' }]

it('is left without her consent, told and accounted for with it, and left again once she takes it back', async () => {
  expect((await feed(agency)).items).toMatchObject([{ state: 'ready' }])
  expect(await claims()).toMatchObject({ x12: null, left })
  expect((await agency.gateway.request('/billing/837p')).status).toBe(422)
  const consent = await consented()
  expect(await account()).toEqual([])
  for (let pulled = 0; pulled < 2; pulled++)
    expect(await claims()).toMatchObject({ x12: expect.stringContaining('SV1*HC:T1017'), left: [] })
  expect(await account()).toMatchObject([
    {
      ...{ consentId: consent, recipient: { id: payer }, purpose: 'HPAYMT', method: 'x12', result: 'sent' },
      ...{ resources: [{ type: 'ChargeItem' }], noticesSent: [] },
    },
  ])
  await revokes(agency.gateway, consent)
  expect(await claims()).toMatchObject({ x12: null, left })
})

it.each([
  ['somebody else', { recipients: [{ who: { id: 'org-other' } }] }],
  ['something else', { purposes: ['TREAT'] }],
])('is left where she has agreed to %s', async (_, changes) => {
  await consented(changes)
  expect(await claims()).toMatchObject({ x12: null, left })
})

it('is told as ever where it is not protected', async () => {
  await agency.event(`sessions/${session}`, { type: 'mark-error', reason: 'Another client' })
  await agency.sign()
  expect(await claims()).toMatchObject({ left: [], claims: [{ frequency: '1' }] })
})

it('and is made void to whoever had it, consent or none', async () => {
  const consent = await consented()
  const [item] = (await feed(agency)).items
  await tell(agency, ack(item!, 'billed', { claim: 'CLM-1' }))
  await revokes(agency.gateway, consent)
  await agency.event(`sessions/${session}`, { type: 'mark-error', reason: 'Another client' })
  const { line } = (await feed(agency)).items.at(-1)!
  expect(await claims(`?lines=${line}`)).toMatchObject({ left: [], claims: [{ frequency: '8' }] })
})

it('and what she has paid for herself is no payer’s to know, whatever she has agreed to', async () => {
  await consented()
  await agency.event(`sessions/${session}`, { type: 'mark-error', reason: 'Another client' })
  await agency.sign({ legalBasis: ['HIPAASelfPay'] })
  expect(await claims()).toMatchObject({ x12: null, left })
})
