/** What time alone does reaches whatever it is due for, however much stands before that for which nothing is left to be done. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { agreed, openAgency, visited } from '../support/billing.ts'
import { consent, event, hunger, make, marisol, parcels, put } from '../support/coordination.ts'
import { startGateway, systemDesk, type TestGateway } from '../support/gateway.ts'
import { putStraight } from '../support/straight.ts'

const canonical = 'https://warm-handoff.example/fhir'
/** As many as are found together, and one more. */
const many = Array.from({ length: 1001 }, (_, i) => i)
const late = { period: { end: '2026-01-01' } }

let gateway: TestGateway
beforeEach(async () => {
  gateway = await startGateway()
})
afterEach(() => gateway.stop())

const workItem = (id: string, more: object = {}) => ({
  ...{ resourceType: 'Task', id, status: 'requested', intent: 'order', for: { reference: 'Patient/p' }, restriction: late },
  code: { coding: [{ system: `${canonical}/CodeSystem/work-item-kind`, code: 'call' }] },
  extension: [
    {
      url: `${canonical}/StructureDefinition/sla`,
      extension: [
        { url: 'policy', valueCode: 'response' },
        { url: 'started', valueDateTime: '2026-01-01T09:00:00Z' },
        { url: 'target', valueDateTime: '2026-01-01T10:00:00Z' },
      ],
    },
  ],
  ...more,
})

test('a service level that was missed is stamped beside a thousand that have been', async () => {
  const businessStatus = { text: 'late' }
  await putStraight(gateway, [...many.map((i) => workItem(`known-${i}`, { businessStatus })), workItem('new')])
  const desk = await systemDesk(gateway)
  await desk.stampBreaches()
  const answer = await gateway.request('/fhir/Task/new')
  expect(await answer.json()).toMatchObject({ businessStatus: { coding: [{ code: 'sla-breached' }] } })
})

test('very many that were missed are stamped a hundred in a commit', async () => {
  await putStraight(
    gateway,
    many.slice(0, 250).map((i) => workItem(`late-${i}`)),
  )
  const desk = await systemDesk(gateway)
  expect(await desk.stampBreaches()).toEqual({ ok: true, value: 250 })
  const answer = await gateway.request('/fhir/Task?business-status=sla-breached&_count=1000')
  const { entry } = (await answer.json()) as { entry: { resource: { meta: { lastUpdated: string } } }[] }
  const together = Object.groupBy(entry, ({ resource }) => resource.meta.lastUpdated)
  expect(Object.values(together).map((those) => those!.length)).toEqual([100, 100, 50])
})

test('a referral that nobody answers is gone after, however much other work is late', async () => {
  const referral = {
    ...{ resourceType: 'ServiceRequest', id: 'ref', status: 'active', intent: 'order', subject: { reference: 'Patient/p' } },
    category: [{ coding: [{ system: 'http://snomed.info/sct', code: '3457005' }] }],
  }
  const asking = {
    ...{ resourceType: 'Task', id: 'asking', status: 'requested', intent: 'order', restriction: late },
    ...{ focus: { reference: 'ServiceRequest/ref' }, for: { reference: 'Patient/p' } },
  }
  await putStraight(gateway, [...many.map((i) => workItem(`call-${i}`)), referral, asking])
  const desk = await systemDesk(gateway)
  expect(await desk.chaseReferrals()).toEqual({ ok: true, value: 1 })
})

test('a crisis that nobody acknowledges goes up, however many flags bear such a number', async () => {
  await putStraight(
    gateway,
    many.map((i) => ({
      ...{
        resourceType: 'Flag',
        id: `flag-${i}`,
        status: 'active',
        subject: { reference: 'Patient/p' },
        code: { text: 'Falls' },
      },
      identifier: [{ system: `${canonical}/NamingSystem/crisis-event`, value: `${i}` }],
    })),
  )
  await put(gateway, marisol)
  await make(gateway, 'crises', { clientId: 'cli-marisol', trigger: 'call-988', riskTypes: ['suicide'], level: 'acute' })
  gateway.clock.advance(16 * 60_000)
  const desk = await systemDesk(gateway)
  expect(await desk.escalateCrises()).toEqual({ ok: true, value: 1 })
})

test('a referral expires, however many others wait that never do', async () => {
  await putStraight(
    gateway,
    many.map((i) => ({
      ...{ resourceType: 'Task', id: `waiting-${i}`, status: 'requested', intent: 'order' },
      code: { coding: [{ system: 'http://hl7.org/fhir/CodeSystem/task-code', code: 'fulfill' }] },
    })),
  )
  for (const resource of [marisol, consent, hunger]) await put(gateway, resource)
  const own = { clientId: 'cli-marisol', consentId: 'con-marisol', target: { id: 'svc-pantry' }, doNotContact: 'no' }
  const id = await make(gateway, 'referrals', { ...parcels, ...own, expiresAt: '2026-03-10T12:00:00Z' })
  await event(gateway, `referrals/${id}`, 'send')
  gateway.clock.advance(10 * 24 * 3600_000)
  const desk = await systemDesk(gateway)
  expect(await desk.expireReferrals()).toEqual({ ok: true, value: 1 })
})

test('a month is charged, however many others are counted still', async () => {
  const agency = await openAgency()
  await putStraight(
    agency.gateway,
    many.map((i) => ({
      ...{ resourceType: 'Account', id: `month-${i}`, status: 'active', subject: [{ reference: 'Patient/somebody' }] },
      type: { coding: [{ system: `${canonical}/CodeSystem/account-kind`, code: 'monthly-bundle' }] },
    })),
  )
  await agreed(agency)
  for (const visit of ['90791', '99203']) await visited(agency, visit)
  await agency.sign({ procedureCode: 'G0019' }, 60)
  agency.gateway.clock.advance(31 * 24 * 3600_000)
  const desk = await systemDesk(agency.gateway)
  expect(await desk.chargeMonths()).toEqual({ ok: true, value: 1 })
})

test('a plan’s review is work when it is time, however many plans cannot be read', async () => {
  const plan = (id: string, more: object = {}) => ({
    ...{ resourceType: 'CarePlan', id, status: 'active', intent: 'plan', period: { start: '2025-12-01' }, ...more },
    extension: [
      { url: `${canonical}/StructureDefinition/review-every`, valueString: 'P90D' },
      { url: `${canonical}/StructureDefinition/next-review`, valueDate: '2026-03-01' },
    ],
  })
  await putStraight(
    gateway,
    many.map((i) => plan(`nobodys-${i}`)),
  )
  await put(gateway, marisol)
  await putStraight(gateway, [plan('marisols', { subject: { reference: 'Patient/cli-marisol' } })])
  const desk = await systemDesk(gateway)
  expect(await desk.openPlanReviews()).toEqual({ ok: true, value: 1 })
})
