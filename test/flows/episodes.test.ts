/** A client's time in a programme. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { event, marisol, put, say } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await startGateway()
  await put(gateway, marisol)
})
afterEach(() => gateway.stop())

it('is not finished while something of it is open, and bears the label of its programme', async () => {
  const made = await say(gateway, 'POST', '/coordination/episodes', {
    clientId: 'cli-marisol',
    programme: { text: 'Intensive outpatient' },
    managingOrg: { id: 'org-haven' },
    leadCoordinatorId: 'prl-okafor',
    period: { start: '2026-03-02' },
    part2Programme: true,
  })
  expect([made.status, made.body.legalBasis], JSON.stringify(made.body)).toEqual([201, ['42CFRPart2']])
  const member = `episodes/${made.body.id}`
  await event(gateway, member, 'activate')
  await event(gateway, member, 'hold')
  expect((await say(gateway, 'GET', `/fhir/EpisodeOfCare/${made.body.id}`)).body).toMatchObject({
    status: 'onhold',
    meta: { security: [{ code: '42CFRPart2' }] },
  })
  const plan = {
    resourceType: 'CarePlan',
    id: 'cpl-1',
    status: 'active',
    intent: 'plan',
    subject: { reference: 'Patient/cli-marisol' },
    extension: [
      {
        url: 'http://hl7.org/fhir/StructureDefinition/workflow-episodeOfCare',
        valueReference: { reference: `EpisodeOfCare/${made.body.id}` },
      },
    ],
  }
  await put(gateway, plan)
  const early = await say(gateway, 'POST', `/coordination/${member}/events`, { type: 'finish' })
  expect([early.status, early.body.issues]).toMatchObject([422, [{ path: 'care-plans' }]])
  await put(gateway, { ...plan, status: 'completed' })
  expect((await event(gateway, member, 'finish')).state).toBe('finished')
})
