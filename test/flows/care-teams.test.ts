/** A care team from the first proposal to its end: one leads, and nobody sees more than somebody has allowed. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { consent, event, gatewayWith, marisol, patch, put, say } from '../support/coordination.ts'
import type { TestGateway } from '../support/gateway.ts'
import { openHospital } from '../support/hospital.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await gatewayWith(marisol)
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
    expect((await patch(gateway, team, { members: [{ ...body.members[0], isLead: false }] })).status).toBe(422)
    const handed = await patch(gateway, team, { members: [{ ...body.members[0], period: { end: '2026-03-01' } }, second] })
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

it('who wants to be told is told of a discharge that a hospital’s message tells', async () => {
  const hospital = await openHospital()
  const clientId = await hospital.register()
  const members = [{ ...coordinator, notifyOn: ['discharge'] }]
  const { body } = await say(hospital, 'POST', '/coordination/care-teams', { clientId, name: 'Rosa’s team', members })
  await event(hospital, `care-teams/${body.id}`, 'activate')
  await hospital.send({ MSH: { 9: 'ADT^A01^ADT_A01', 10: 'SB-1000' }, EVN: { 1: 'A01' }, PV1: { 36: '', 45: '' } })
  expect(await hospital.list(`communications?client=${clientId}`)).toEqual([])
  await hospital.send()
  await hospital.send({ MSH: { 9: 'ADT^A08^ADT_A01', 10: 'SB-1002' }, EVN: { 1: 'A08' } })
  expect(await hospital.list(`communications?client=${clientId}`)).toMatchObject([
    { to: [{ id: 'prl-okafor' }], body: 'Discharged from hospital' },
  ])
  await hospital.stop()
})

describe('who wants to be told', () => {
  const osei = { who: { id: 'prl-osei' }, role: { text: 'Therapist' } }
  const told = async (about?: string) => {
    const { body } = await say(gateway, 'GET', '/coordination/communications?client=cli-marisol')
    const all: { to: { id: string }[]; about: string[]; body: string }[] = body.items
    return all.filter((one) => about === undefined || one.about[0] === about).map(({ to, body }) => [to[0]!.id, body])
  }
  const team = async (...members: object[]) => event(gateway, await made(coordinator, ...members), 'activate')
  const post = async (collection: string, body: object) =>
    `${collection}/${(await say(gateway, 'POST', `/coordination/${collection}`, { clientId: 'cli-marisol', ...body })).body.id}`

  it('is told of it once, with what it is about and no more', async () => {
    await team({ ...osei, notifyOn: ['crisis', 'missed-contact'] }, { ...sister, infoAccess: 'none', notifyOn: ['crisis'] })
    const crisis = await post('crises', { trigger: 'call-988', riskTypes: ['suicide'], level: 'high' })
    const flag = `Flag/${crisis.split('/')[1]}`
    expect(await told(flag)).toEqual([['prl-osei', 'In a crisis']])
    await event(gateway, crisis, 'acknowledge', { clinician: { id: 'prc-who' } })
    await event(gateway, crisis, 'stabilise')
    expect(await told(flag)).toHaveLength(1)
    const { body } = await say(gateway, 'GET', '/fhir/Communication?recipient=PractitionerRole/prl-osei')
    expect(body.entry.map(({ resource }: { resource: object }) => resource)).toMatchObject([
      { status: 'in-progress', priority: 'stat', meta: { security: [{ code: 'PSY' }, { code: 'R' }] } },
    ])
    const session = await post('sessions', { kind: 'outreach', modality: 'in-person', renderer: { id: 'prc-1' } })
    await event(gateway, session, 'book')
    await event(gateway, session, 'no-show')
    expect((await told()).map(([, what]) => what).sort()).toEqual(['Did not come to a session', 'In a crisis'])
  })

  it('is told of a discharge, whoever tells us, and not when they have left', async () => {
    const left = { who: { id: 'prc-left', type: 'Practitioner' }, role: { text: 'Nurse' }, period: { end: '2026-03-01' } }
    await team({ ...osei, notifyOn: ['discharge'] }, { ...left, notifyOn: ['discharge'] })
    await put(gateway, {
      resourceType: 'Encounter',
      id: 'enc-1',
      status: 'finished',
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
      subject: { reference: 'Patient/cli-marisol' },
      period: { start: '2026-02-20T10:00:00-05:00', end: '2026-03-01T10:00:00-05:00' },
      hospitalization: { dischargeDisposition: { text: 'Home' } },
    })
    const heard = ['prl-osei', 'Discharged from hospital']
    expect(await told('Encounter/enc-1')).toEqual([heard])
    await post('discharges', {
      ...{
        facility: { id: 'org-x' },
        encounterClass: 'inpatient-acute-psych',
        timeZone: 'America/New_York',
        dischargedAt: '2026-03-02T10:00:00-05:00',
      },
    })
    expect(await told()).toEqual([heard, heard])
  })

  const dis = (admitted: string, discharged: string) =>
    post('discharges', {
      ...{ facility: { id: 'org-x' }, encounterClass: 'inpatient-acute-psych', timeZone: 'America/New_York' },
      ...{ admittedAt: `${admitted}T10:00:00-05:00`, dischargedAt: `${discharged}T10:00:00-05:00` },
    })

  it('is told no old news: what follows from something else has happened before', async () => {
    const made = await say(gateway, 'POST', '/coordination/episodes', {
      ...{ clientId: marisol.id, programme: { text: 'Outpatient' }, managingOrg: { id: 'org-haven' }, part2Programme: false },
      ...{ leadCoordinatorId: 'prl-okafor', period: { start: '2026-03-02' } },
    })
    const episode = { reference: `EpisodeOfCare/${made.body.id}` }
    await put(gateway, {
      ...{ resourceType: 'ServiceRequest', id: 'srv-1', status: 'completed', intent: 'order', code: { text: 'Food' } },
      ...{ subject: { reference: `Patient/${marisol.id}` }, authoredOn: '2025-01-01' },
      extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/workflow-episodeOfCare', valueReference: episode }],
    })
    await dis('2026-02-03', '2026-02-20')
    await team({ ...osei, notifyOn: ['discharge', 'referral-change'] })
    // The first stay comes to be one that was followed by another.
    const again = await dis('2026-02-22', '2026-03-01')
    await say(
      gateway,
      'PATCH',
      `/coordination/episodes/${made.body.id}`,
      { part2Programme: true },
      {
        ...{ 'if-match': made.etag, 'content-type': 'application/merge-patch+json' },
      },
    )
    expect((await say(gateway, 'GET', '/fhir/ServiceRequest/srv-1')).body.meta.security).toHaveLength(1)
    expect(await told()).toEqual([['prl-osei', 'Discharged from hospital']])
    expect(await told(`Encounter/${again.split('/')[1]}`)).toHaveLength(1)
  })

  it('is told by us alone: no partner is sent it', async () => {
    const connection = { name: 'harbor', kind: 'ehr', baseUrl: 'https://ehr.example/fhir', push: ['Communication'] }
    expect((await say(gateway, 'POST', '/admin/connections', connection)).status).toBeLessThan(300)
    await team({ ...osei, notifyOn: ['missed-contact'] })
    const session = await post('sessions', { kind: 'outreach', modality: 'in-person', renderer: { id: 'prc-1' } })
    await event(gateway, session, 'book')
    await event(gateway, session, 'no-show')
    expect(await told()).toHaveLength(1)
    expect((await say(gateway, 'GET', '/admin/deliveries')).body.items).toEqual([])
  })
})
