/** An EHR changes what it was sent: our records follow, both sides' changes survive, and nothing goes back and forth. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listConnections } from '../../src/flows/connections.ts'
import { createBreaker } from '../../src/flows/delivery/breaker.ts'
import { startCourier } from '../../src/flows/delivery/courier.ts'
import { pullDue } from '../../src/flows/pull/schedule.ts'
import { system } from '../../src/gateway.ts'
import { consent, event, make, marisol, parcels, say } from '../support/coordination.ts'
import { drain } from '../support/outbox.ts'
import { type Told, tell } from '../support/partner.ts'

let told: Told
let failing: boolean
beforeEach(async () => {
  failing = false
  told = await tell({
    partner: 'Northwind',
    flavour: 'fhir-r4',
    push: ['Patient', 'ServiceRequest', 'Task'],
    pull: ['Patient', 'ServiceRequest', 'Task', 'Observation'],
    fault: () => (failing ? { kind: 'status', status: 429, when: 'before', retryAfter: 7 } : undefined),
  })
  await told.send(marisol, consent)
})
afterEach(() => told.end())

const referral = {
  clientId: marisol.id,
  ...parcels,
  consentId: consent.id,
  doNotContact: 'no',
}

/** A referral that was sent and stands at the partner. */
async function sent() {
  const id = await make(told.gateway, 'referrals', referral)
  await event(told.gateway, `referrals/${id}`, 'send')
  await drain(told.gateway)
  told.gateway.clock.advance(60_000)
  const theirs = told.partner.all('Task')[0]!
  const edit = (change: object) => told.partner.edit('Task', theirs.id, (task) => ({ ...task, ...change }))
  const task = async () => (await say(told.gateway, 'GET', `/fhir/Task?focus=ServiceRequest/${id}`)).body.entry[0].resource
  return { member: `referrals/${id}`, id, theirs, edit, task }
}
const read = async (member: string) => (await say(told.gateway, 'GET', `/coordination/${member}`)).body
const at = (id: string) => told.partner.all().find((one) => one.id === id)!
const write = (task: { readonly id: string }) =>
  say(told.gateway, 'PUT', `/fhir/Task/${task.id}`, task, { 'content-type': 'application/fhir+json' })
const writes = () => told.partner.writes.length
/** Nothing goes back and forth any more. */
async function expectRest(): Promise<void> {
  const before = writes()
  await told.pull()
  await drain(told.gateway)
  expect(writes()).toBe(before)
}

describe('a referral', () => {
  it('moves with its Task at the EHR, and the coordinator sees it', async () => {
    const { member, edit, theirs } = await sent()
    edit({ status: 'accepted' })
    expect(await told.pull()).toMatchObject([{ type: 'Patient' }, { type: 'ServiceRequest' }, { type: 'Task', kept: 1 }, {}])
    expect(await read(member)).toMatchObject({ state: 'accepted' })
    edit({ status: 'in-progress' })
    await told.pull()
    await drain(told.gateway)
    // The beginning of the work was added here, and is told to the partner.
    expect((await read(member)).state).toBe('in-progress')
    expect(at(theirs.id)).toMatchObject({ status: 'in-progress', executionPeriod: { start: expect.any(String) } })
    await expectRest()
    const { items } = (await say(told.gateway, 'GET', '/admin/messages?state=applied')).body
    expect(items).toMatchObject([
      { kind: 'fhir-resource', source: 'partner', state: 'applied', wrote: [expect.stringMatching(/^Task\//)] },
      { kind: 'fhir-resource' },
    ])
  })

  it('that comes back as it was sent changes nothing, and nothing is sent back', async () => {
    const { task } = await sent()
    const [before, sentBefore] = [await task(), writes()]
    for (let i = 0; i < 3; i++) {
      expect((await told.pull()).map(({ kept }) => kept)).toEqual([0, 0, 0, 0])
      await drain(told.gateway)
    }
    expect([await task(), writes()]).toEqual([before, sentBefore])
    expect((await say(told.gateway, 'GET', '/admin/messages')).body.items).toEqual([])
  })

  it('that both sides changed in different places has both changes on both sides', async () => {
    const { edit, theirs, task } = await sent()
    edit({ note: [{ text: 'Parcel on Friday' }], executionPeriod: { start: '2026-03-02' } })
    const ours = await task()
    await write({ ...ours, description: 'Two parcels' })
    await told.pull()
    await drain(told.gateway)
    const both = { description: 'Two parcels', note: [{ text: 'Parcel on Friday' }], executionPeriod: { start: '2026-03-02' } }
    expect(await task()).toMatchObject(both)
    expect(at(theirs.id)).toMatchObject(both)
    expect(await told.conflicts()).toEqual([])
    await expectRest()
  })

  it('that the partner changed is heard, too, where a delivery comes there before a pull', async () => {
    const { edit, theirs, task } = await sent()
    edit({
      note: [{ text: 'Parcel on Friday' }],
      identifier: [...(theirs.identifier ?? []), { system: 'urn:theirs', value: 'NW-7' }],
    })
    await write({ ...(await task()), description: 'Two parcels' })
    await drain(told.gateway)
    const theirsToo = expect.arrayContaining([{ system: 'urn:theirs', value: 'NW-7' }])
    const both = { description: 'Two parcels', note: [{ text: 'Parcel on Friday' }], identifier: theirsToo }
    expect(at(theirs.id)).toMatchObject(both)
    // Another delivery before the pull, which changes nothing there.
    edit({ description: 'Three parcels', priority: 'urgent' })
    await write({ ...(await task()), description: 'Three parcels' })
    await drain(told.gateway)
    await told.pull()
    await drain(told.gateway)
    expect(await task()).toMatchObject({ ...both, description: 'Three parcels', priority: 'urgent' })
    expect([await told.conflicts(), await told.dead()]).toEqual([[], []])
    await expectRest()
  })

  it('that both sides changed in the same place is a conflict: ours stays here, theirs there, and all else is merged', async () => {
    const { edit, theirs, task } = await sent()
    edit({ description: 'One parcel', note: [{ text: 'Parcel on Friday' }] })
    const ours = await task()
    await write({ ...ours, description: 'Two parcels' })
    await told.pull()
    await drain(told.gateway)
    expect(await task()).toMatchObject({ description: 'Two parcels', note: [{ text: 'Parcel on Friday' }] })
    expect(at(theirs.id)).toMatchObject({ description: 'One parcel' })
    expect(await told.conflicts()).toMatchObject([
      { resource: `Task/${ours.id}`, fields: { description: { ours: 'Two parcels', theirs: 'One parcel' } } },
    ])
  })
})

describe('a conflict', () => {
  const inConflict = async () => {
    const story = await sent()
    story.edit({ description: 'One parcel' })
    const ours = await story.task()
    await write({ ...ours, description: 'Two parcels' })
    await told.pull()
    await drain(told.gateway)
    const [conflict] = await told.conflicts()
    return { ...story, conflict: conflict! }
  }
  const resolve = (id: string, fields: object) => say(told.gateway, 'POST', `/admin/conflicts/${id}/resolve`, { fields })

  it.each<[unknown, string]>([
    ['ours', 'Two parcels'],
    ['theirs', 'One parcel'],
    [{ value: 'A parcel a week' }, 'A parcel a week'],
  ])('settled as %j is the same on both sides from then on', async (choice, expected) => {
    const { task, theirs, conflict } = await inConflict()
    const done = await resolve(conflict.id, { description: choice })
    expect([done.status, done.body]).toMatchObject([200, { id: conflict.id, settledBy: 'local', settledAt: expect.any(String) }])
    await drain(told.gateway)
    expect([(await task()).description, at(theirs.id).description]).toEqual([expected, expected])
    expect(await told.conflicts()).toEqual([])
    expect((await say(told.gateway, 'GET', '/admin/conflicts?state=settled')).body.items).toMatchObject([{ id: conflict.id }])
    await expectRest()
    expect((await resolve(conflict.id, { description: 'ours' })).status).toBe(409)
  })

  it('stays open while the partner changes its mind, and is settled on what it says last', async () => {
    const { edit, task, conflict } = await inConflict()
    told.gateway.clock.advance(60_000)
    edit({ description: 'No parcel' })
    await told.pull()
    await drain(told.gateway)
    expect((await task()).description).toBe('Two parcels')
    expect(await told.conflicts()).toMatchObject([{ fields: { description: { theirs: 'No parcel' } } }])
    await resolve(conflict.id, { description: 'theirs' })
    expect((await task()).description).toBe('No parcel')
  })

  it('that is settled wrongly stays open', async () => {
    const { task, conflict } = await inConflict()
    expect((await resolve('cfl-nobody', { description: 'ours' })).status).toBe(404)
    expect((await resolve(conflict.id, { status: 'ours' })).status).toBe(422)
    expect((await resolve(conflict.id, { description: { value: 5 } })).status).toBe(400)
    for (const body of [{}, { fields: {} }, { fields: { description: 'mine' } }, []])
      expect((await say(told.gateway, 'POST', `/admin/conflicts/${conflict.id}/resolve`, body)).status).toBe(400)
    expect([(await task()).description, (await told.conflicts()).length]).toEqual(['Two parcels', 1])
  })

  it('with a rule of ours is settled once the rule allows it', async () => {
    const { member, edit, theirs } = await sent()
    edit({ status: 'in-progress' })
    await told.pull()
    await drain(told.gateway)
    expect([(await read(member)).state, at(theirs.id).status]).toEqual(['requested', 'in-progress'])
    const [conflict] = await told.conflicts()
    expect(conflict).toMatchObject({ collection: 'referrals', fields: { state: { ours: 'requested', theirs: 'in-progress' } } })
    const refused = await resolve(conflict!.id, { state: 'theirs' })
    expect([refused.status, refused.body.allowed]).toEqual([422, expect.arrayContaining(['accept'])])
    await event(told.gateway, member, 'accept')
    expect((await resolve(conflict!.id, { state: 'theirs' })).status).toBe(200)
    await drain(told.gateway)
    expect([(await read(member)).state, at(theirs.id).status]).toEqual(['in-progress', 'in-progress'])
    expect(await told.conflicts()).toEqual([])
  })
})

it('is pulled by itself every so many seconds, and later where the partner is silent', async () => {
  const { edit, member } = await sent()
  const { gateway, partner } = told
  const ctx = await gateway.gateway.context(system())
  const [connection] = await listConnections(ctx)
  const { auth: _, ...shown } = (await say(gateway, 'GET', '/admin/connections/partner')).body
  await say(gateway, 'PUT', '/admin/connections/partner', { ...shown, pollSeconds: 30 })
  const [polled] = await listConnections(ctx)
  const breaker = createBreaker()
  edit({ status: 'accepted' })
  expect(await pullDue(ctx, polled!, breaker)).toBe(gateway.clock.now + 30_000)
  expect((await read(member)).state).toBe('accepted')
  const asked = partner.requests.length
  expect(await pullDue(ctx, polled!, breaker)).toBe(gateway.clock.now + 30_000)
  expect(partner.requests.length).toBe(asked)
  gateway.clock.advance(30_000)
  failing = true
  const again = (await pullDue(ctx, polled!, breaker))!
  expect(again).toBeGreaterThanOrEqual(gateway.clock.now + 7000)
  failing = false
  gateway.clock.advance(again - gateway.clock.now)
  expect(await pullDue(ctx, polled!, breaker)).toBe(gateway.clock.now + 30_000)
  expect(await pullDue(ctx, connection!, breaker)).toBeUndefined()
})

it('is compared with the partner, which is told by the names of what differs, and mended where that is asked for', async () => {
  const { edit, task, theirs } = await sent()
  const compare = async (query = '') => (await say(told.gateway, 'POST', `/admin/connections/partner/reconcile${query}`)).body
  expect(await compare()).toEqual({ items: [], compared: 3, next: null })
  edit({ description: 'One parcel' })
  const ours = await task()
  const drift = { resource: `Task/${ours.id}`, remote: `Task/${theirs.id}`, drift: 'differs', elements: ['description'] }
  expect((await compare('?limit=2')).next).toEqual(expect.any(String))
  expect(await compare()).toMatchObject({ items: [drift] })
  expect((await task()).description).toBeUndefined()
  expect(await compare('?repair=true')).toMatchObject({ items: [drift] })
  expect((await task()).description).toBe('One parcel')
  expect(await compare()).toMatchObject({ items: [] })
  expect((await say(told.gateway, 'POST', '/admin/connections/nobody/reconcile')).status).toBe(404)
  expect((await say(told.gateway, 'POST', '/admin/connections/partner/reconcile?repair=yes')).status).toBe(400)
})

it('comes by the courier, as soon as its connection is pulled by itself', async () => {
  const { edit, member } = await sent()
  edit({ status: 'accepted' })
  const { gateway } = told
  const courier = startCourier(await gateway.gateway.context(system()), () => () => {})
  const { auth: _, ...connection } = (await say(gateway, 'GET', '/admin/connections/partner')).body
  const changed = await say(gateway, 'PUT', '/admin/connections/partner', { ...connection, pollSeconds: 30 })
  expect(changed.status).toBe(200)
  await courier.wake()
  await courier.stop()
  expect((await read(member)).state).toBe('accepted')
})
