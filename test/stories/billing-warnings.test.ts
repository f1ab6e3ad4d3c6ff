/** What a payer may object to goes with the line, as far as the feed, and follows what is written later. */
import { beforeEach, describe, expect, it } from 'vitest'
import { type Agency, ack, feed, openAgency, tell, withMother } from '../support/billing.ts'
import { systemDesk } from '../support/gateway.ts'

let agency: Agency
beforeEach(async () => {
  agency = await openAgency()
})

const warnings = async (session: string) => (await agency.lines(session)).map(({ state, warnings }) => [state, warnings])
const stay = (from: string, to?: string) => ({
  ...{ resourceType: 'Encounter', status: to === undefined ? 'in-progress' : 'finished' },
  subject: { reference: `Patient/${agency.client}` },
  class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
  period: { start: `${from}T10:00:00-05:00`, ...(to !== undefined && { end: `${to}T10:00:00-05:00` }) },
})

it('family and own therapy on one day are ready, with a word, in JSON and as a table', async () => {
  await agency.sign({ procedureCode: '90834' }, 45)
  await agency.sign({ ...withMother, procedureCode: '90847' }, 45)
  await agency.sign({ procedureCode: 'T1017' }, 30)
  const { items } = await feed(agency)
  expect(items.map(({ code, version, warnings }) => [code, version, warnings])).toEqual([
    ['90834', 1, []],
    ['90847', 1, ['separate-sessions']],
    // The first is told of again, since a payer may ask about it now, too.
    ['90834', 2, ['separate-sessions']],
    ['T1017', 1, []],
  ])
  const table = await (await agency.gateway.request('/billing/service-lines', { headers: { accept: 'text/csv' } })).text()
  expect(table.split('\r\n')[0]).toContain(',warnings,')
  expect(table).toContain(',separate-sessions,')
  const page = await (await agency.gateway.request('/console/billing')).text()
  expect(page).toMatch(/Lines that a payer may question.*90847.*separate-sessions/)
  expect(page).not.toContain('T1017')
})

describe('of a line that is ready', () => {
  it('a stay in a hospital that is heard of later, and that it never was', async () => {
    const session = await agency.sign({ procedureCode: 'T1017' }, 30)
    expect(await warnings(session)).toEqual([['ready', []]])
    const { id } = await agency.post('/fhir/Encounter', stay('2026-02-27'))
    expect(await warnings(session)).toEqual([['ready', ['in-hospital']]])
    await agency.put(`/fhir/Encounter/${id}`, { ...stay('2026-02-27', '2026-03-01'), id })
    expect(await warnings(session)).toEqual([['ready', []]])
  })

  it('what stood beside it, and was taken back', async () => {
    const own = await agency.sign({ procedureCode: '90834' }, 45)
    const family = await agency.sign({ ...withMother, procedureCode: '90847' }, 45)
    expect(await warnings(own)).toEqual([['ready', ['separate-sessions']]])
    await agency.event(`sessions/${family}`, { type: 'mark-error', reason: 'Another client' })
    expect(await warnings(own)).toEqual([['ready', []]])
  })

  it('a session at the same time, until that is billed, or its line waits', async () => {
    const actual = { start: '2026-03-02T10:30:00-05:00', end: '2026-03-02T11:30:00-05:00' }
    const own = await agency.sign({ procedureCode: 'T1017' }, 60)
    const { id } = await agency.post('/coordination/sessions', {
      ...{ clientId: agency.client, kind: 'outreach', modality: 'in-person', renderer: { id: 'prc-other' } },
    })
    for (const type of ['book', 'start']) await agency.event(`sessions/${id}`, { type })
    await agency.event(`sessions/${id}`, { type: 'complete', actual, note: { plan: 'To meet again' } })
    expect(await warnings(own)).toEqual([['ready', ['times-overlap']]])
    await agency.event(`sessions/${id}`, { type: 'mark-error', reason: 'Not at all' })
    expect(await warnings(own)).toEqual([['ready', []]])
  })

  it('a rate for the month, which is billed when the month is over, from one payer', async () => {
    const quarters = await agency.sign({ procedureCode: 'T1017' }, 30)
    const counselling = await agency.sign({ procedureCode: 'H0004' }, 30)
    const monthly = await agency.sign({ procedureCode: 'T2023' }, 30)
    expect(await agency.lines(monthly)).toEqual([])
    expect(await warnings(quarters)).toEqual([['ready', []]])
    agency.gateway.clock.advance(31 * 24 * 3600_000)
    await (await systemDesk(agency.gateway)).chargeMonths()
    const { items } = await feed(agency)
    expect(items.map(({ code, version, warnings }) => [code, version, warnings])).toEqual([
      ['T1017', 1, []],
      ['H0004', 1, []],
      ['T2023', 1, ['case-management-twice']],
      ['T1017', 2, ['case-management-twice']],
    ])
    expect(await warnings(counselling)).toEqual([['ready', []]])
  })

  it('changes nothing of what is billed: either version may be acknowledged', async () => {
    const own = await agency.sign({ procedureCode: '90834' }, 45)
    const [item] = (await feed(agency)).items
    await agency.sign({ ...withMother, procedureCode: '90847' }, 45)
    expect(await warnings(own)).toEqual([['ready', ['separate-sessions']]])
    expect(await tell(agency, ack(item!, 'billed', { claim: 'C-1' }))).toMatchObject([{ result: 'applied', state: 'billed' }])
    expect(await agency.lines(own)).toMatchObject([{ state: 'billed', billedVersion: 1, claimRef: 'C-1' }])
    expect(await tell(agency, ack(item!, 'paid', { claim: 'C-1' }))).toMatchObject([{ result: 'applied', state: 'paid' }])
  })
})
