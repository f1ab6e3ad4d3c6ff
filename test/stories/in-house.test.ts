/** What is ours alone: whatever a partner is sent, it is not among it. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { workItemKinds } from '../../src/domain/work-item.ts'
import { withoutInHouse } from '../../src/flows/delivery/in-house.ts'
import { event, make, marisol, put, say } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await startGateway()
  const push = ['Patient', 'CareTeam', 'List', 'Task', 'Encounter', 'Group', 'Account', 'ChargeItem', 'DocumentReference']
  const connection = { name: 'harbor', kind: 'ehr', baseUrl: 'https://ehr.example/fhir', push }
  expect((await say(gateway, 'POST', '/admin/connections', connection)).status).toBeLessThan(300)
  await put(gateway, marisol)
})
afterEach(() => gateway.stop())

const owed = async (): Promise<string[]> => {
  const { body } = await say(gateway, 'GET', '/admin/deliveries?limit=100')
  return body.items.map(({ type }: { type: string }) => type)
}
const made = async (collection: string, body: object) => `${collection}/${await make(gateway, collection, body)}`

it('a caseload is sent to nobody, nor is the supervisor’s work that comes of it', async () => {
  const assignment = { clientId: 'cli-marisol', episodeId: 'epi-1', role: 'primary', acuity: 4 }
  await made('caseloads', { coordinatorId: 'prl-okafor', capacityWeighted: 1, assignments: [assignment] })
  expect((await say(gateway, 'GET', '/fhir/Task')).body.entry).toHaveLength(1)
  expect(await owed()).toEqual(['Patient'])
})

it.each(workItemKinds)('work for a client is sent on if it is contact with the client: %s', async (kind) => {
  await made('work-items', { kind, clientId: 'cli-marisol', dueAt: '2026-03-03T17:00:00Z', assignee: { id: 'prl-okafor' } })
  expect(await owed()).toEqual(kind === 'call' || kind === 'follow-up' ? ['Task', 'Patient'] : ['Patient'])
})

it('work for a client is sent on as it changes, work about nobody is not', async () => {
  const item = { kind: 'call', dueAt: '2026-03-03T17:00:00Z', assignee: { id: 'prl-okafor' } }
  await made('work-items', item)
  const theirs = await made('work-items', { ...item, clientId: 'cli-marisol' })
  await event(gateway, theirs, 'start')
  expect((await owed()).sort()).toEqual(['Patient', 'Task', 'Task'])
})

it('a note is sent once it is signed', async () => {
  const session = await made('sessions', {
    clientId: 'cli-marisol',
    kind: 'outreach',
    modality: 'in-person',
    renderer: { id: 'prc-okafor' },
    note: { plan: 'To come back on Monday' },
  })
  for (const type of ['book', 'start']) await event(gateway, session, type)
  await event(gateway, session, 'complete', { actual: { start: '2026-03-02T08:00:00Z', end: '2026-03-02T08:50:00Z' } })
  expect(await owed()).not.toContain('DocumentReference')
  await event(gateway, session, 'sign')
  expect(await owed()).toContain('DocumentReference')
})

it('a care team is sent without what each may see, and wants to be told', async () => {
  const member = {
    who: { id: 'prl-okafor' },
    role: { text: 'Coordinator' },
    isLead: true,
    infoAccess: 'full',
    notifyOn: ['crisis'],
  }
  const team = await made('care-teams', { clientId: 'cli-marisol', name: 'Team', members: [member] })
  const { body } = await say(gateway, 'GET', `/fhir/CareTeam/${team.split('/')[1]}`)
  expect(JSON.stringify(body)).toContain('in-house')
  const sent = withoutInHouse(body)
  expect(JSON.stringify(sent)).not.toContain('in-house')
  expect(sent).toMatchObject({
    name: 'Team',
    participant: [{ extension: [{ url: expect.stringMatching(/lead$/), valueBoolean: true }] }],
  })
})
