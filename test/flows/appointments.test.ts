/** Appointments: booked, kept, missed, moved. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { event, gatewayWith, marisol, put, say } from '../support/coordination.ts'
import type { TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await gatewayWith(marisol)
})
afterEach(() => gateway.stop())

const time = { start: '2026-03-03T10:00:00-05:00', end: '2026-03-03T10:50:00-05:00' }
const later = { start: '2026-03-10T10:00:00-05:00', end: '2026-03-10T10:50:00-05:00' }
const made = async (more: object = {}) => {
  const answer = await say(gateway, 'POST', '/coordination/appointments', {
    clientId: 'cli-marisol',
    kind: 'follow-up',
    about: 'First visit after the hospital',
    attendees: [{ who: { id: 'prl-okafor' }, response: 'accepted' }],
    ...more,
  })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return `appointments/${answer.body.id}`
}
const stateOf = async (member: string) => (await say(gateway, 'GET', `/coordination/${member}`)).body.state
const refused = (member: string, type: string, details: object = {}) =>
  say(gateway, 'POST', `/coordination/${member}/events`, { type, ...details })

it('is booked for a time, and stands in FHIR so', async () => {
  const visit = await made()
  expect((await refused(visit, 'book')).body.issues[0].path).toBe('time')
  expect((await refused(visit, 'book', { time: { start: time.end, end: time.start } })).status).toBe(422)
  await event(gateway, visit, 'book', { time })
  expect((await say(gateway, 'GET', `/fhir/Appointment/${visit.split('/')[1]}`)).body).toMatchObject({
    status: 'booked',
    ...time,
    appointmentType: { coding: [{ code: 'FOLLOWUP' }] },
    participant: [
      { actor: { reference: 'Patient/cli-marisol' }, status: 'accepted' },
      { actor: { reference: 'PractitionerRole/prl-okafor' }, status: 'accepted' },
    ],
  })
  const { body } = await say(gateway, 'GET', '/coordination/appointments?client=cli-marisol&state=booked')
  expect(body.items).toHaveLength(1)
})

it('is missed only after it began, and given up with a reason', async () => {
  const visit = await made({ time })
  await event(gateway, visit, 'book')
  expect((await refused(visit, 'no-show')).body.issues[0].path).toBe('time')
  expect((await refused(visit, 'cancel')).body.issues[0].path).toBe('reason')
  gateway.clock.advance(48 * 3600_000)
  expect((await event(gateway, visit, 'no-show')).state).toBe('no-show')
  expect((await say(gateway, 'GET', '/fhir/Appointment?status=noshow')).body.entry).toHaveLength(1)
  expect((await refused(visit, 'fulfil')).body).toMatchObject({ code: 'illegal-event', allowed: ['reschedule', 'mark-error'] })
})

describe('moved to another time', () => {
  it('a new appointment takes its place, and each names the other', async () => {
    const visit = await made({ time })
    await event(gateway, visit, 'book')
    expect((await refused(visit, 'reschedule', { reason: 'No bus' })).body.issues[0].path).toBe('time')
    const old = await event(gateway, visit, 'reschedule', { reason: 'No bus that day', time: later })
    expect(old).toMatchObject({ state: 'cancelled', statusReason: 'No bus that day' })
    const next = (await say(gateway, 'GET', `/coordination/appointments/${old.rescheduledTo}`)).body
    expect(next).toMatchObject({ state: 'booked', time: later, rescheduledFrom: old.id, about: 'First visit after the hospital' })
    expect(next).not.toHaveProperty('statusReason')
    expect((await event(gateway, `appointments/${next.id}`, 'reschedule', { reason: 'Ill', time })).rescheduledTo).not.toBe(
      next.id,
    )
  })

  it('who did not come is given another', async () => {
    const visit = await made({ time })
    await event(gateway, visit, 'book')
    gateway.clock.advance(48 * 3600_000)
    await event(gateway, visit, 'no-show')
    const old = await event(gateway, visit, 'reschedule', { reason: 'Reached by phone', time: later })
    expect(await stateOf(`appointments/${old.rescheduledTo}`)).toBe('booked')
  })

  it('nobody writes where it was moved to', async () => {
    const body = { clientId: 'cli-marisol', rescheduledTo: 'app-1' }
    expect((await say(gateway, 'POST', '/coordination/appointments', body)).status).toBe(422)
  })
})

describe('and the session that keeps it', () => {
  const held = async (appointmentId: string) => {
    const answer = await say(gateway, 'POST', '/coordination/sessions', {
      clientId: 'cli-marisol',
      kind: 'case-management',
      modality: 'in-person',
      renderer: { id: 'prc-okafor' },
      appointmentId: appointmentId.split('/')[1],
    })
    expect(answer.status, JSON.stringify(answer.body)).toBe(201)
    await event(gateway, `sessions/${answer.body.id}`, 'book')
    return `sessions/${answer.body.id}`
  }

  it('it is kept as the session is', async () => {
    const visit = await made({ time })
    await event(gateway, visit, 'book')
    const session = await held(visit)
    await event(gateway, session, 'arrive')
    expect(await stateOf(visit)).toBe('arrived')
    await event(gateway, session, 'start')
    expect(await stateOf(visit)).toBe('checked-in')
    await event(gateway, session, 'complete', { actual: time })
    expect(await stateOf(visit)).toBe('fulfilled')
    await event(gateway, session, 'sign', { note: { plan: 'To meet again in a week' } })
    expect(await stateOf(visit)).toBe('fulfilled')
  })

  it('it is missed, or called off, as the session is', async () => {
    const missed = await made({ time })
    await event(gateway, missed, 'book')
    await event(gateway, await held(missed), 'no-show')
    expect(await stateOf(missed)).toBe('no-show')
    const off = await made({ time })
    await event(gateway, off, 'book')
    await event(gateway, await held(off), 'cancel', { reason: 'Snow' })
    expect((await say(gateway, 'GET', `/coordination/${off}`)).body).toMatchObject({ state: 'cancelled', statusReason: 'Snow' })
  })

  it('somebody else’s is left alone', async () => {
    await put(gateway, { ...marisol, id: 'cli-other' })
    const visit = await made({ clientId: 'cli-other', time })
    await event(gateway, visit, 'book')
    await event(gateway, await held(visit), 'no-show')
    expect(await stateOf(visit)).toBe('booked')
  })
})
