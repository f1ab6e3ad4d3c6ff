/** Conflicts that end without a person's word: both sides have come to say the same, or there is nothing left to choose. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { fetching, marisol, put, say } from '../support/coordination.ts'
import { drain } from '../support/outbox.ts'
import { type Told, tell } from '../support/partner.ts'

let told: Told
beforeEach(async () => {
  told = await tell({ partner: 'Northwind', flavour: 'fhir-r4', push: ['Patient', 'Task'], pull: ['Patient', 'Task'] })
  await told.send(marisol, fetching)
  told.gateway.clock.advance(60_000)
  edit({ description: 'One parcel' })
  await write({ description: 'Two parcels' })
  await pull()
  expect(await told.conflicts()).toMatchObject([{ fields: { description: { ours: 'Two parcels', theirs: 'One parcel' } } }])
  told.gateway.clock.advance(60_000)
})
afterEach(() => told.end())

const there = () => told.partner.all('Task')[0]!
const here = async () => (await say(told.gateway, 'GET', '/fhir/Task/tsk-1')).body
const write = (change: object) => put(told.gateway, { ...fetching, ...change })
const edit = (change: object) => told.partner.edit('Task', there().id, (one) => ({ ...one, ...change }))
const pull = async () => {
  await told.pull()
  await drain(told.gateway)
}
const settled = async () => (await say(told.gateway, 'GET', '/admin/conflicts?state=settled')).body.items

it('one that the partner settles by taking our value', async () => {
  edit({ description: 'Two parcels' })
  await pull()
  expect(await told.conflicts()).toEqual([])
  expect(await settled()).toMatchObject([
    { resource: 'Task/tsk-1', fields: { description: 'same' }, note: 'both-say-the-same', settledBy: 'partner' },
  ])
  expect([(await here()).description, there().description]).toEqual(['Two parcels', 'Two parcels'])
  // It is not contested any more: what is written here goes out again.
  await write({ description: 'Three parcels' })
  await drain(told.gateway)
  expect([there().description, await told.conflicts()]).toEqual(['Three parcels', []])
})

it('one in which we take the partner’s value, with the delivery of it', async () => {
  await write({ description: 'One parcel' })
  await drain(told.gateway)
  expect(await told.conflicts()).toEqual([])
  expect(await settled()).toMatchObject([{ fields: { description: 'same' }, note: 'both-say-the-same', settledBy: 'system' }])
  edit({ description: 'No parcel' })
  await pull()
  expect([(await here()).description, await told.conflicts()]).toEqual(['No parcel', []])
})

it('of several fields those alone that are the same by now', async () => {
  edit({ priority: 'urgent' })
  await write({ description: 'Two parcels', priority: 'stat' })
  await pull()
  edit({ priority: 'stat' })
  await pull()
  expect(await told.conflicts()).toMatchObject([{ elements: ['description'] }])
  expect(await settled()).toMatchObject([{ fields: { priority: 'same' } }])
})

it('one of a record that is deleted here', async () => {
  expect((await told.gateway.request('/fhir/Task/tsk-1', { method: 'DELETE' })).status).toBeLessThan(300)
  expect(await told.conflicts()).toEqual([])
  expect(await settled()).toMatchObject([{ fields: { description: 'ours' }, note: 'deleted-here' }])
})

it('one with a partner to whom there is no connection any more', async () => {
  expect((await told.gateway.request('/admin/connections/partner', { method: 'DELETE' })).status).toBeLessThan(300)
  expect(await told.conflicts()).toEqual([])
  expect(await settled()).toMatchObject([{ fields: { description: 'ours' }, note: 'connection-removed' }])
})

it('but none that is still two opinions', async () => {
  edit({ description: 'No parcel' })
  await write({ description: 'Three parcels' })
  await pull()
  expect(await told.conflicts()).toMatchObject([{ fields: { description: { ours: 'Three parcels', theirs: 'No parcel' } } }])
  expect(await settled()).toEqual([])
})
