/** An EHR changes what it was sent: our records follow, both sides' changes survive, and nothing goes back and forth. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { consent, event, make, marisol, say } from '../support/coordination.ts'
import { drain } from '../support/outbox.ts'
import { type Told, tell } from '../support/partner.ts'

let told: Told
beforeEach(async () => {
  told = await tell({
    partner: 'Northwind',
    flavour: 'fhir-r4',
    push: ['Patient', 'ServiceRequest', 'Task'],
    pull: ['Patient', 'ServiceRequest', 'Task', 'Observation'],
  })
  await told.send(marisol, consent)
})
afterEach(() => told.end())

const referral = {
  clientId: marisol.id,
  kind: 'community-service',
  category: {
    system: 'http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes',
    code: 'food-insecurity',
  },
  service: { text: 'Food parcels' },
  reasons: ['ned-hunger'],
  priority: 'routine',
  intent: 'order',
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
const writes = () => told.partner.writes.length

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
    const before = writes()
    await told.pull()
    await drain(told.gateway)
    expect(writes()).toBe(before)
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
    await say(
      told.gateway,
      'PUT',
      `/fhir/Task/${ours.id}`,
      { ...ours, description: 'Two parcels' },
      {
        'content-type': 'application/fhir+json',
      },
    )
    await told.pull()
    await drain(told.gateway)
    const both = { description: 'Two parcels', note: [{ text: 'Parcel on Friday' }], executionPeriod: { start: '2026-03-02' } }
    expect(await task()).toMatchObject(both)
    expect(at(theirs.id)).toMatchObject(both)
    expect(await told.conflicts()).toEqual([])
    const before = writes()
    await told.pull()
    await drain(told.gateway)
    expect(writes()).toBe(before)
  })

  it('that both sides changed in the same place is a conflict: ours stays here, theirs there, and all else is merged', async () => {
    const { edit, theirs, task } = await sent()
    edit({ description: 'One parcel', note: [{ text: 'Parcel on Friday' }] })
    const ours = await task()
    await say(
      told.gateway,
      'PUT',
      `/fhir/Task/${ours.id}`,
      { ...ours, description: 'Two parcels' },
      {
        'content-type': 'application/fhir+json',
      },
    )
    await told.pull()
    await drain(told.gateway)
    expect(await task()).toMatchObject({ description: 'Two parcels', note: [{ text: 'Parcel on Friday' }] })
    expect(at(theirs.id)).toMatchObject({ description: 'One parcel' })
    expect(await told.conflicts()).toMatchObject([
      { resource: `Task/${ours.id}`, fields: { description: { ours: 'Two parcels', theirs: 'One parcel' } } },
    ])
  })
})
