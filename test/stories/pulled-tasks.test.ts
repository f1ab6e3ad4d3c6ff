/** Tasks that a partner makes: R4 leaves them out of the compartments of patients, and yet they are of the client whom they are for. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { consent, marisol, say } from '../support/coordination.ts'
import { type Told, tell } from '../support/partner.ts'

let told: Told
beforeEach(async () => {
  const types = ['Patient', 'ServiceRequest', 'Task']
  told = await tell({ partner: 'Northwind', flavour: 'fhir-r4', push: types, pull: types })
  await told.send(marisol, consent)
})
afterEach(() => told.end())

const task = (about: object) => ({
  ...{ status: 'requested', intent: 'order', code: { text: 'Call back' }, description: 'Call back on Friday' },
  ...about,
})
const here = async () => {
  const { entry = [] } = (await say(told.gateway, 'GET', '/fhir/Task?status=requested')).body
  return entry.map(({ resource }: { resource: object }) => resource)
}
const held = async () => (await say(told.gateway, 'GET', '/admin/messages?state=held')).body.items
const marisolThere = () => ({ reference: `Patient/${told.partner.all('Patient')[0]!.id}` })

it('for a client who is known there are taken', async () => {
  told.partner.put('Task', 'call', task({ for: marisolThere() }))
  await told.pull()
  expect(await held()).toEqual([])
  expect(await here()).toMatchObject([{ description: 'Call back on Friday', for: { reference: `Patient/${marisol.id}` } }])
})

describe('that say what they are about, and not for whom', () => {
  const request = (about: object) => ({ status: 'active', intent: 'order', ...about })

  it('are for whom that is about', async () => {
    told.partner.put('ServiceRequest', 'order', request({ subject: marisolThere() }))
    told.partner.put('Task', 'call', task({ focus: { reference: 'ServiceRequest/order' } }))
    await told.pull()
    const [order] = (await say(told.gateway, 'GET', '/fhir/ServiceRequest')).body.entry
    expect(await here()).toMatchObject([
      { for: { reference: `Patient/${marisol.id}` }, focus: { reference: `ServiceRequest/${order.resource.id}` } },
    ])
    told.gateway.clock.advance(60_000)
    told.partner.edit('Task', 'call', (one) => ({ ...one, description: 'Call back on Monday' }))
    await told.pull()
    expect(await here()).toMatchObject([{ description: 'Call back on Monday', for: { reference: `Patient/${marisol.id}` } }])
    expect([await told.conflicts(), await told.dead()]).toEqual([[], []])
  })

  it('wait for what is not known here, and go on with it', async () => {
    told.partner.put('Task', 'call', task({ focus: { reference: 'ServiceRequest/order' } }))
    await told.pull()
    expect(await here()).toEqual([])
    expect(await held()).toMatchObject([{ issues: [{ path: 'focus' }] }])
    told.gateway.clock.advance(60_000)
    told.partner.put('ServiceRequest', 'order', request({ subject: marisolThere() }))
    await told.pull()
    expect(await held()).toEqual([])
    expect(await here()).toMatchObject([{ for: { reference: `Patient/${marisol.id}` } }])
  })

  it('wait with what is about somebody who is no client here', async () => {
    told.partner.put('Patient', 'stranger', {})
    told.partner.put('ServiceRequest', 'order', request({ subject: { reference: 'Patient/stranger' } }))
    told.partner.put('Task', 'call', task({ focus: { reference: 'ServiceRequest/order' } }))
    await told.pull()
    expect(await here()).toEqual([])
    expect(await held()).toHaveLength(3)
  })

  it('and are about nobody are for nobody', async () => {
    told.partner.put('Task', 'call', task({ description: 'Tidy up' }))
    await told.pull()
    expect(await here()).toMatchObject([{ description: 'Tidy up' }])
    expect((await here())[0]).not.toHaveProperty('for')
  })
})

it('for somebody who is no client here wait', async () => {
  told.partner.put('Patient', 'stranger', {})
  told.partner.put('Task', 'call', task({ for: { reference: 'Patient/stranger' } }))
  await told.pull()
  expect(await here()).toEqual([])
  expect(await held()).toMatchObject([{}, {}])
})

it('stay with whom they are for: that they are somebody else’s now is for a person to see', async () => {
  told.partner.put('Task', 'call', task({ for: marisolThere() }))
  const daniel = { ...marisol, id: 'cli-daniel', name: [{ family: 'Ortega', given: ['Daniel'] }] }
  await told.send(daniel)
  await told.pull()
  const other = told.partner.all('Patient').find(({ name }) => JSON.stringify(name).includes('Ortega'))!
  told.gateway.clock.advance(60_000)
  told.partner.edit('Task', 'call', (one) => ({ ...one, for: { reference: `Patient/${other.id}` } }))
  await told.pull()
  expect(await here()).toMatchObject([{ for: { reference: `Patient/${marisol.id}` } }])
  expect(await held()).toMatchObject([{ issues: [{ message: 'is another than before' }] }])
})
