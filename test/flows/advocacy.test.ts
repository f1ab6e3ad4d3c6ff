/** A coordinator stands up for a client: in writing where a payer is concerned, before a day that does not move. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { consent, event, gatewayWith, marisol, patch, say } from '../support/coordination.ts'
import type { TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await gatewayWith(marisol, consent)
})
afterEach(() => gateway.stop())

const denied = {
  clientId: 'cli-marisol',
  kind: 'denied-service',
  target: { id: 'org-payer' },
  authority: 'signed-release',
  consentId: 'con-marisol',
  deadline: '2026-04-30',
  appealOf: { id: 'aut-1' },
  documents: ['doc-letter'],
  confidentiality: 'R',
}
const send = (body: object) => say(gateway, 'POST', '/coordination/advocacy', body)
const made = async (more: object = {}) => {
  const answer = await send({ ...denied, ...more })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return `advocacy/${answer.body.id}`
}
const taskOf = async (member: string) => (await say(gateway, 'GET', `/fhir/Task/${member.split('/')[1]}`)).body

it('is a Task with a deadline, in the list of what is due', async () => {
  const member = await made()
  expect(await taskOf(member)).toMatchObject({
    status: 'in-progress',
    code: { coding: [{ code: 'denied-service' }] },
    for: { reference: 'Patient/cli-marisol' },
    restriction: { period: { end: '2026-04-30' } },
  })
  await made({ deadline: '2026-06-30' })
  const { body } = await say(gateway, 'GET', '/coordination/advocacy?due=le2026-05-01')
  expect(body.items.map(({ id }: { id: string }) => `advocacy/${id}`)).toEqual([member])
})

it('appealed and lost, it failed; won, it is completed', async () => {
  const member = await made()
  expect(await event(gateway, member, 'wait')).toMatchObject({ state: 'waiting-on-other', workStatus: 'on-hold' })
  expect(await event(gateway, member, 'appeal', { deadline: '2026-05-31' })).toMatchObject({
    state: 'appealed',
    outcome: 'pending',
    deadline: '2026-05-31',
  })
  expect(await taskOf(member)).toMatchObject({ status: 'in-progress', businessStatus: { coding: [{ code: 'appealed' }] } })
  const open = await say(gateway, 'POST', `/coordination/${member}/events`, { type: 'close' })
  expect([open.status, open.body.issues[0].path]).toEqual([400, 'outcome'])
  await event(gateway, member, 'close', { outcome: 'denied', reason: 'Not medically necessary' })
  expect(await taskOf(member)).toMatchObject({ status: 'failed', statusReason: { text: 'Not medically necessary' } })
  await event(gateway, member, 'appeal')
  expect(await event(gateway, member, 'close', { outcome: 'granted' })).toMatchObject({ state: 'closed', outcome: 'granted' })
  expect((await taskOf(member)).status).toBe('completed')
})

it('before a payer speaks whoever has it in writing; others inform of rights', async () => {
  const verbal = await send({ ...denied, kind: 'appeal', authority: 'verbal' })
  expect([verbal.status, verbal.body.issues[0].path]).toEqual([422, 'authority'])
  const informing = await made({ kind: 'rights-information', authority: 'none', consentId: undefined })
  const moved = await say(gateway, 'POST', `/coordination/${informing}/events`, { type: 'appeal' })
  expect(moved.status).toBe(422)
  expect((await send({ ...denied, consentId: 'con-none' })).body.code).toBe('unresolved-reference')
})

it('keeps its steps as communications about it, with its labels', async () => {
  const member = await made()
  const step = { at: '2026-03-02T10:00:00Z', action: 'Called the payer', contact: 'Member services', outcome: 'Sent a form' }
  expect((await patch(gateway, member, { steps: [step] })).body.steps).toMatchObject([step])
  const { body } = await say(gateway, 'GET', `/fhir/Communication?about=Task/${member.split('/')[1]}`)
  expect(body.entry).toHaveLength(1)
  expect(body.entry[0].resource).toMatchObject({
    subject: { reference: 'Patient/cli-marisol' },
    sent: step.at,
    payload: [{ contentString: 'Called the payer' }],
    recipient: [{ display: 'Member services' }],
    meta: { security: [{ code: 'R' }] },
  })
  expect((await say(gateway, 'GET', '/coordination/communications?client=cli-marisol')).body.items).toEqual([])
})
