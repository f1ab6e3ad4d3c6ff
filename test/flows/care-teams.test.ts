/** A care team from the first proposal to its end: one leads, and nobody sees more than somebody has allowed. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { consent, event, marisol, put, say } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await startGateway()
  await put(gateway, marisol)
})
afterEach(() => gateway.stop())

const coordinator = { who: { id: 'prl-okafor' }, role: { text: 'Care coordinator' }, isLead: true, infoAccess: 'full' }
const sister = { who: { type: 'RelatedPerson', id: 'rel-ines' }, role: { text: 'Sister' }, infoAccess: 'plan' }
const made = async (...members: object[]) => {
  const answer = await say(gateway, 'POST', '/coordination/care-teams', {
    clientId: 'cli-marisol',
    episodeId: 'epi-1',
    name: 'Marisol’s team',
    members,
  })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return `care-teams/${answer.body.id}`
}
const patched = async (member: string, change: object) => {
  const { etag } = await say(gateway, 'GET', `/coordination/${member}`)
  return say(gateway, 'PATCH', `/coordination/${member}`, change, {
    'if-match': etag,
    'content-type': 'application/merge-patch+json',
  })
}
const teamOf = async (member: string) => (await say(gateway, 'GET', `/fhir/CareTeam/${member.split('/')[1]}`)).body

it('works, pauses with a reason, works again, and ends', async () => {
  const team = await made(coordinator, { who: { id: 'prl-osei' }, role: { text: 'Therapist' }, notifyOn: ['crisis'] })
  expect((await say(gateway, 'GET', `/coordination/${team}`)).body).toMatchObject({
    state: 'proposed',
    members: [{ isLead: true }, { isLead: false, infoAccess: 'none', notifyOn: ['crisis'] }],
  })
  await event(gateway, team, 'activate')
  expect((await say(gateway, 'POST', `/coordination/${team}/events`, { type: 'suspend' })).body.issues[0].path).toBe('reason')
  expect((await event(gateway, team, 'suspend', { reason: 'In hospital' })).statusReason).toBe('In hospital')
  expect(await event(gateway, team, 'resume')).not.toHaveProperty('statusReason')
  expect((await event(gateway, team, 'end', { reason: 'Moved away' })).state).toBe('inactive')
  const again = await say(gateway, 'POST', `/coordination/${team}/events`, { type: 'resume' })
  expect([again.status, again.body.allowed]).toEqual([409, ['mark-error']])
  expect(await teamOf(team)).toMatchObject({ status: 'inactive', participant: [{ role: [{ text: 'Care coordinator' }] }, {}] })
  const { body } = await say(gateway, 'GET', '/coordination/clients/cli-marisol/timeline')
  expect(body.items.map(({ collection }: { collection: string }) => collection)).toContain('care-teams')
})

describe('who leads', () => {
  const second = { ...coordinator, who: { id: 'prl-osei' } }

  it('is one of those who are there, when the team begins to work', async () => {
    const headless = await made({ ...coordinator, isLead: false })
    const refused = await say(gateway, 'POST', `/coordination/${headless}/events`, { type: 'activate' })
    expect([refused.status, refused.body.issues[0]]).toEqual([422, { path: 'members', message: 'has nobody who leads' }])
    const twoHeads = await made(coordinator, second)
    expect((await say(gateway, 'POST', `/coordination/${twoHeads}/events`, { type: 'activate' })).status).toBe(422)
    const left = await made({ ...coordinator, period: { end: '2026-03-01' } }, second)
    await event(gateway, left, 'activate')
  })

  it('may change, but not be missing, while it works', async () => {
    const team = await made(coordinator)
    await event(gateway, team, 'activate')
    const { body } = await say(gateway, 'GET', `/coordination/${team}`)
    expect((await patched(team, { members: [{ ...body.members[0], isLead: false }] })).status).toBe(422)
    const handed = await patched(team, { members: [{ ...body.members[0], period: { end: '2026-03-01' } }, second] })
    expect(handed.status, JSON.stringify(handed.body)).toBe(200)
    expect(handed.body.members).toMatchObject([{ handle: body.members[0].handle }, { who: { id: 'prl-osei' } }])
  })
})

describe('family', () => {
  const ines = { resourceType: 'RelatedPerson', id: 'rel-ines', patient: { reference: 'Patient/cli-marisol' } }
  const tried = async () => {
    const team = { clientId: 'cli-marisol', name: 'Marisol’s team', members: [coordinator, sister] }
    return say(gateway, 'POST', '/coordination/care-teams', team)
  }

  it('sees nothing of the plan without a consent that names them', async () => {
    await put(gateway, ines)
    await put(gateway, consent)
    const refused = await tried()
    expect([refused.status, refused.body.issues[0].path]).toEqual([422, 'members[1].infoAccess'])
    const actor = [{ role: { text: 'told' }, reference: { reference: 'RelatedPerson/rel-ines' } }]
    const named = { ...consent, provision: { ...consent.provision, actor } }
    await put(gateway, named)
    expect((await tried()).status).toBe(201)
    await put(gateway, { ...named, status: 'inactive' })
    expect((await tried()).status).toBe(422)
  })

  it('who decides for the client may see it', async () => {
    const url = 'https://warm-handoff.example/fhir/StructureDefinition/authority'
    await put(gateway, { ...ines, extension: [{ url, valueCode: 'guardian' }] })
    expect((await tried()).status).toBe(201)
  })

  it('somebody else’s guardian may not', async () => {
    const url = 'https://warm-handoff.example/fhir/StructureDefinition/authority'
    const other = { ...ines, patient: { reference: 'Patient/cli-other' }, extension: [{ url, valueCode: 'guardian' }] }
    await put(gateway, { ...marisol, id: 'cli-other' })
    await put(gateway, other)
    expect((await tried()).status).toBe(422)
  })
})

it('an EHR’s team is read as it is, and keeps what we do not know', async () => {
  const theirs = {
    resourceType: 'CareTeam',
    id: 'theirs',
    subject: { reference: 'Patient/cli-marisol' },
    category: [{ text: 'Longitudinal' }],
    participant: [{ role: [{ text: 'PCP' }, { text: 'Gatekeeper' }], member: { display: 'Dr. Lin' } }],
  }
  await put(gateway, theirs)
  const read = await say(gateway, 'GET', '/coordination/care-teams/theirs')
  expect(read.body).toMatchObject({ members: [{ who: { external: { display: 'Dr. Lin' } }, role: { text: 'PCP' } }] })
  expect(read.body).not.toHaveProperty('state')
})
