/**
 * Rules hold for what is hidden, too, and tell nobody of it. Of two gateways one has records of a client under 42 CFR Part 2 besides; whoever
 * has no right to those is refused what they stand in the way of, without a word of them, and answered alike in all else. Everybody is
 * invented.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { part2 } from '../support/coordination.ts'
import { answer, openSide, type Side, type Written } from '../support/sides.ts'

const local = 'https://warm-handoff.example/fhir'
const subject = { reference: 'Patient/rosa' }
const extension = [
  {
    url: 'http://hl7.org/fhir/StructureDefinition/workflow-episodeOfCare',
    valueReference: { reference: 'EpisodeOfCare/epi-1' },
  },
]
const coded = (system: string, code: string) => ({ coding: [{ system, code }] })
const condition = (id: string, more: object = {}) => ({
  ...{ resourceType: 'Condition', id, subject, code: { text: 'A roof' } },
  clinicalStatus: coded('http://terminology.hl7.org/CodeSystem/condition-clinical', 'active'),
  verificationStatus: coded('http://terminology.hl7.org/CodeSystem/condition-ver-status', 'confirmed'),
  ...more,
})
const plan = (id: string, status: string, category: object, more: object = {}) => ({
  ...{ resourceType: 'CarePlan', id, status, intent: 'plan', title: 'Together', subject, category: [category], extension },
  ...{ addresses: [{ reference: 'Condition/ned-1' }], goal: [{ reference: 'Goal/gol-1' }] },
  ...more,
})
const coordination = coded(`${local}/CodeSystem/care-plan-kind`, 'coordination')
const known = [
  { resourceType: 'Patient', id: 'rosa', name: [{ family: 'Quintero' }] },
  { resourceType: 'EpisodeOfCare', id: 'epi-1', status: 'active', patient: subject },
  condition('ned-1'),
  { resourceType: 'Goal', id: 'gol-1', lifecycleStatus: 'active', description: { text: 'A roof' }, subject },
  plan('cpl-open', 'on-hold', coordination),
]
const secrets = [
  plan('cpl-secret', 'active', coordination, { meta: part2 }),
  plan('sfp-secret', 'active', coded('http://loinc.org', '87626-8'), { meta: part2 }),
  { ...condition('ned-secret', { meta: part2 }), category: [coded(`${local}/CodeSystem/need-domain`, 'sdoh')] },
  {
    ...{ resourceType: 'ServiceRequest', id: 'ref-secret', status: 'active', intent: 'order', subject, extension, meta: part2 },
    ...{ code: coded('http://snomed.info/sct', '3457005'), reasonReference: [{ reference: 'Condition/ned-1' }] },
  },
  {
    ...{ resourceType: 'Flag', id: 'cri-secret', status: 'active', subject, meta: part2, code: { text: 'Crisis' } },
    ...{ identifier: [{ system: `${local}/NamingSystem/crisis-event`, value: 'secret' }], period: { start: '2026-03-01' } },
  },
]

let without: Side
let beside: Side
beforeAll(async () => {
  ;[without, beside] = await Promise.all([openSide(...known), openSide(...known, ...secrets)])
})
afterAll(() => Promise.all([without.gateway.stop(), beside.gateway.stop()]))

const event = (member: string, type: string, details: object = {}): Written => ({
  ...{ method: 'POST', path: `/coordination/${member}/events`, json: { type, ...details } },
})
const get = (path: string): Written => ({ method: 'GET', path })
/** On both sides; what is answered is the same. */
async function alike(written: Written): Promise<string> {
  const [here, there] = [await answer(without, written), await answer(beside, written)]
  expect(there).toBe(here)
  return here
}
/** A new member on both sides, under whatever id; what is asked of it then. */
async function made(collection: string, json: object): Promise<(type: string) => Promise<string>> {
  const members = await Promise.all(
    [without, beside].map(async ({ gateway, some }) => {
      const answered = await gateway.request(`/coordination/${collection}`, { method: 'POST', headers: some, json })
      const said = (await answered.json()) as { id: string }
      expect(answered.status, JSON.stringify(said)).toBe(201)
      return `${collection}/${said.id}`
    }),
  )
  return async (type) => {
    const [here, there] = [await answer(without, event(members[0]!, type)), await answer(beside, event(members[1]!, type))]
    expect(there).toBe(here)
    return here
  }
}
const stateOf = async (reference: string): Promise<string> => {
  const said = await beside.gateway.request(`/fhir/${reference}`, { headers: beside.all })
  return ((await said.json()) as { status: string }).status
}

it('what keeps an episode open is named as far as it may be seen', async () => {
  const finish = event('episodes/epi-1', 'finish')
  expect(await alike(finish)).toContain('cpl-open has not ended')
  const said = await beside.gateway.request(finish.path, { method: 'POST', headers: beside.all, json: finish.json })
  const { issues } = (await said.json()) as { issues: object[] }
  expect(issues).toEqual([
    ...['cpl-open', 'cpl-secret', 'sfp-secret'].map((id) => ({ path: 'care-plans', message: `${id} has not ended` })),
    { path: 'referrals', message: 'ref-secret is open' },
    { path: 'crises', message: 'cri-secret is not resolved' },
  ])
})

it('a need that hidden records see to is shown as it stands without them', async () => {
  expect(await alike(get('/coordination/needs/ned-1'))).toContain('"state":"confirmed"')
  const more = { domain: 'functional', category: { code: 'sleep' }, assertedBy: 'client', clientView: 'agrees' }
  const json = { clientId: 'rosa', code: { text: 'A roof' }, state: 'confirmed', ...more }
  const over = { method: 'PUT', path: '/coordination/needs/ned-1', json, headers: { 'if-match': 'W/"1"' } }
  expect(await alike(over)).toContain('"state":"confirmed"')
})

it('a plan comes into force beside a hidden one, which is neither named nor ended by it', async () => {
  expect(await alike(event('care-plans/cpl-open', 'resume'))).toMatch(/^200 /)
  const tell = await made('care-plans', {
    ...{ clientId: 'rosa', kind: 'coordination', title: 'A year on', narrative: 'A home.', period: { start: '2026-03-02' } },
    ...{ author: { id: 'prc-okafor' }, needs: ['ned-1'], goals: ['gol-1'] },
  })
  expect(await tell('activate')).toContain('"replaces":"cpl-open"')
  expect([await stateOf('CarePlan/cpl-open'), await stateOf('CarePlan/cpl-secret')]).toEqual(['revoked', 'active'])
  await tell('complete')
})

it('so does a safety plan', async () => {
  const tell = await made('safety-plans', {
    ...{ clientId: 'rosa', createdWith: ['Patient/rosa'], clientHasCopy: true, language: 'en-US' },
    sections: {
      'warning-signs': { items: ['I stop answering the phone'] },
      'internal-coping': { items: ['Walking by the river'] },
      'professional-support': { items: ['988, by telephone or text'] },
    },
  })
  expect(await tell('activate')).toMatch(/^200 /)
  expect(await stateOf('CarePlan/sfp-secret')).toBe('active')
})

it('nothing is finished that a hidden record keeps open, and nobody is told why', async () => {
  const finish = event('episodes/epi-1', 'finish')
  const refused = await answer(beside, finish)
  expect(refused).toMatch(/^422 /)
  expect(JSON.parse(refused.slice(5))).toMatchObject({ code: 'guard-failed', issues: [] })
  const path = '/fhir/EpisodeOfCare/epi-1'
  const patch = { 'content-type': 'application/json-patch+json' }
  const over: Written = { method: 'PATCH', path, json: [{ op: 'replace', path: '/status', value: 'finished' }], headers: patch }
  const onFhir = await answer(beside, over)
  expect(onFhir).toMatch(/^422 /)
  expect(onFhir).not.toContain('secret')
  expect(await answer(without, finish)).toMatch(/^200 /)
})
