/** A client's time in a programme. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { event, gatewayWith, make, marisol, put, say } from '../support/coordination.ts'
import type { TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await gatewayWith(marisol)
})
afterEach(() => gateway.stop())

const enrolled = async () => {
  const id = await make(gateway, 'episodes', {
    clientId: 'cli-marisol',
    programme: { text: 'Intensive outpatient' },
    managingOrg: { id: 'org-haven' },
    leadCoordinatorId: 'prl-okafor',
    period: { start: '2026-03-02' },
    part2Programme: false,
  })
  await event(gateway, `episodes/${id}`, 'activate')
  return `episodes/${id}`
}
const finishing = (member: string) => say(gateway, 'POST', `/coordination/${member}/events`, { type: 'finish' })
/** What stands in the way, by collection. */
const hindered = async (member: string) => {
  const { status, body } = await finishing(member)
  return [status, body.code, ...body.issues.map(({ path }: { path: string }) => path)]
}

it('lasts until the crisis is over and the client was seen again', async () => {
  const member = await enrolled()
  const crisis = await make(gateway, 'crises', {
    clientId: 'cli-marisol',
    trigger: 'walk-in',
    riskTypes: ['overdose'],
    level: 'low',
  })
  expect(await hindered(member)).toEqual([422, 'guard-failed', 'crises'])
  expect((await finishing(member)).body.issues[0].message).toContain(crisis)
  await put(gateway, {
    resourceType: 'Practitioner',
    id: 'prc-okafor',
    qualification: [{ code: { text: 'LCSW' }, period: { start: '2020-01-01', end: '2030-01-01' } }],
  })
  await event(gateway, `crises/${crisis}`, 'acknowledge', { clinician: { id: 'prc-okafor' } })
  await event(gateway, `crises/${crisis}`, 'stabilise')
  const { followUps } = await event(gateway, `crises/${crisis}`, 'resolve')
  expect(await hindered(member)).toEqual([422, 'guard-failed', 'follow-ups'])
  const seen = { ref: 'Encounter/ses-1', occurredAt: '2026-03-03T10:00:00Z' }
  await event(gateway, `follow-ups/${followUps[0]}`, 'add-evidence', seen)
  expect((await event(gateway, member, 'finish')).state).toBe('finished')
})

it('lasts as long as a plan of it is on hold, and another episode’s crisis does not keep it', async () => {
  const member = await enrolled()
  const ofIt = (id: string) => [
    {
      url: 'http://hl7.org/fhir/StructureDefinition/workflow-episodeOfCare',
      valueReference: { reference: `EpisodeOfCare/${id}` },
    },
  ]
  const plan = { resourceType: 'CarePlan', id: 'cpl-2', intent: 'plan', subject: { reference: 'Patient/cli-marisol' } }
  await put(gateway, { ...plan, status: 'on-hold', extension: ofIt(member.split('/')[1]!) })
  await make(gateway, 'crises', {
    clientId: 'cli-marisol',
    episodeId: 'epi-another',
    trigger: 'walk-in',
    riskTypes: ['other'],
    level: 'low',
  })
  expect(await hindered(member)).toEqual([422, 'guard-failed', 'care-plans'])
  await put(gateway, { ...plan, status: 'on-hold', extension: ofIt('epi-another') })
  expect((await event(gateway, member, 'finish')).state).toBe('finished')
})

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

it('new work is of the one that the client is in, unless it says otherwise, or there are two', async () => {
  const session = { clientId: 'cli-marisol', kind: 'outreach', modality: 'in-person', renderer: { id: 'prl-okafor' } }
  const episodeOf = async (more: object = {}) =>
    (await say(gateway, 'POST', '/coordination/sessions', { ...session, ...more })).body.episodeId
  const begun = async () => {
    const made = await say(gateway, 'POST', '/coordination/episodes', {
      ...{ clientId: 'cli-marisol', programme: { text: 'Outpatient' }, managingOrg: { id: 'org-haven' } },
      ...{ leadCoordinatorId: 'prl-okafor', period: { start: '2026-03-02' }, part2Programme: false },
    })
    return made.body.id
  }
  const id = await begun()
  expect(await episodeOf()).toBeUndefined()
  await event(gateway, `episodes/${id}`, 'activate')
  expect([await episodeOf(), await episodeOf({ episodeId: 'epi-other' })]).toEqual([id, 'epi-other'])
  await event(gateway, `episodes/${await begun()}`, 'activate')
  expect(await episodeOf()).toBeUndefined()
})
