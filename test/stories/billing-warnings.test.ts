/** What a payer may object to goes with the line, as far as the feed. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Agency, feed, openAgency } from '../support/billing.ts'

let agency: Agency
beforeEach(async () => {
  agency = await openAgency()
})
afterEach(() => agency.gateway.stop())

const warnings = async (session: string) => (await agency.lines(session)).map(({ state, warnings }) => [state, warnings])
const by = (more: object) => ({ renderer: { id: 'prc-other' }, ...more })

it('family and own therapy on one day are ready, with a word, in JSON and as a table', async () => {
  const first = await agency.sign({ procedureCode: '90834' }, 45)
  const second = await agency.sign({ kind: 'family-counselling', procedureCode: '90847' }, 45)
  expect(await warnings(first)).toEqual([['ready', []]])
  expect(await warnings(second)).toEqual([['ready', ['separate-sessions', 'times-overlap']]])
  expect((await feed(agency)).items.map(({ code, warnings }) => [code, warnings])).toEqual([
    ['90834', []],
    ['90847', ['separate-sessions', 'times-overlap']],
  ])
  const table = await (await agency.gateway.request('/billing/service-lines', { headers: { accept: 'text/csv' } })).text()
  expect(table.split('\r\n')[0]).toContain(',warnings,')
  expect(table).toContain(',separate-sessions;times-overlap,')
  const page = await (await agency.gateway.request('/console/billing')).text()
  expect(page).toMatch(/Lines that a payer may question.*90847.*separate-sessions, times-overlap/)
  expect(page).not.toContain('90834')
})

it('case management wants a plan in force, and a client who is not in a hospital', async () => {
  const [before] = [await agency.sign({ procedureCode: 'T1017' }, 30)]
  expect(await warnings(before)).toEqual([['ready', ['no-plan']]])
  await agency.post('/fhir/CarePlan', {
    ...{ resourceType: 'CarePlan', status: 'active', intent: 'plan', subject: { reference: `Patient/${agency.client}` } },
    period: { start: '2026-01-01' },
  })
  await agency.post('/fhir/Encounter', {
    ...{ resourceType: 'Encounter', status: 'in-progress', subject: { reference: `Patient/${agency.client}` } },
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
    period: { start: '2026-02-27T10:00:00-05:00' },
  })
  const client = (await agency.post('/fhir/Patient', { resourceType: 'Patient', name: [{ family: 'Bell' }] })).id
  const there = await agency.sign({ procedureCode: 'T1017' }, 30)
  expect(await warnings(there)).toEqual([['ready', ['times-overlap', 'in-hospital']]])
  const elsewhere = await agency.sign(by({ procedureCode: 'T1017', clientId: client, needIds: [] }), 30)
  expect((await agency.lines(elsewhere)).map(({ warnings }) => warnings)).toEqual([['no-plan']])
})
