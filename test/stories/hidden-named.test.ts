/**
 * A consent or a document that is hidden is named by its id as one that is not there: of two gateways one has such records of a client under
 * 42 CFR Part 2, and whoever has no right to them is answered alike. Everybody is invented.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { consent, part2, sdoh } from '../support/coordination.ts'
import { answer, openSide, type Side } from '../support/sides.ts'

const subject = { reference: 'Patient/rosa' }
const paper = (more: object) => ({
  ...{ resourceType: 'DocumentReference', id: 'doc-secret', status: 'current', subject, type: { text: 'A letter' } },
  content: [{ attachment: { title: 'A letter' } }],
  ...more,
})
const hunger = {
  ...{ resourceType: 'Condition', id: 'ned-hunger', subject, code: { text: 'Hunger' } },
  clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] },
}
const known = [{ resourceType: 'Patient', id: 'rosa', name: [{ family: 'Quintero' }] }, hunger]
const secrets = [{ ...consent, id: 'con-secret', patient: subject, meta: part2 }, paper({ meta: part2 })]

let without: Side
let beside: Side
beforeAll(async () => {
  ;[without, beside] = await Promise.all([openSide(...known), openSide(...known, ...secrets)])
})
afterAll(() => Promise.all([without.gateway.stop(), beside.gateway.stop()]))

const post = ({ gateway }: Side, headers: Record<string, string>, path: string, json: object) =>
  gateway.request(`/coordination/${path}`, { method: 'POST', headers, json })
/** Who has no right is answered alike on both sides, and refused; who has is not. `paths`: on the one side, and on the other. */
async function named(paths: readonly [string, string], json: object): Promise<void> {
  const ask = (side: Side, path: string) => answer(side, { method: 'POST', path: `/coordination/${path}`, json })
  const [here, there] = [await ask(without, paths[0]), await ask(beside, paths[1])]
  expect(there).toBe(here)
  expect(here).toMatch(/^422 /)
  const said = await post(beside, beside.all, paths[1], json)
  expect(said.ok, await said.text()).toBe(true)
}
/** A new member of each side, made by whoever has no right. */
async function made(collection: string, json: object): Promise<readonly [string, string]> {
  const members = [without, beside].map(async (side) => {
    const said = await post(side, side.some, collection, json)
    const body = (await said.json()) as { id: string }
    expect(said.status, JSON.stringify(body)).toBe(201)
    return `${collection}/${body.id}`
  })
  return Promise.all(members) as Promise<[string, string]>
}
const moved = (members: readonly [string, string]): [string, string] => [`${members[0]}/events`, `${members[1]}/events`]

it('to stand up for a client by a release', async () => {
  const grievance = {
    clientId: 'rosa',
    kind: 'denied-service',
    target: { id: 'org-payer' },
    deadline: '2026-04-30',
    documents: [],
  }
  const release = { authority: 'signed-release', consentId: 'con-secret', appealOf: { id: 'aut-1' } }
  await named(['advocacy', 'advocacy'], { ...grievance, ...release })
})

it('to tell others what is sensitive', async () => {
  const letter = await made('communications', {
    ...{
      clientId: 'rosa',
      direction: 'out',
      channel: 'direct',
      to: [{ id: 'prc-osei' }],
      from: { id: 'org-1', type: 'Organization' },
    },
    ...{ category: 'notification', classification: 'sensitive', body: 'She comes on Tuesdays', consentId: 'con-secret' },
  })
  await named(moved(letter), { type: 'send' })
})

it('to refer a client', async () => {
  const referral = await made('referrals', {
    ...{ clientId: 'rosa', kind: 'community-service', service: { text: 'Food parcels' }, reasons: ['ned-hunger'] },
    category: {
      system: sdoh,
      code: 'food-insecurity',
    },
    ...{ priority: 'routine', intent: 'order', target: { id: 'svc-pantry' }, consentId: 'con-secret', doNotContact: 'no' },
  })
  await named(moved(referral), { type: 'send' })
})

it('to show somebody a safety plan', async () => {
  const plan = await made('safety-plans', {
    ...{ clientId: 'rosa', createdWith: ['Patient/rosa'], clientHasCopy: true, language: 'en-US' },
    sections: {
      'warning-signs': { items: ['I stop answering the phone'] },
      'internal-coping': { items: ['Walking by the river'] },
      'professional-support': { items: ['988, by telephone or text'] },
    },
  })
  for (const [i, side] of [without, beside].entries())
    expect((await post(side, side.some, moved(plan)[i]!, { type: 'activate' })).status).toBe(200)
  await named(moved(plan), { type: 'share', who: 'RelatedPerson/rel-ines', consentId: 'con-secret' })
})

it('to put a document in the place of another', async () => {
  await named(['documents', 'documents'], {
    ...{
      clientId: 'rosa',
      type: { system: 'http://loinc.org', code: '18842-5' },
      title: 'A letter',
      replaces: 'doc-secret',
      author: { id: 'prc-osei' },
    },
    categories: [{ system: 'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category', code: 'clinical-note' }],
    original: { mime: 'text/plain', data: 'SGVsbG8=' },
  })
})

it('and a document that says on /fhir that it takes the place of a hidden one leaves that as it is', async () => {
  const papers = paper({ id: 'doc-again', meta: part2 })
  const put = (json: { id: string }, headers: Record<string, string>) =>
    beside.gateway.request(`/fhir/DocumentReference/${json.id}`, { method: 'PUT', headers, json })
  expect((await put(papers, beside.all)).status).toBe(201)
  const target = { reference: 'DocumentReference/doc-again' }
  expect((await put(paper({ id: 'doc-new', relatesTo: [{ code: 'replaces', target }] }), beside.some)).status).toBe(201)
  const said = await beside.gateway.request('/fhir/DocumentReference/doc-again', { headers: beside.all })
  expect(await said.json()).toMatchObject({ status: 'current' })
})
