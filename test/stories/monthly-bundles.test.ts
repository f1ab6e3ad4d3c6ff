/** Care management by the month: signed minutes add up until they reach what the code wants, and each counts once. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Agency, type Body, openAgency } from '../support/billing.ts'

let agency: Agency
beforeEach(async () => {
  agency = await openAgency()
})
afterEach(() => agency.gateway.stop())

const monthly = { procedureCode: 'G0019' }
const bundles = async () => (await agency.get(`/coordination/monthly-bundles?client=${agency.client}`)).items as Body[]

it('signed sessions of a month are one bundle, reached when the minutes are', async () => {
  const first = await agency.sign(monthly, 40)
  expect(await bundles()).toMatchObject([
    { month: '2026-03', code: 'G0019', thresholdMinutes: 60, minutes: 40, state: 'accumulating' },
  ])
  const second = await agency.sign({ ...monthly, minutesIndirect: 5 }, 15)
  expect(await bundles()).toMatchObject([{ minutes: 60, state: 'reached' }])
  const [bundle] = await bundles()
  expect((bundle!.contributions as Body[]).map(({ sessionId }) => sessionId).sort()).toEqual([first, second].sort())
  expect(await agency.get(`/fhir/Account/${bundle!.id}`)).toMatchObject({
    status: 'active',
    type: { coding: [{ code: 'monthly-bundle' }] },
    servicePeriod: { start: '2026-03', end: '2026-03' },
  })
})

it('what is taken back counts no more, and what did not reach it is closed by the calendar', async () => {
  const first = await agency.sign(monthly, 40)
  await agency.sign(monthly, 30)
  expect(await bundles()).toMatchObject([{ minutes: 70, state: 'reached' }])
  await agency.event(`sessions/${first}`, { type: 'mark-error', reason: 'Another client' })
  expect(await bundles()).toMatchObject([{ minutes: 30, state: 'accumulating' }])
  agency.gateway.clock.advance(31 * 24 * 3600_000)
  expect(await bundles()).toMatchObject([{ minutes: 30, state: 'closed-short' }])
})

it('sessions billed by themselves are in none, and nobody writes one', async () => {
  await agency.sign({}, 60)
  expect(await bundles()).toEqual([])
  const answer = await agency.gateway.request('/coordination/monthly-bundles', { method: 'POST', json: {} })
  expect(answer.status).toBe(405)
})
