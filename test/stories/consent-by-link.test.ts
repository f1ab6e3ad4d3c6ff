/**
 * Rosa is asked for a consent by a link: she reads it in plain words, in her language, and signs what she has read, or does not. Everybody
 * is invented.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { label } from '../support/consent-story.ts'
import { event, make, patch, put, say } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { answers, bearer, mailed, meet, opens, pantry, queued, release, rosa } from '../support/link-story.ts'
import { type MailServerForTests, startMailServer } from '../support/mail-server.ts'

let server: MailServerForTests
let gateway: TestGateway
let consent: string
beforeEach(async () => {
  server = await startMailServer()
  gateway = await startGateway({ allowTargets: [server.target] })
  await meet(gateway, server)
  consent = await proposes()
})
afterEach(async () => {
  await gateway.stop()
  await server.close()
})

async function proposes(changes: object = {}): Promise<string> {
  const id = await make(gateway, 'consents', { ...release, ...changes })
  await event(gateway, `consents/${id}`, 'propose')
  return id
}
const asksHer = async (changes: object = {}) => mailed(gateway, server, await bearer(gateway, `Consent/${consent}`, changes))
const standing = async () => (await say(gateway, 'GET', `/coordination/consents/${consent}`)).body
const papers = async () => (await say(gateway, 'GET', '/coordination/documents?client=cli-rosa')).body.items
const sign = { decision: 'sign', name: 'Rosa Quintero', agreed: 'yes' }
const said = (page: { text: string }, ...words: string[]) => words.filter((word) => page.text.includes(word))

const plain = [
  'Decir a una organización comunitaria en qué necesito ayuda',
  'Harbor Street Counseling',
  'Harvest Pantry',
  'Her need for food',
  'para tratarme o ayudarme',
  '2027-03-01',
  'Puede cambiar de opinión en cualquier momento',
]

it('she reads it in plain words of her language, signs, and it is in force; what she read is kept word for word', async () => {
  const path = await asksHer()
  for (const own of ['Rosa', 'Quintero', 'Pantry', 'food', consent]) expect(server.received[0]!.raw).not.toContain(own)
  const read = await opens(gateway, path)
  expect([read.status, said(read, ...plain)]).toEqual([200, plain])
  const signed = await answers(gateway, path, read, sign)
  expect([signed.status, said(signed, 'Gracias', 'Usted aceptó esto', '<form')]).toEqual([200, ['Gracias', 'Usted aceptó esto']])
  const now = await standing()
  expect(now).toMatchObject({
    state: 'active',
    givenAt: expect.stringMatching(/^2026-03-02T09:30:00/),
    signature: { party: 'Rosa Quintero', role: 'client', method: 'electronic', documentId: now.copyDocumentId },
  })
  const copy = await gateway.request(`/coordination/documents/${now.copyDocumentId}/content`)
  const text = await copy.text()
  expect([plain.filter((words) => text.includes(words)), text.includes('Rosa Quintero, 2026-03-02')]).toEqual([plain, true])
  const { body } = await say(gateway, 'GET', '/fhir/Provenance')
  expect(body.entry[0].resource).toMatchObject({
    agent: [{ who: { reference: 'Patient/cli-rosa' } }],
    target: [
      { reference: expect.stringContaining(`Consent/${consent}/_history/`) },
      { reference: expect.stringContaining('DocumentReference/') },
    ],
  })
})

it('she says no, and why', async () => {
  const path = await asksHer()
  const declined = await answers(gateway, path, await opens(gateway, path), {
    decision: 'decline',
    reason: 'Not my sister’s pantry',
  })
  expect([declined.status, said(declined, 'Usted dijo que no a esto', '<form')]).toEqual([200, ['Usted dijo que no a esto']])
  expect(await standing()).toMatchObject({ state: 'rejected', statusReason: 'Not my sister’s pantry' })
})

describe('nothing is signed', () => {
  it.each<[string, Record<string, string>]>([
    ['without a name', { ...sign, name: ' ' }],
    ['without a word that it was read', { decision: 'sign', name: 'Rosa Quintero' }],
    ['by another word', { ...sign, decision: 'activate' }],
  ])('%s', async (_, fields) => {
    const path = await asksHer()
    const page = await answers(gateway, path, await opens(gateway, path), fields)
    expect([page.status, said(page, 'Falta algo')]).toEqual([400, ['Falta algo']])
    expect((await standing()).state).toBe('proposed')
  })

  const changes: readonly [string, string, () => Promise<unknown>][] = [
    [
      'its words have changed since she read them',
      'Her need for food and rent',
      async () => {
        const content = { narrative: 'Her need for food and rent' }
        return patch(gateway, `consents/${consent}`, { content })
      },
    ],
    ['whom it names goes by another name', 'Bitter Pantry', () => put(gateway, { ...pantry, name: 'Bitter Pantry' })],
  ]
  it.each(changes)('where %s: she is shown it anew', async (_, words, change) => {
    const path = await asksHer()
    const read = await opens(gateway, path)
    await change()
    const late = await answers(gateway, path, read, sign)
    expect([late.status, said(late, 'No se hizo nada', words)]).toEqual([409, ['No se hizo nada', words]])
    expect([(await standing()).state, (await papers()).length]).toEqual(['proposed', 1])
    expect((await answers(gateway, path, late, sign)).status).toBe(200)
    expect((await standing()).state).toBe('active')
  })

  it('twice, nor declined after it was signed', async () => {
    const path = await asksHer()
    const read = await opens(gateway, path)
    const both = await Promise.all([answers(gateway, path, read, sign), answers(gateway, path, read, sign)])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
    expect((await answers(gateway, path, both[0], { decision: 'decline' })).status).toBeGreaterThanOrEqual(400)
    expect([(await standing()).state, (await papers()).length]).toEqual(['active', 2])
  })
})

const anaWhoDecides = {
  clientId: 'cli-rosa',
  relationship: [{ text: 'mother' }],
  names: [{ family: 'Quintero', given: ['Ana'] }],
  authority: ['parent'],
  contacts: [{ system: 'email', value: 'ana@home.example' }],
}

it('whoever decides for a child signs as such, by a link of their own', async () => {
  await put(gateway, {
    resourceType: 'Patient',
    id: 'cli-rosa',
    birthDate: '2018-05-01',
    name: [{ use: 'official', family: 'Quintero', given: ['Rosa'] }],
  })
  const mother = await make(gateway, 'related-persons', anaWhoDecides)
  const who = { id: mother, type: 'RelatedPerson' }
  consent = await proposes({ grantedBy: { who, capacity: 'parent' }, language: 'en' })
  const path = await asksHer({ to: [who] })
  expect(server.received.at(-1)!.to).toEqual(['ana@home.example'])
  const signed = await answers(gateway, path, await opens(gateway, path), { ...sign, name: 'Ana Quintero' })
  expect(signed.status, signed.text).toBe(200)
  expect(await standing()).toMatchObject({ state: 'active', signature: { party: 'Ana Quintero', role: 'guardian' } })
})

it('whoever decides for a child no longer is shown nothing any more', async () => {
  await put(gateway, { ...rosa, birthDate: '2018-05-01' })
  const mother = await make(gateway, 'related-persons', anaWhoDecides)
  await make(gateway, 'related-persons', { ...anaWhoDecides, names: [{ family: 'Quintero', given: ['Luis'] }] })
  const who = { id: mother, type: 'RelatedPerson' }
  consent = await proposes({ grantedBy: { who, capacity: 'parent' }, language: 'en' })
  const path = await asksHer({ to: [who] })
  const member = `/coordination/related-persons/${mother}`
  const { body, etag } = await say(gateway, 'GET', member)
  const ended = await say(gateway, 'PUT', member, { ...body, authority: [] }, { 'if-match': etag })
  expect(ended.status, JSON.stringify(ended.body)).toBe(200)
  const read = await opens(gateway, path)
  expect([read.status, said(read, 'Her need for food')]).toEqual([410, []])
})

it('under Part 2 the copy is as protected as the consent', async () => {
  consent = await proposes({
    kind: 'part2-specific',
    content: { narrative: 'All', sensitivities: ['SUD'] },
    redisclosureNotice: { id: 'statement-1' },
  })
  const path = await asksHer()
  const read = await opens(gateway, path)
  expect(said(read, 'uso de alcohol o drogas', '42 CFR parte 2')).toHaveLength(2)
  await answers(gateway, path, read, sign)
  const { copyDocumentId } = await standing()
  const paper = (await say(gateway, 'GET', `/fhir/DocumentReference/${copyDocumentId}`)).body
  expect(paper.meta.security).toContainEqual(label('42CFRPart2'))
})

describe('no link is sent', () => {
  const refused = async (changes: object = {}) => queued(gateway, await bearer(gateway, `Consent/${consent}`, changes))
  it('to a draft, nor to one that lacks more than her word', async () => {
    consent = await make(gateway, 'consents', release)
    expect(await refused()).toEqual([422, expect.stringContaining('about is one consent that was proposed')])
    consent = await proposes({ purposes: [], jurisdiction: undefined })
    expect(await refused()).toEqual([
      422,
      expect.stringContaining('lacks something to be signed: purposes'),
      expect.stringContaining('lacks something to be signed: jurisdiction'),
    ])
  })

  it('to anybody but whoever is to grant it', async () => {
    const wrong = [422, expect.stringContaining('about is one consent')]
    expect(await refused({ to: [{ id: 'org-pantry', type: 'Organization' }] })).toEqual(wrong)
  })

  it('once she has decided: the page says how it stands', async () => {
    const path = await asksHer()
    await event(gateway, `consents/${consent}`, 'reject', { reason: 'By telephone' })
    const read = await opens(gateway, path)
    expect([read.status, said(read, 'Usted dijo que no a esto', '<form')]).toEqual([200, ['Usted dijo que no a esto']])
    expect(await refused()).toEqual([422, expect.stringContaining('about is one consent that was proposed')])
  })
})
