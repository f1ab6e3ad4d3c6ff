/** Slides for a care conference: made from what there is, kept as a document, and without what the caller may not see. */
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { deckOf } from '../../src/documents/slides.ts'
import { registerClient } from '../support/client.ts'
import { marisol, put, say } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { guardedGateway } from '../support/guarded.ts'
import { unzip } from '../support/unzip.ts'

let gateway: TestGateway
afterEach(() => gateway.stop())

const base = 'https://warm-handoff.example/fhir'
const subject = { reference: 'Patient/cli-marisol' }
const label = (code: string, system = 'Confidentiality') => ({
  security: [{ system: `http://terminology.hl7.org/CodeSystem/v3-${system}`, code }],
})
const active = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] }
const confirmed = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status', code: 'confirmed' }] }
const need = (id: string, text: string, more: object = {}) => ({
  ...{ resourceType: 'Condition', id, subject, code: { text }, clinicalStatus: active, verificationStatus: confirmed },
  onsetDateTime: '2026-01-20',
  ...more,
})
const score = (n: number, value: number) => ({
  resourceType: 'Observation',
  id: `pms-${n}`,
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '44261-6', display: 'PHQ-9 total score' }] },
  subject,
  effectiveDateTime: `2026-0${n}-02T10:00:00Z`,
  valueQuantity: { value },
  extension: [
    { url: 'http://hl7.org/fhir/StructureDefinition/resource-pertainsToGoal', valueReference: { reference: 'Goal/gol-1' } },
  ],
})
const resources = [
  {
    ...marisol,
    birthDate: '1984-02-19',
    communication: [{ language: { coding: [{ system: 'urn:ietf:bcp:47', code: 'es' }] }, preferred: true }],
  },
  { resourceType: 'Practitioner', id: 'prc-osei', name: [{ family: 'Nguyễn', given: ['Ama'], suffix: ['LCSW'] }] },
  { resourceType: 'Practitioner', id: 'prc-old', name: [{ family: 'Gone', given: ['Long'] }] },
  need('ned-1', 'No place to stay <since March> & no lease', { meta: label('R') }),
  need('ned-2', 'Process notes of the therapist', { meta: label('PSYTHPN', 'ActCode') }),
  need('ned-3', 'Very restricted', { meta: label('V') }),
  {
    ...{ resourceType: 'Goal', id: 'gol-1', lifecycleStatus: 'active', description: { text: 'A place of my own' }, subject },
    target: [{ dueDate: '2026-06-30' }],
  },
  score(1, 19),
  score(2, 14),
  score(3, 9),
  {
    resourceType: 'CareTeam',
    id: 'ctm-1',
    status: 'active',
    subject,
    participant: [
      { member: { reference: 'Practitioner/prc-osei' }, role: [{ text: 'Coordinator' }] },
      { member: { reference: 'Practitioner/prc-old' }, role: [{ text: 'Intern' }], period: { end: '2026-01-31' } },
    ],
  },
  {
    resourceType: 'ServiceRequest',
    id: 'ref-1',
    status: 'active',
    intent: 'order',
    category: [{ coding: [{ system: 'http://snomed.info/sct', code: '3457005' }] }],
    code: { text: 'Supportive housing' },
    subject,
    performer: [{ display: 'Harbor Homes' }],
  },
  {
    resourceType: 'Flag',
    id: 'cri-1',
    status: 'active',
    identifier: [{ system: `${base}/NamingSystem/crisis-event`, value: 'cri-1' }],
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/flag-category', code: 'safety' }] }],
    code: { coding: [{ system: `${base}/CodeSystem/crisis-risk`, code: 'suicide' }] },
    subject,
    period: { start: '2026-03-01T22:10:00-05:00' },
  },
  {
    resourceType: 'CarePlan',
    id: 'cpl-1',
    meta: label('R'),
    status: 'active',
    intent: 'plan',
    title: 'Coming home',
    description: 'From hospital to a home of her own, with her sister beside her.',
    subject,
    author: { reference: 'Practitioner/prc-osei' },
    period: { start: '2026-02-01', end: '2026-08-01' },
    addresses: ['ned-1', 'ned-2', 'ned-3'].map((id) => ({ reference: `Condition/${id}` })),
    goal: [{ reference: 'Goal/gol-1' }],
    activity: [
      { reference: { reference: 'ServiceRequest/ref-1' } },
      {
        detail: {
          status: 'in-progress',
          description: 'x',
          code: { text: 'Visits at home' },
          performer: [{ reference: 'Practitioner/prc-osei' }],
          scheduledString: 'every Tuesday',
        },
      },
    ],
  },
]

beforeEach(async () => {
  gateway = await startGateway()
  for (const resource of resources) await put(gateway, resource)
})

const wordsOf = (archive: Buffer): string[] =>
  [...unzip(archive)]
    .filter(([name]) => /^ppt\/slides\/slide\d+\.xml$/.test(name))
    .map(([, xml]) => [...xml.matchAll(/<a:t>([^<]*)<\/a:t>/g)].map(([, text]) => text).join(' | '))
const content = async (id: string, headers: HeadersInit = {}) => {
  const answer = await gateway.request(`/coordination/documents/${id}/content`, { headers })
  return Buffer.from(await answer.arrayBuffer())
}

it('shows the plan, its client and all that is open, and is kept with its hash', async () => {
  const { status, body, etag } = await say(gateway, 'POST', '/coordination/care-plans/cpl-1/conference-packs')
  expect([status, etag], JSON.stringify(body)).toEqual([201, expect.any(String)])
  const bytes = await content(body.id)
  if (process.env.LOOK_AT) writeFileSync(process.env.LOOK_AT, bytes)
  expect(body).toMatchObject({
    title: 'Care conference 2026-03-02',
    description: `${body.slides} slides`,
    mime: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
    sha256: createHash('sha256').update(bytes).digest('hex'),
    confidentiality: 'R',
    clientId: 'cli-marisol',
    author: { id: 'prc-osei' },
  })
  const slides = wordsOf(bytes)
  expect(slides).toHaveLength(body.slides)
  const all = slides.join('\n')
  for (const shown of [
    ...['Coming home', 'Marisol Vega', 'Care conference, 2026-03-02', 'CONFIDENTIAL', '1984-02-19', 'Ama Nguyễn LCSW'],
    ...[
      'No place to stay &lt;since March&gt; &amp; no lease',
      'A place of my own',
      'due 2026-06-30',
      'Visits at home',
      'every Tuesday',
    ],
    ...['Coordinator', 'Referral: Supportive housing, Harbor Homes', 'suicide', 'none is active'],
  ])
    expect(all).toContain(shown)
  for (const hidden of ['Process notes', 'Very restricted', 'Long Gone']) expect(all).not.toContain(hidden)
  expect([...unzip(bytes).keys()]).toContain('ppt/charts/chart1.xml')
  const { body: stored } = await say(gateway, 'GET', `/fhir/DocumentReference/${body.id}`)
  expect(stored.content[0].attachment.url).toMatch(/^Binary\//)
})

it('leaves out what the caller may not see, and is for those who may write documents', async () => {
  await gateway.stop()
  gateway = await guardedGateway(resources)
  const ask = async (scope: string) => {
    const reader = await registerClient(gateway, scope)
    const headers = await reader.bearer(scope)
    return { ...(await say(gateway, 'POST', '/coordination/care-plans/cpl-1/conference-packs', {}, headers)), headers }
  }
  expect((await ask('system/CarePlan.rs system/Patient.rs')).status).toBe(403)
  expect((await ask('system/DocumentReference.c')).status).toBe(403)
  const { body, headers } = await ask('system/CarePlan.rs system/Goal.rs system/DocumentReference.cr system/Binary.r')
  const all = wordsOf(await content(body.id, headers)).join('\n')
  expect(all).toContain('A place of my own')
  for (const hidden of ['Marisol', 'No place', 'Nguyễn', 'Supportive housing', 'Crisis', 'Coordinator'])
    expect(all).not.toContain(hidden)
})

it('is by ourselves where no document may be of the plan’s author', async () => {
  await put(gateway, { ...resources.at(-1)!, author: { reference: 'CareTeam/team-1' } })
  const made = await say(gateway, 'POST', '/coordination/care-plans/cpl-1/conference-packs')
  expect([made.status, made.body.author], JSON.stringify(made.body)).toEqual([201, { external: { display: 'Warm Handoff' } }])
})

it('is of a plan that there is, asked for in so many words', async () => {
  expect((await say(gateway, 'POST', '/coordination/care-plans/cpl-2/conference-packs', {})).status).toBe(404)
  await put(gateway, { ...resources.at(-1)!, id: 'cpl-3', meta: label('V') })
  expect((await say(gateway, 'POST', '/coordination/care-plans/cpl-3/conference-packs', {})).status).toBe(404)
  for (const bad of [[], { colour: 'blue' }, { author: 'me' }])
    expect((await say(gateway, 'POST', '/coordination/care-plans/cpl-1/conference-packs', bad)).status).toBe(400)
})

it('goes on over as many slides as long tables need, and has no letter that a file cannot have', async () => {
  const rows = Array.from({ length: 40 }, (_, n) => [`Row ${n}`, n % 5 === 0 ? 'word '.repeat(200) : 'x\u0000\u000b\ud800y'])
  const { data, slides } = await deckOf([{ kind: 'table', title: 'Long', columns: ['a', 'b'], widths: [1, 1], rows }], 'f')
  const words = wordsOf(Buffer.from(data, 'base64'))
  expect(slides).toBe(words.length)
  expect(slides).toBeGreaterThan(4)
  for (const [row] of rows) expect(words.filter((text) => text.includes(`${row} |`))).toHaveLength(1)
  expect(words[0]).toContain(`Long (1 of ${slides})`)
  expect(words.join('')).toContain('x\ufffdy')
})
