/** What a session that was held cannot have been, and what it is asked for besides. */
import { expect, it } from 'vitest'
import { type Agency, type Body, openAgency, type Setting, withMother } from '../support/billing.ts'
import { say } from '../support/coordination.ts'

let agency: Agency

/** A session after these events. */
async function begun(session: Body, setting: Setting, events: readonly string[]) {
  agency = await openAgency(setting)
  const { id } = await agency.post('/coordination/sessions', {
    ...{ clientId: agency.client, kind: 'case-management', modality: 'in-person', renderer: { id: agency.clinician } },
    ...session,
  })
  let body: Body = {}
  for (const type of events) body = await agency.event(`sessions/${id}`, { type })
  return { id, body }
}

/** A session that has begun; the answer to its completion at these times. */
async function completed(session: Body, actual: Body, setting: Setting = {}) {
  const { id } = await begun(session, setting, ['book', 'start'])
  return say(agency.gateway, 'POST', `/coordination/sessions/${id}/events`, { type: 'complete', actual, note: { plan: 'Again' } })
}
const day = { start: '2026-03-02T22:30:00-05:00', end: '2026-03-02T23:30:00-05:00' }
const night = { start: '2026-03-02T23:30:00-05:00', end: '2026-03-03T00:30:00-05:00' }
const client = { who: { id: 'x' }, role: 'client' }

const refused: readonly (readonly [string, Body, Body, string])[] = [
  ['over midnight', {}, night, 'actual'],
  ['longer than a day', {}, { start: '2026-03-02T20:00:00Z', end: '2026-03-03T21:00:00Z' }, 'actual'],
  ['of a family, without anybody of it', { kind: 'family-counselling' }, day, 'participants'],
  [
    'of a family that did not come',
    { kind: 'family-education', participants: [{ who: { id: 'rel-mother' }, role: 'family', present: false }] },
    day,
    'participants',
  ],
  [
    'without the client, with the client',
    { ...withMother, procedureCode: '90846', participants: [...withMother.participants, client] },
    day,
    'participants',
  ],
]
it.each(refused)('none is held %s', async (_, session, actual, path) => {
  const { status, body } = await completed(session, actual)
  expect([status, body.code, body.issues.map((one: Body) => one.path)]).toEqual([422, 'guard-failed', [path]])
})

const held: readonly (readonly [string, Body, Body])[] = [
  ['a crisis', { kind: 'crisis-intervention' }, night],
  ['a night in a residential facility', { placeOfService: '56' }, night],
  ['an evening told in UTC', {}, { start: '2026-03-02T23:30:00Z', end: '2026-03-03T00:30:00Z' }],
  ['the family', withMother, day],
  [
    'the family alone',
    { ...withMother, procedureCode: '90846', participants: [...withMother.participants, { ...client, present: false }] },
    day,
  ],
]
it.each(held)('%s is', async (_, session, actual) => {
  expect((await completed(session, actual)).body).toMatchObject({ state: 'completed' })
})

it('what is billed is asked for its goal, which hinders nothing', async () => {
  const { body } = await completed({}, day)
  expect(body.warnings).toEqual([{ path: 'goalIds', message: expect.any(String), severity: 'warning' }])
  const signed = await agency.event(`sessions/${body.id}`, { type: 'sign' })
  expect([signed.state, signed.warnings]).toEqual(['signed', body.warnings])
  expect((await completed({ goalIds: ['gol-1'] }, day)).body.warnings).toBeUndefined()
  expect((await completed({ kind: 'outreach' }, day)).body.warnings).toBeUndefined()
})

const ends: readonly (readonly [string, string, Body, Body])[] = [
  ['kept', 'complete', { actual: day }, { outcome: 'completed' }],
  ['kept in part', 'complete', { actual: day, outcome: 'partial' }, { outcome: 'partial' }],
  ['missed', 'no-show', { reason: 'The bus' }, { outcome: 'no-show', statusReason: 'The bus' }],
  ['given up late', 'cancel', { reason: 'Ill', outcome: 'late-cancel' }, { outcome: 'late-cancel', statusReason: 'Ill' }],
]
it.each(ends)('one that was %s says so', async (_, type, told, expected) => {
  const { id, body } = await begun({}, {}, type === 'complete' ? ['book', 'start'] : ['book'])
  expect(body.outcome).toBeUndefined()
  expect(await agency.event(`sessions/${id}`, { type, ...told })).toMatchObject(expected)
})

it('none is given up by having been kept', async () => {
  const { id } = await begun({}, {}, ['book'])
  const event = { type: 'cancel', reason: 'Ill', outcome: 'completed' }
  const { status, body } = await say(agency.gateway, 'POST', `/coordination/sessions/${id}/events`, event)
  expect([status, body.issues.map((one: Body) => one.path)]).toEqual([400, ['outcome']])
})

const telehealth = { clientLocation: 'home', clientState: 'NJ', providerState: 'NY', consentToTelehealth: true }
const places: readonly (readonly [string, Body, string, Body])[] = [
  ['where the client was is not signed', { jurisdiction: 'NY' }, 'NJ', { code: 'guard-failed' }],
  ['where the client was is', { jurisdiction: 'NJ' }, 'NJ', { state: 'signed' }],
  ['of which nobody knows where is', {}, 'NJ', { state: 'signed' }],
]
it.each(places)('at a distance, without a licence %s', async (_, credential, clientState, expected) => {
  const session = { modality: 'video', telehealth: { ...telehealth, clientState } }
  const { id } = (await completed(session, day, { credential })).body
  const { body } = await say(agency.gateway, 'POST', `/coordination/sessions/${id}/events`, { type: 'sign' })
  expect(body).toMatchObject(expected)
  if (body.issues) expect(body.issues[0].path).toBe('telehealth.clientState')
})
