/** A client who was merged away here (A40) and goes on at a partner: nothing of them is left to be settled, and what is about them is about the survivor. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { marisol, put, say } from '../support/coordination.ts'
import { dischargeMessage } from '../support/hl7v2.ts'
import { authority } from '../support/hospital.ts'
import { drain } from '../support/outbox.ts'
import { type Told, tell } from '../support/partner.ts'

let told: Told
const numbered = (value: string) => `${value}^^^STB&${authority.slice('urn:oid:'.length)}&ISO^MR`
const bearing = (value: string) => ({ identifier: [{ system: authority, value }] })
const former = { ...marisol, ...bearing('990001') }
const pull = async () => {
  await told.pull()
  await drain(told.gateway)
}
const remote = () => told.partner.all('Patient').find(({ identifier }) => JSON.stringify(identifier).includes('990001'))!

beforeEach(async () => {
  const types = { push: ['Patient'], pull: ['Patient', 'Observation'], histories: ['Patient'] }
  told = await tell({ ...{ partner: 'Northwind', flavour: 'fhir-r4' }, ...types })
  await told.send(former)
  await put(told.gateway, { ...marisol, ...bearing('778812'), id: 'cli-survivor' })
  const call = { ...{ resourceType: 'Task', id: 'tsk-call', status: 'requested', intent: 'order' }, code: { text: 'Call' } }
  await put(told.gateway, { ...call, for: { reference: `Patient/${former.id}` } })
  told.gateway.clock.advance(60_000)
  told.partner.edit('Patient', remote().id, (one) => ({ ...one, gender: 'female' }))
  await put(told.gateway, { ...former, gender: 'other' })
  await pull()
  expect(await told.conflicts()).toMatchObject([{ resource: 'Patient/cli-marisol' }])
  const message = dischargeMessage({
    ...{ PV1: undefined, PV2: undefined, DG1: undefined, MSH: { 9: 'ADT^A40', 10: 'P-1' }, EVN: { 1: 'A40' } },
    ...{ PID: { 3: numbered('778812') }, MRG: { 1: numbered('990001') } },
  })
  const headers = { 'content-type': 'application/hl7-v2' }
  expect(await (await told.gateway.request('/hl7v2', { method: 'POST', headers, body: message })).text()).toMatch(/\rMSA\|AA/)
})
afterEach(() => told.end())

it('their conflicts end, with why; that the partner deletes them is no new one', async () => {
  expect(await told.conflicts()).toEqual([])
  expect((await say(told.gateway, 'GET', '/admin/conflicts?state=settled')).body.items).toMatchObject([
    { resource: 'Patient/cli-marisol', note: 'merged-away' },
  ])
  await drain(told.gateway)
  told.gateway.clock.advance(60_000)
  told.partner.remove('Patient', remote().id)
  await pull()
  expect(await told.conflicts()).toEqual([])
})

it('what the partner tells of them is the survivor’s', async () => {
  const mood = { status: 'final', code: { text: 'Mood' }, valueInteger: 7, subject: { reference: `Patient/${remote().id}` } }
  told.partner.put('Observation', 'mood-1', mood)
  await pull()
  const found = (await say(told.gateway, 'GET', '/fhir/Observation?patient=cli-survivor')).body
  expect(found.entry).toMatchObject([{ resource: { subject: { reference: 'Patient/cli-survivor' } } }])
})

const held = async () => (await say(told.gateway, 'GET', '/admin/messages?state=held')).body.items
const patient = async (id: string) => (await say(told.gateway, 'GET', `/fhir/Patient/${id}`)).body

it('what the partner changes in the record of them is for a person to see: neither record takes it', async () => {
  await drain(told.gateway)
  told.gateway.clock.advance(60_000)
  const before = [await patient('cli-marisol'), await patient('cli-survivor')]
  told.partner.edit('Patient', remote().id, (one) => ({ ...one, birthDate: '1984-02-20' }))
  await pull()
  expect(await held()).toMatchObject([{ issues: [{ message: 'is of a record that was merged into another' }] }])
  expect([await patient('cli-marisol'), await patient('cli-survivor')]).toEqual(before)
  expect(await told.conflicts()).toEqual([])
})

it('that the partner has merged them as well is nothing new', async () => {
  told.gateway.clock.advance(60_000)
  const survivor = told.partner.all('Patient').find(({ id }) => id !== remote().id)!
  const link = [{ other: { reference: `Patient/${survivor.id}` }, type: 'replaced-by' }]
  told.partner.edit('Patient', remote().id, (one) => ({ ...one, active: false, link }))
  await pull()
  expect([await held(), await told.conflicts()]).toEqual([[], []])
})

it('tasks for them are the survivor’s', async () => {
  const tasks = (await say(told.gateway, 'GET', '/fhir/Task?patient=cli-survivor')).body
  expect(tasks.entry).toMatchObject([{ resource: { id: 'tsk-call', for: { reference: 'Patient/cli-survivor' } } }])
})
