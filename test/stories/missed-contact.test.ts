/** Somebody does not come to a contact that a follow-up waits for: whoever has the client reaches out. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { make, put, say } from '../support/coordination.ts'
import { type Hospital, night, openHospital } from '../support/hospital.ts'

const day = 24 * 3600_000
let hospital: Hospital
let rosa: string
beforeEach(async () => {
  hospital = await openHospital()
  rosa = await hospital.register()
  await hospital.send()
})
afterEach(() => hospital.stop())

const calls = async () => (await hospital.list('work-items')).filter(({ kind }) => kind === 'call')
const move = async (path: string, type: string, more: object = {}) => {
  const answer = await hospital.event(path, { type, ...more })
  expect(answer.status, await answer.clone().text()).toBe(200)
}
const at = (days: number, minutes = 0) => new Date(night + days * day + minutes * 60_000).toISOString()
const visit = async (days: number) => {
  const time = { start: at(days), end: at(days, 50) }
  const id = await make(hospital, 'appointments', {
    clientId: rosa,
    kind: 'follow-up',
    attendees: [{ who: { id: 'prl-1' }, response: 'accepted' }],
    time,
  })
  await move(`appointments/${id}`, 'book')
  return id
}

it('is work within three days, once, and not any more where another time was found', async () => {
  const id = await visit(3)
  hospital.clock.advance(3 * day + 3600_000)
  await move(`appointments/${id}`, 'no-show')
  const [call, ...others] = await calls()
  expect(others).toEqual([])
  const due = at(6, 60).slice(0, 19)
  expect(call).toMatchObject({ clientId: rosa, about: `Appointment/${id}`, priority: 'urgent', state: 'open' })
  expect(call!.dueAt).toMatch(new RegExp(`^${due}`))
  // Its days are counted from there, whatever is written later.
  hospital.clock.advance(day)
  const { body } = await say(hospital, 'GET', `/fhir/Appointment/${id}`)
  await put(hospital, { ...body, comment: 'Called twice' })
  expect((await calls()).map(({ dueAt, state }) => [dueAt, state])).toEqual([[call!.dueAt, 'open']])
  await move(`appointments/${id}`, 'reschedule', { reason: 'The bus', time: { start: at(6), end: at(6, 50) } })
  expect(await calls()).toMatchObject([{ id: call!.id, state: 'done' }])
})

it('is so for a session, whose appointment is missed with it, once', async () => {
  const id = await visit(2)
  const session = (more: object) =>
    make(hospital, 'sessions', { clientId: rosa, kind: 'outreach', modality: 'in-person', renderer: { id: 'prl-1' }, ...more })
  const [kept, alone] = [await session({ appointmentId: id }), await session({})]
  for (const one of [kept, alone]) await move(`sessions/${one}`, 'book')
  hospital.clock.advance(2 * day + 3600_000)
  await move(`sessions/${kept}`, 'no-show')
  expect((await calls()).map(({ about }) => about)).toEqual([`Appointment/${id}`])
  await move(`sessions/${alone}`, 'no-show')
  expect((await calls()).map(({ about }) => about).sort()).toEqual([`Appointment/${id}`, `Encounter/${alone}`])
})

it('is not asked for before a follow-up begins, nor when nothing is owed any more', async () => {
  const [early, soon] = [await visit(5 / (24 * 60)), await visit(3)]
  hospital.clock.advance(3600_000)
  await move(`appointments/${early}`, 'no-show')
  expect(await calls()).toEqual([])
  for (const followUp of await hospital.list('follow-ups'))
    await move(`follow-ups/${followUp.id}`, 'add-evidence', { ref: 'Encounter/elsewhere', occurredAt: at(2) })
  hospital.clock.advance(4 * day)
  await move(`appointments/${soon}`, 'no-show')
  expect(await calls()).toEqual([])
})
