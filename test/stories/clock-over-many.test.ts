/** What time alone does reaches whatever it is due for, however much stands before that for which nothing is left to be done. */
import { afterEach, beforeEach, expect, test } from 'vitest'
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
