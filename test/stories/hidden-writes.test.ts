/**
 * Who writes learns nothing of what is hidden from them: two gateways, one of which has a client under 42 CFR Part 2 besides, take the same
 * writes of somebody without a right to that client, and answer alike. Everybody is invented.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { auditOf, told } from '../support/audit.ts'
import { part2 } from '../support/coordination.ts'
import { answer, openSide, type Side, type Written } from '../support/sides.ts'

const number = (value: string) => ({ system: 'urn:stb', value })
const open = { resourceType: 'Patient', id: 'open', identifier: [number('1')], name: [{ family: 'Vega' }] }
const secret = {
  ...{ resourceType: 'Patient', id: 'secret', identifier: [number('7'), { value: 'bare' }], name: [{ family: 'Hale' }] },
  meta: part2,
}

let without: Side
let beside: Side
beforeAll(async () => {
  ;[without, beside] = await Promise.all([openSide(open), openSide(open, secret)])
})
afterAll(() => Promise.all([without.gateway.stop(), beside.gateway.stop()]))

const taken = {
  names: [{ use: 'official', family: 'Hale' }],
  gender: 'female',
  sexForScoring: 'female',
  legalStatus: 'self-directed',
  jurisdiction: 'MD',
}
const observation = (subject: string) => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'mood' },
  subject: { reference: subject },
})
const entry = (resource: object, request: object) => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: [{ resource, request }],
})
const labels = { resourceType: 'Parameters', parameter: [{ name: 'meta', valueMeta: { tag: [{ code: 'x' }] } }] }
const jsonPatch = { 'content-type': 'application/json-patch+json' }
const mergePatch = { 'content-type': 'application/merge-patch+json' }

/** In this order: each finds what those before have written. */
const writes: readonly (readonly [string, Written])[] = [
  [
    'a client is registered with its number',
    { method: 'POST', path: '/coordination/clients', json: { ...taken, identifiers: [number('7')] } },
  ],
  [
    'the number is given to another client',
    {
      method: 'PATCH',
      path: '/coordination/clients/open',
      json: { identifiers: [number('1'), number('7')] },
      headers: { ...mergePatch, 'if-match': 'W/"1"' },
    },
  ],
  ['it is said by an update', { method: 'PUT', path: '/fhir/Patient/open', json: { ...open, identifier: [number('7')] } }],
  [
    'by a patch',
    {
      method: 'PATCH',
      path: '/fhir/Patient/open',
      json: [{ op: 'add', path: '/identifier/0', value: number('7') }],
      headers: jsonPatch,
    },
  ],
  ['by a create', { method: 'POST', path: '/fhir/Patient', json: { resourceType: 'Patient', identifier: [number('7')] } }],
  [
    'by a create unless it is there, sought by what nobody else has',
    {
      method: 'POST',
      path: '/fhir/Patient',
      json: { resourceType: 'Patient', active: true },
      headers: { 'if-none-exist': 'identifier=bare' },
    },
  ],
  [
    'by an update of whoever bears it',
    { method: 'PUT', path: '/fhir/Patient?identifier=bare', json: { resourceType: 'Patient', active: true } },
  ],
  [
    'by a patch of whoever bears it',
    {
      method: 'PATCH',
      path: '/fhir/Patient?identifier=bare',
      json: [{ op: 'add', path: '/active', value: false }],
      headers: jsonPatch,
    },
  ],
  ['by a deletion of whoever bears it', { method: 'DELETE', path: '/fhir/Patient?identifier=bare' }],
  [
    'a reference looks for whoever bears it',
    {
      method: 'POST',
      path: '/fhir',
      json: entry(observation('Patient?identifier=bare'), { method: 'POST', url: 'Observation' }),
    },
  ],
  [
    'a transaction creates unless it is there',
    {
      method: 'POST',
      path: '/fhir',
      json: entry(
        { resourceType: 'Patient', gender: 'male' },
        { method: 'POST', url: 'Patient', ifNoneExist: 'identifier=bare' },
      ),
    },
  ],
  ['a reference names the hidden one', { method: 'POST', path: '/fhir/Observation', json: observation('Patient/secret') }],
  [
    'a need of the hidden one is told',
    { method: 'POST', path: '/coordination/needs', json: { clientId: 'secret', category: 'housing-instability', text: 'x' } },
  ],
  [
    'an episode of the hidden one is opened',
    { method: 'POST', path: '/coordination/episodes', json: { clientId: 'secret', start: '2026-03-02' } },
  ],
  [
    'a rehearsal looks for the number',
    { method: 'POST', path: '/fhir/Patient/$validate?mode=create', json: { resourceType: 'Patient', identifier: [number('7')] } },
  ],
  [
    'the hidden one is written over as it stood',
    { method: 'PUT', path: '/fhir/Patient/secret', json: { ...open, id: 'secret' }, headers: { 'if-match': 'W/"1"' } },
  ],
  ['it is patched', { method: 'PATCH', path: '/fhir/Patient/secret', json: [], headers: jsonPatch }],
  ['it is deleted', { method: 'DELETE', path: '/fhir/Patient/secret' }],
  ['it is labelled', { method: 'POST', path: '/fhir/Patient/secret/$meta-add', json: labels }],
  ['a rehearsal deletes it', { method: 'POST', path: '/fhir/Patient/secret/$validate?mode=delete' }],
  [
    'clients are merged into the hidden one',
    {
      method: 'PUT',
      path: '/fhir/Patient/open',
      json: { ...open, active: false, link: [{ type: 'replaced-by', other: { reference: 'Patient/secret' } }] },
    },
  ],
]

it.each(writes)('%s', async (_, written) => {
  const [here, there] = [await answer(without, written), await answer(beside, written)]
  expect(there).toBe(here)
})

it('what the caller has made itself is not made twice, though it may not be read', async () => {
  const own = { method: 'POST', path: '/fhir/Observation', headers: { 'if-none-exist': 'identifier=mine' } }
  const json = { ...observation('Patient/open'), identifier: [{ value: 'mine' }], meta: secret.meta }
  expect(await answer(beside, { ...own, json })).toMatch(/^201 /)
  expect(await answer(beside, { ...own, json })).toMatch(/^412 /)
  expect(await answer(without, { ...own, json })).toMatch(/^201 /)
})

it.each<[how: string, written: Written]>([
  ['an update', { method: 'PUT', path: '/fhir/Patient/secret', json: { ...open, id: 'secret' } }],
  [
    'one of whoever meets a condition',
    { method: 'PUT', path: '/fhir/Patient?identifier=nobody', json: { resourceType: 'Patient', id: 'secret' } },
  ],
  [
    'one of what is not there yet',
    { method: 'PUT', path: '/fhir/Patient/secret', json: { ...open, id: 'secret' }, headers: { 'if-none-match': '*' } },
  ],
])('an id that is taken is not given to another, and it is told no more than that: %s', async (_, written) => {
  const refused = await answer(beside, written)
  expect(refused).toMatch(/^404 /)
  expect(refused).toContain('There is no Patient that this caller could change.')
  expect((await auditOf(beside.gateway, {})).map(told)).toContainEqual(
    expect.stringMatching(/^update Patient.* refused \(not-found\)/),
  )
})

it('and reads the same after all of it, while others are asked whether two are one person', async () => {
  for (const path of [
    '/fhir/Patient?_sort=_id&_elements=identifier,active',
    '/fhir/Task',
    '/coordination/work-items',
    '/fhir/Observation?_elements=status',
  ])
    expect(await answer(beside, { method: 'GET', path }), path).toBe(await answer(without, { method: 'GET', path }))
  const reviews = async ({ gateway, all }: Side) => {
    const said = await gateway.request('/coordination/work-items', { headers: all })
    const { items } = (await said.json()) as { items: { kind: string; clientId: string; about: string }[] }
    return items.filter((one) => one.kind === 'merge-review' && [one.clientId, one.about].some((who) => who.endsWith('secret')))
  }
  expect(await reviews(without)).toEqual([])
  expect((await reviews(beside)).length).toBeGreaterThan(0)
})
