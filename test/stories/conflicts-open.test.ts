/** While a conflict is open: what is edited here goes on to the partner, but for what is contested; and what the partner has deleted stays here. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fetching, marisol, put, say } from '../support/coordination.ts'
import { deliveries, drain } from '../support/outbox.ts'
import { type Told, tell } from '../support/partner.ts'

let told: Told
beforeEach(async () => {
  told = await tell({
    partner: 'Northwind',
    flavour: 'fhir-r4',
    push: ['Patient', 'Task'],
    pull: ['Patient', 'Task'],
    histories: ['Patient', 'Task'],
  })
  await told.send(marisol, fetching)
  told.gateway.clock.advance(60_000)
})
afterEach(() => told.end())

const here = async () => (await say(told.gateway, 'GET', '/fhir/Task/tsk-1')).body
const there = () => told.partner.all('Task')[0]!
const write = (change: object) => put(told.gateway, { ...fetching, ...change })
const edit = (change: object) => told.partner.edit('Task', there().id, (one) => ({ ...one, ...change }))
const settle = (id: string, fields: object) => say(told.gateway, 'POST', `/admin/conflicts/${id}/resolve`, { fields })
const pull = async () => {
  const came = await told.pull()
  await drain(told.gateway)
  return came
}

describe('a contested element', () => {
  beforeEach(async () => {
    edit({ description: 'One parcel' })
    await write({ description: 'Two parcels' })
    await pull()
    expect(await told.conflicts()).toMatchObject([{ fields: { description: { ours: 'Two parcels', theirs: 'One parcel' } } }])
  })

  it('that is edited here again does not go out, while all else does', async () => {
    await write({ description: 'Three parcels', priority: 'urgent' })
    await drain(told.gateway)
    expect(there()).toMatchObject({ description: 'One parcel', priority: 'urgent' })
    await write({ description: 'Four parcels', priority: 'stat' })
    await pull()
    expect(there()).toMatchObject({ description: 'One parcel', priority: 'stat' })
    expect(await here()).toMatchObject({ description: 'Four parcels', priority: 'stat' })
    const conflicts = await told.conflicts()
    expect(conflicts).toMatchObject([{ fields: { description: { ours: 'Four parcels', theirs: 'One parcel' } } }])
    expect((await settle(conflicts[0]!.id, { description: 'ours' })).status).toBe(200)
    await drain(told.gateway)
    expect(there()).toMatchObject({ description: 'Four parcels', priority: 'stat' })
    expect(await told.conflicts()).toEqual([])
  })

  it('stays theirs where both sides change it again, and is shown as they say it now', async () => {
    edit({ description: 'No parcel', note: [{ text: 'Moved' }] })
    await write({ description: 'Three parcels', priority: 'urgent' })
    await pull()
    expect(there()).toMatchObject({ description: 'No parcel', priority: 'urgent' })
    expect(await here()).toMatchObject({ description: 'Three parcels', note: [{ text: 'Moved' }] })
    const [conflict] = await told.conflicts()
    expect(conflict).toMatchObject({ fields: { description: { ours: 'Three parcels', theirs: 'No parcel' } } })
    await settle(conflict!.id, { description: 'theirs' })
    await drain(told.gateway)
    expect([(await here()).description, there().description]).toEqual(['No parcel', 'No parcel'])
  })
})

describe('what the partner has deleted', () => {
  const deletion = async () => (await told.conflicts())[0]!

  beforeEach(async () => {
    await pull()
    told.gateway.clock.advance(60_000)
    told.partner.remove('Task', there().id)
    expect((await pull()).find(({ type }) => type === 'Task')).toMatchObject({ state: 'done', deleted: 1 })
    expect(await deletion()).toMatchObject({
      resource: 'Task/tsk-1',
      deletedThere: true,
      fields: { record: { ours: 'stands', theirs: 'deleted' } },
    })
  })

  it('stays here, and is told once', async () => {
    expect(await here()).toMatchObject({ description: 'Parcels' })
    expect((await pull()).map(({ deleted }) => deleted)).toEqual([0, 0])
    expect(await told.conflicts()).toHaveLength(1)
    await write({ description: 'Two parcels' })
    await drain(told.gateway)
    expect((await deliveries(told.gateway, 'dead')).map(({ outcome }) => outcome)).toEqual([
      'The partner no longer has this resource.',
    ])
    expect(await told.conflicts()).toHaveLength(1)
  })

  it('is told the partner anew where a person says that it stays, and noticed again when that is deleted, too', async () => {
    expect((await settle((await deletion()).id, { record: 'ours' })).status).toBe(200)
    await drain(told.gateway)
    expect(told.partner.all('Task')).toMatchObject([{ description: 'Parcels' }])
    expect((await pull()).map(({ deleted }) => deleted)).toEqual([0, 0])
    expect(await told.conflicts()).toEqual([])
    told.partner.remove('Task', there().id)
    await pull()
    expect(told.partner.all('Task')).toEqual([])
    expect(await told.conflicts()).toHaveLength(1)
  })

  it('is deleted here where a person says so', async () => {
    const { id } = await deletion()
    expect((await settle(id, { record: { value: 5 } })).status).toBe(422)
    expect((await settle(id, { record: 'theirs' })).status).toBe(200)
    expect((await say(told.gateway, 'GET', '/fhir/Task/tsk-1')).status).toBe(410)
    await pull()
    expect([await told.conflicts(), told.partner.all('Task')]).toEqual([[], []])
  })

  it('and restored is no conflict any more', async () => {
    const { id, resource } = told.partner.writes.findLast(({ type }) => type === 'Task')!
    told.gateway.clock.advance(60_000)
    told.partner.put('Task', id, { ...resource, description: 'Parcels again' })
    await pull()
    expect(await told.conflicts()).toEqual([])
    expect((await here()).description).toBe('Parcels again')
  })
})

it('is noticed at a delivery and by a comparison where the partner has no history', async () => {
  const plain = await tell({ partner: 'Northwind', flavour: 'fhir-r4', push: ['Patient', 'Task'], pull: ['Patient', 'Task'] })
  await plain.send(marisol, fetching, { ...fetching, id: 'tsk-2' })
  for (const { id } of plain.partner.all('Task')) plain.partner.remove('Task', id)
  await plain.pull()
  expect(await plain.conflicts()).toEqual([])
  await plain.send({ ...fetching, description: 'Two parcels' })
  expect(await plain.conflicts()).toMatchObject([{ resource: 'Task/tsk-1', deletedThere: true }])
  await say(plain.gateway, 'POST', '/admin/connections/partner/reconcile')
  expect((await plain.conflicts()).map(({ resource }) => resource).sort()).toEqual(['Task/tsk-1', 'Task/tsk-2'])
  expect(plain.partner.requests.filter(({ path }) => path.includes('_history'))).toEqual([])
  await plain.end()
})
