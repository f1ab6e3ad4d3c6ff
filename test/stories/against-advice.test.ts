/** Somebody leaves a hospital against advice: whoever has the client calls on the same day. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Hospital, openHospital } from '../support/hospital.ts'

let hospital: Hospital
beforeEach(async () => {
  hospital = await openHospital()
})
afterEach(() => hospital.stop())

const left = { PV1: { 36: '07' } }
const calls = async () => (await hospital.list('work-items')).filter(({ kind }) => kind === 'call')

it('is work of that day, once, and not any more where it was not so', async () => {
  const rosa = await hospital.register()
  await hospital.send(left)
  const [stay] = await hospital.list('discharges')
  const call = { clientId: rosa, about: `Encounter/${stay!.id}`, dueAt: '2025-03-10T23:59:59Z', priority: 'urgent' }
  expect(await calls()).toMatchObject([{ ...call, state: 'open' }])
  await hospital.send({ ...left, MSH: { 9: 'ADT^A08', 10: 'SB-2' }, EVN: { 1: 'A08' } })
  expect(await calls()).toHaveLength(1)
  await hospital.send({ MSH: { 9: 'ADT^A08', 10: 'SB-3', 7: '20250311120000-0400' }, EVN: { 1: 'A08', 2: '20250311120000' } })
  expect(await calls()).toMatchObject([{ ...call, state: 'done' }])
})

it('is asked for when a stay is matched, and not of one that is long over, or ended otherwise', async () => {
  await hospital.send(left)
  const [stay] = await hospital.list('discharges')
  expect(await calls()).toEqual([])
  const rosa = await hospital.register({ identifier: [{ system: 'urn:other', value: '1' }] })
  expect((await hospital.event(`discharges/${stay!.id}`, { type: 'match', clientId: rosa })).status).toBe(200)
  expect(await calls()).toHaveLength(1)
  const then = (day: string) => ({ 44: `${day}081500`, 45: `${day}234000` })
  await hospital.send({ MSH: { 10: 'SB-2' }, PV1: { 19: 'V1^^^STB', 36: '07', ...then('20250101') } })
  await hospital.send({ MSH: { 10: 'SB-3' }, PV1: { 19: 'V2^^^STB', 36: '01', ...then('20250309') } })
  expect(await calls()).toHaveLength(1)
})
