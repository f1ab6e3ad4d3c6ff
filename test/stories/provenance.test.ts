/** Where a record comes from: which message wrote it, and by which version of which table. */
import { afterEach, expect, test } from 'vitest'
import discharge from '../../mappings/discharge.encounter.ts'
import followUp from '../../mappings/follow-up.task.ts'
import { v2Table } from '../../mappings/hl7v2/reading.ts'
import { validate } from '../../src/fhir/validate/validate.ts'
import { type Hospital, openHospital } from '../support/hospital.ts'
import { notification } from '../support/notification.ts'

let hospital: Hospital
afterEach(() => hospital.stop())

interface Provenance {
  readonly resourceType: string
  readonly target: readonly { readonly reference: string }[]
  readonly policy: readonly string[]
  readonly agent: readonly { readonly who: { readonly display: string } }[]
  readonly entity: readonly { readonly what: { readonly identifier: { readonly value: string } } }[]
}
const all = () => hospital.search<Provenance>('Provenance')
const named = ({ name, version }: { name: string; version: number }) =>
  `https://warm-handoff.example/fhir/StructureMap/${name}|${version}`

test('one Provenance names the message, all that it wrote, and the tables that wrote it', async () => {
  hospital = await openHospital()
  await hospital.register()
  await hospital.send()
  const [message] = await hospital.messages()
  const [provenance, ...more] = await all()
  expect(more).toEqual([])
  expect(provenance!.target.map(({ reference }) => reference.replace(/\/_history\/1$/, '')).sort()).toEqual(
    message!.wrote.toSorted(),
  )
  expect(provenance!.policy).toEqual(expect.arrayContaining([discharge, followUp, v2Table].map(named)))
  expect(provenance!.entity[0]!.what.identifier.value).toBe((message as unknown as { id: string }).id)
  expect(provenance!.agent[0]!.who.display).toBe('st-brendan')
  expect(validate(provenance!)).toEqual({ structure: [], rules: [] })
})

test('it is found by what it is about, and comes along with it', async () => {
  hospital = await openHospital()
  await hospital.send()
  const [stay] = await hospital.list('discharges')
  expect(await hospital.search(`Provenance?target=Encounter/${stay!.id}`)).toHaveLength(1)
  const together = await hospital.search<Provenance>('Encounter?_revinclude=Provenance:target')
  expect(together.map((one) => one.resourceType).sort()).toEqual(['Encounter', 'Provenance'])
})

test('a message that changes nothing has none; one that changes something names the new versions alone', async () => {
  hospital = await openHospital()
  await hospital.send()
  await hospital.send()
  await hospital.send({ MSH: { 9: 'ADT^A08^ADT_A01', 10: 'SB-2' }, EVN: { 1: 'A08' } })
  expect(await all()).toHaveLength(1)
  await hospital.send({ MSH: { 10: 'SB-3' }, EVN: { 2: '20250310234900' }, PV1: { 36: '07' } })
  const targets = (await all()).map((one) => one.target.map(({ reference }) => reference.replace(/\/dis-\w+/, '')))
  expect(targets).toContainEqual(['Encounter/_history/2'])
})

test('a notification has one, too; what a client writes itself has none', async () => {
  hospital = await openHospital()
  await hospital.register()
  expect(await all()).toEqual([])
  await hospital.request('/fhir/$process-message', { method: 'POST', json: notification() })
  const [provenance] = await all()
  expect(provenance!.policy[0]).toMatch(/StructureMap\/davinci\.notification\|\d+$/)
})

test('it can be done without', async () => {
  hospital = await openHospital({ provenance: 'off' })
  expect(await hospital.send()).toBe('AA')
  expect(await all()).toEqual([])
})
