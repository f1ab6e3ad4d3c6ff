/** Tasks that a partner makes: R4 leaves them out of the compartments of patients, and yet they are of the client whom they are for. */
import { afterEach, beforeEach, expect, it } from 'vitest'
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
