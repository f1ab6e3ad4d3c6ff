/** A programme under 42 CFR Part 2: whatever is of an episode in it, or was at it, says so, whoever writes it and when. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { event, gatewayWith, make, marisol, patch, put, say } from '../support/coordination.ts'
import type { TestGateway } from '../support/gateway.ts'
import { openHospital } from '../support/hospital.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await gatewayWith(marisol)
})
afterEach(() => gateway.stop())

const clientId = marisol.id
const episode = (part2Programme: boolean) =>
  make(gateway, 'episodes', {
    ...{ clientId, programme: { text: 'Intensive outpatient' }, managingOrg: { id: 'org-haven' }, part2Programme },
    ...{ leadCoordinatorId: 'prl-okafor', period: { start: '2026-03-02' } },
  })
const need = {
  ...{ clientId, domain: 'substance', category: { code: 'alcohol-use' }, code: { text: 'Alcohol' } },
  ...{ assertedBy: 'clinician', clientView: 'agrees' },
}
const session = {
  ...{ clientId, kind: 'individual-counselling', modality: 'in-person', renderer: { id: 'prl-okafor' } },
  ...{ interventions: [{ text: 'Motivational interviewing' }] },
}
const lawOf = async (reference: string): Promise<string[]> => {
  const { meta } = (await say(gateway, 'GET', `/fhir/${reference}`)).body
  // What a code says of itself is beside it.
  return (meta.security ?? []).flatMap(({ code }: { code: string }) => (code === '42CFRPart2' ? [code] : []))
}
const condition = (episodeId: string, id = 'ned-told') => ({
  ...{ resourceType: 'Condition', id, subject: { reference: `Patient/${clientId}` }, code: { text: 'Alcohol' } },
  extension: [
    {
      url: 'http://hl7.org/fhir/StructureDefinition/workflow-episodeOfCare',
      valueReference: { reference: `EpisodeOfCare/${episodeId}` },
    },
  ],
})

it('labels what is written of it, by either door, with all its parts', async () => {
  const episodeId = await episode(true)
  const [drinking, visit] = [
    await make(gateway, 'needs', { ...need, episodeId }),
    await make(gateway, 'sessions', { ...session, episodeId }),
  ]
  await put(gateway, condition(episodeId))
  const { entry } = (await say(gateway, 'GET', `/fhir/Procedure?encounter=Encounter/${visit}`)).body
  const all = [`Condition/${drinking}`, `Encounter/${visit}`, 'Condition/ned-told', `Procedure/${entry[0].resource.id}`]
  for (const reference of all) expect([reference, await lawOf(reference)]).toEqual([reference, ['42CFRPart2']])
  // One version, and the label is not taken off by a later one.
  expect((await say(gateway, 'GET', '/fhir/Condition/ned-told')).body.meta.versionId).toBe('1')
  expect((await patch(gateway, `needs/${drinking}`, { legalBasis: [] })).body.legalBasis).toEqual(['42CFRPart2'])
  await put(gateway, { ...condition(episodeId), code: { text: 'Drinking' } })
  expect(await lawOf('Condition/ned-told')).toEqual(['42CFRPart2'])
})

it('leaves what is of other episodes, or of none, as it is', async () => {
  const episodeId = await episode(false)
  await put(gateway, condition(episodeId))
  await put(gateway, condition('epi-elsewhere', 'ned-strange'))
  const free = await make(gateway, 'needs', need)
  for (const id of ['ned-told', 'ned-strange', free]) expect(await lawOf(`Condition/${id}`)).toEqual([])
})

it('labels what was there before the episode was one of it, and what it was moved to', async () => {
  const episodeId = await episode(false)
  const drinking = await make(gateway, 'needs', { ...need, episodeId })
  const other = await make(gateway, 'needs', need)
  await event(gateway, `episodes/${episodeId}`, 'activate')
  expect((await patch(gateway, `episodes/${episodeId}`, { part2Programme: true })).status).toBe(200)
  expect([await lawOf(`Condition/${drinking}`), await lawOf(`Condition/${other}`)]).toEqual([['42CFRPart2'], []])
  expect((await patch(gateway, `needs/${other}`, { episodeId })).body.legalBasis).toEqual(['42CFRPart2'])
})

const subject = { reference: `Patient/${clientId}` }
const ofStay = (stay: string) => ({
  ...{ resourceType: 'Procedure', id: 'prc-1', status: 'completed', code: { text: 'Breath test' }, subject },
  encounter: { reference: `Encounter/${stay}` },
})
const goal = (id: string, needId: string) => ({
  ...{ resourceType: 'Goal', id, lifecycleStatus: 'active', description: { text: 'Sober' }, subject },
  addresses: [{ reference: `Condition/${needId}` }],
})

it('labels what is of such an encounter, and goals for such needs, by either door and in one commit', async () => {
  const episodeId = await episode(true)
  const drinking = await make(gateway, 'needs', { ...need, episodeId })
  const visit = await make(gateway, 'sessions', { ...session, episodeId })
  await put(gateway, ofStay(visit))
  await put(gateway, goal('gol-1', drinking))
  const own = await make(gateway, 'goals', {
    clientId,
    statement: { text: 'Sober' },
    addresses: [drinking],
    expressedBy: 'client',
  })
  const paper = { resourceType: 'DocumentReference', status: 'current', subject, content: [{ attachment: { title: 'x' } }] }
  const entries = [
    { ...ofStay('enc-of-all'), id: 'prc-2' },
    { ...paper, id: 'doc-1', context: { encounter: [{ reference: 'Encounter/enc-of-all' }] } },
    {
      ...{ resourceType: 'Encounter', id: 'enc-of-all', status: 'in-progress', class: { code: 'AMB' }, subject },
      episodeOfCare: [{ reference: `EpisodeOfCare/${episodeId}` }],
    },
  ]
  const entry = entries.map((resource) => ({
    ...{ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } },
  }))
  const taken = await say(gateway, 'POST', '/fhir', { resourceType: 'Bundle', type: 'transaction', entry })
  expect(taken.status, JSON.stringify(taken.body)).toBe(200)
  const all = [
    'Procedure/prc-1',
    'Goal/gol-1',
    `Goal/${own}`,
    'Procedure/prc-2',
    'DocumentReference/doc-1',
    'Encounter/enc-of-all',
  ]
  for (const reference of all) expect([reference, await lawOf(reference)]).toEqual([reference, ['42CFRPart2']])
  expect((await say(gateway, 'GET', '/fhir/Procedure/prc-1')).body.meta.versionId).toBe('1')
})

describe('an organization that is such a programme', () => {
  const detox = (isOne: boolean) => ({
    ...{ resourceType: 'Organization', id: 'org-detox', name: 'Pier Street', active: true },
    extension: [{ url: 'https://warm-handoff.example/fhir/StructureDefinition/part2-programme', valueBoolean: isOne }],
  })

  it.each([true, false])('(%s) labels its episodes, and the stays there that anybody tells of', async (isOne) => {
    await put(gateway, detox(isOne))
    const law = isOne ? ['42CFRPart2'] : []
    const own = await make(gateway, 'episodes', {
      ...{ clientId, programme: { text: 'Detoxification' }, managingOrg: { id: 'org-detox' }, part2Programme: false },
      ...{ leadCoordinatorId: 'prl-okafor', period: { start: '2026-03-02' } },
    })
    const stay = await make(gateway, 'discharges', {
      ...{ clientId, facility: { id: 'org-detox' }, timeZone: 'America/New_York', encounterClass: 'residential' },
      ...{ admittedAt: '2026-02-13T08:00:00-05:00', dischargedAt: '2026-03-01T10:00:00-05:00' },
    })
    await put(gateway, {
      ...{ resourceType: 'Encounter', id: 'enc-1', status: 'in-progress', subject: { reference: `Patient/${clientId}` } },
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
      serviceProvider: { reference: 'Organization/org-detox' },
    })
    for (const reference of [`EpisodeOfCare/${own}`, `Encounter/${stay}`, 'Encounter/enc-1'])
      expect([reference, await lawOf(reference)]).toEqual([reference, law])
  })

  it('is one however its JSON is written', async () => {
    const body = JSON.stringify(detox(true)).replaceAll('/', '\\/')
    const headers = { 'content-type': 'application/fhir+json' }
    expect((await gateway.request('/fhir/Organization/org-detox', { method: 'PUT', headers, body })).status).toBe(201)
    await put(gateway, {
      ...{ resourceType: 'Encounter', id: 'enc-1', status: 'in-progress', class: { code: 'AMB' }, subject },
      serviceProvider: { reference: 'Organization/org-detox' },
    })
    expect(await lawOf('Encounter/enc-1')).toEqual(['42CFRPart2'])
  })

  it('labels what was there before it was said to be one, with all that is of it', async () => {
    await put(gateway, detox(false))
    const own = await make(gateway, 'episodes', {
      ...{ clientId, programme: { text: 'Detoxification' }, managingOrg: { id: 'org-detox' }, part2Programme: false },
      ...{ leadCoordinatorId: 'prl-okafor', period: { start: '2026-02-02' } },
    })
    const drinking = await make(gateway, 'needs', { ...need, episodeId: own })
    const stay = await make(gateway, 'discharges', {
      ...{ clientId, facility: { id: 'org-detox' }, timeZone: 'America/New_York', encounterClass: 'inpatient-acute-psych' },
      ...{ admittedAt: '2026-02-13T08:00:00-05:00', dischargedAt: '2026-03-01T10:00:00-05:00' },
      diagnoses: [{ code: { codings: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'F10.20' }] }, role: 'principal' }],
    })
    await put(gateway, ofStay(stay))
    await put(gateway, goal('gol-1', drinking))
    const { entry } = (await say(gateway, 'GET', `/fhir/Task?patient=${clientId}`)).body
    const diagnosis = (await say(gateway, 'GET', `/fhir/Encounter/${stay}`)).body.diagnosis[0].condition.reference
    const all = [`EpisodeOfCare/${own}`, `Encounter/${stay}`, diagnosis, 'Procedure/prc-1', `Condition/${drinking}`, 'Goal/gol-1']
    all.push(...entry.map(({ resource }: { resource: { id: string } }) => `Task/${resource.id}`))
    expect(all.length).toBeGreaterThan(6)
    for (const reference of all) expect([reference, await lawOf(reference)]).toEqual([reference, []])
    await put(gateway, detox(true))
    for (const reference of all) expect([reference, await lawOf(reference)]).toEqual([reference, ['42CFRPart2']])
  })

  it('labels what its own messages tell, and what is owed for it', async () => {
    const hospital = await openHospital({ connection: { facility: 'org-detox' } })
    await put(hospital, detox(true))
    await hospital.register()
    await hospital.send()
    const told = await Promise.all(['Encounter', 'Condition', 'Task'].map((type) => hospital.search<Labelled>(type)))
    expect(told.flat().length).toBeGreaterThan(3)
    for (const one of told.flat()) expect(one.meta.security).toContainEqual(expect.objectContaining({ code: '42CFRPart2' }))
    await hospital.stop()
  })
})

interface Labelled {
  readonly meta: { readonly security?: readonly object[] }
}
