/** Supervision: what somebody without a licence has signed waits for whoever answers for them. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { event, marisol, put, say } from '../support/coordination.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
const supervisor = {
  url: 'https://warm-handoff.example/fhir/StructureDefinition/supervisor',
  valueReference: { reference: 'PractitionerRole/prl-haddad' },
}
const level = (code: string) => ({ url: 'https://warm-handoff.example/fhir/StructureDefinition/staff-level', valueCode: code })
const licence = { code: { text: 'LCSW' }, period: { start: '2020-01-01', end: '2027-12-31' } }

beforeEach(async () => {
  gateway = await startGateway()
  await put(gateway, marisol)
  const person = (id: string, more: object) => put(gateway, { resourceType: 'Practitioner', id, ...more })
  const role = (id: string, who: string, more: object = {}) =>
    put(gateway, { resourceType: 'PractitionerRole', id, practitioner: { reference: `Practitioner/${who}` }, ...more })
  await person('prc-haddad', { qualification: [licence] })
  await role('prl-haddad', 'prc-haddad')
  await person('prc-intern', { extension: [level('intern')] })
  await role('prl-intern', 'prc-intern', { extension: [supervisor] })
  await person('prc-osei', { qualification: [licence] })
  await role('prl-osei', 'prc-osei', { extension: [supervisor] })
})
afterEach(() => gateway.stop())

const signed = async (renderer: object) => {
  const answer = await say(gateway, 'POST', '/coordination/sessions', {
    clientId: 'cli-marisol',
    kind: 'case-management',
    modality: 'in-person',
    renderer,
  })
  const session = `sessions/${answer.body.id}`
  const actual = { start: '2026-03-02T10:00:00-05:00', end: '2026-03-02T10:40:00-05:00' }
  for (const type of ['book', 'start']) await event(gateway, session, type)
  await event(gateway, session, 'complete', { actual, note: { plan: 'To meet again in a week' } })
  await event(gateway, session, 'sign')
  return session
}
const queue = async (id = 'prc-haddad') => {
  const { status, body } = await say(gateway, 'GET', `/coordination/practitioners/${id}/queue`)
  expect(status, JSON.stringify(body)).toBe(200)
  return body.items.map(({ collection, id: of, kind }: { collection: string; id: string; kind: string }) => [
    `${collection}/${of}`,
    kind,
  ])
}
const refused = async (session: string, actor?: unknown) => {
  const { status, body } = await say(gateway, 'POST', `/coordination/${session}/events`, {
    type: 'cosign',
    ...(actor !== undefined && { actor }),
  })
  return [status, body.issues[0].path]
}

it('an intern’s session waits for the supervisor’s signature, a licensed colleague’s does not', async () => {
  const session = await signed({ id: 'prc-intern' })
  const inRole = await signed({ type: 'PractitionerRole', id: 'prl-intern' })
  await signed({ id: 'prc-osei' })
  expect((await queue()).sort()).toEqual(
    [
      [session, 'cosign'],
      [inRole, 'cosign'],
    ].sort(),
  )
  expect(await queue('prc-osei')).toEqual([])

  expect(await refused(session)).toEqual([422, 'actor'])
  expect(await refused(session, 'Practitioner/prc-osei')).toEqual([422, 'actor'])
  expect(await refused(session, { type: 'Practitioner', id: 'prc-intern' })).toEqual([422, 'actor'])
  // Who is meant must be understood.
  expect(await refused(session, { type: 'Animal', id: 'prc-haddad' })).toEqual([400, 'actor'])
  expect(await refused(session, { name: 'Haddad' })).toEqual([400, 'actor'])
  const both = await event(gateway, session, 'cosign', { actor: { type: 'Practitioner', id: 'prc-haddad' } })
  expect(both.signatures).toMatchObject([{ role: 'clinician' }, { role: 'supervisor', party: 'Practitioner/prc-haddad' }])
  await event(gateway, inRole, 'cosign', { actor: { id: 'prl-haddad' } })
  expect(await queue()).toEqual([])
})

it('a supervisor without a licence that holds signs for nobody', async () => {
  const session = await signed({ id: 'prc-intern' })
  const expired = { ...licence, period: { start: '2020-01-01', end: '2026-01-31' } }
  await put(gateway, { resourceType: 'Practitioner', id: 'prc-haddad', qualification: [expired] })
  expect(await refused(session, 'Practitioner/prc-haddad')).toEqual([422, 'actor'])
})

it('an assessment that nobody has reviewed, and work that was missed, are there too', async () => {
  await put(gateway, {
    resourceType: 'QuestionnaireResponse',
    id: 'asm-1',
    status: 'completed',
    subject: { reference: 'Patient/cli-marisol' },
    authored: '2026-03-01T10:00:00Z',
    author: { reference: 'Practitioner/prc-intern' },
  })
  const item = { kind: 'call', clientId: 'cli-marisol', dueAt: '2026-03-20T17:00:00Z', assignee: { id: 'prl-intern' } }
  await say(gateway, 'POST', '/coordination/work-items', item)
  const late = await say(gateway, 'POST', '/coordination/work-items', {
    ...item,
    priority: 'stat',
    sla: { policyId: 'response' },
  })
  const passed = await say(gateway, 'POST', '/coordination/work-items', { ...item, kind: 'sign', assignee: { id: 'prl-haddad' } })
  expect(await queue()).toEqual([
    ['assessments/asm-1', 'review'],
    [`work-items/${passed.body.id}`, 'sign'],
  ])
  gateway.clock.advance(2 * 3600_000)
  expect(await queue()).toEqual([
    [`work-items/${late.body.id}`, 'call'],
    ['assessments/asm-1', 'review'],
    [`work-items/${passed.body.id}`, 'sign'],
  ])
})

it('nobody’s queue is not found', async () => {
  expect((await say(gateway, 'GET', '/coordination/practitioners/prc-none/queue')).status).toBe(404)
})
