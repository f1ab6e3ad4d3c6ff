/** A hospital tells of appointments of a client (SIU): booked, moved, cancelled, missed; in whatever order, and never of a stranger. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { segmentText } from '../support/hl7v2.ts'
import { type Hospital, openHospital } from '../support/hospital.ts'

let hospital: Hospital
beforeEach(async () => {
  hospital = await openHospital()
})
afterEach(() => hospital.stop())

interface Told {
  readonly trigger?: string
  readonly id?: string
  readonly sent?: string
  readonly segments?: Readonly<Record<string, Readonly<Record<number, string>>>>
}

/** An appointment on Friday 14 March at half past nine, of Rosa with Dr. Okafor in room 2. */
function message({ trigger = 'S12', id = 'SIU-1', sent = '20250310090000', segments = {} }: Told = {}): string {
  const usual: Record<string, Record<number, string>> = {
    MSH: { 2: '^~\\&', 3: 'CAREADT', 4: 'STBRENDAN', 7: sent, 9: `SIU^${trigger}^SIU_S12`, 10: id, 11: 'P', 12: '2.5.1' },
    SCH: { 1: 'P-77', 2: 'F-88^STB', 6: 'CX^the client asked^L', 7: 'FOLLOWUP', 9: '45', 10: 'min', 25: 'Booked' },
    TQ1: { 7: '20250314093000' },
    PID: { 3: '778812^^^STB&2.16.840.1.113883.19.5&ISO^MR' },
    AIS: { 1: '1', 3: '90834^Psychotherapy^C4' },
    AIL: { 1: '1', 3: 'OPD^Room 2^^STB' },
    AIP: { 1: '1', 3: '1871500000^OKAFOR^NNAMDI^^^DR^MD^^NPI^L^^^NPI' },
  }
  return Object.entries(usual)
    .map(([name, fields]) => `${segmentText(name, { ...fields, ...segments[name] })}\r`)
    .join('')
}

test('a booked appointment stands with its time, its people and its place; told again it is the same one', async () => {
  const rosa = await hospital.register()
  expect(await hospital.send(message())).toBe('AA')
  expect(await hospital.send(message())).toBe('AA')
  expect(await hospital.send(message({ id: 'SIU-2' }))).toBe('AA')
  const [appointment, ...more] = await hospital.list('appointments')
  expect(more).toEqual([])
  expect(appointment).toMatchObject({
    clientId: rosa,
    state: 'booked',
    kind: 'follow-up',
    time: { start: '2025-03-14T09:30:00-04:00', end: '2025-03-14T14:15:00.000Z' },
    attendees: [
      { who: { external: { system: 'http://hl7.org/fhir/sid/us-npi', value: '1871500000', display: 'DR NNAMDI OKAFOR' } } },
      { who: { external: { display: 'OPD / Room 2' } } },
    ],
  })
})

test('moved, cancelled, and missed; the latest word counts, whatever comes last', async () => {
  await hospital.register()
  const cancel = message({ trigger: 'S15', id: 'SIU-3', sent: '20250312090000' })
  const move = message({ trigger: 'S13', id: 'SIU-2', sent: '20250311090000', segments: { TQ1: { 7: '20250317100000' } } })
  hospital.clock.advance(3 * 86_400_000)
  for (const one of [message(), cancel, move]) expect(await hospital.send(one)).toBe('AA')
  const [cancelled] = await hospital.list('appointments')
  expect(cancelled).toMatchObject({ state: 'cancelled', statusReason: 'the client asked' })
  expect((await hospital.messages('?limit=1'))[0]).toMatchObject({ state: 'applied', issues: [{ path: 'MSH-7' }] })
  await hospital.send(
    message({ trigger: 'S14', id: 'SIU-4', sent: '20250312100000', segments: { TQ1: { 7: '20250317100000' } } }),
  )
  const [moved] = await hospital.list('appointments')
  expect(moved).toMatchObject({ id: cancelled!.id, state: 'booked', time: { start: '2025-03-17T10:00:00-04:00' } })
  expect(moved).not.toHaveProperty('statusReason')
  await hospital.send(message({ trigger: 'S26', id: 'SIU-5', sent: '20250312110000' }))
  expect((await hospital.list('appointments'))[0]).toMatchObject({ state: 'no-show' })
})

test('who has come stays, whatever is told of the plan; entered in error stays so', async () => {
  await hospital.register()
  await hospital.send(message())
  const [{ id } = { id: '' }] = await hospital.list('appointments')
  await hospital.event(`appointments/${id}`, { type: 'arrive' })
  await hospital.send(message({ trigger: 'S14', id: 'SIU-2', sent: '20250310100000' }))
  expect((await hospital.list('appointments'))[0]).toMatchObject({ state: 'arrived' })
})

test('of a stranger it is held, and applied once the client is known; nobody is made', async () => {
  expect(await hospital.send(message())).toBe('AE')
  const [held] = await hospital.messages('?state=held')
  expect(held).toMatchObject({ issues: [{ path: 'PID-3', message: 'is no client here' }] })
  expect(await hospital.search('Patient')).toEqual([])
  await hospital.register()
  expect((await hospital.admin(`messages/${held!.id}/replay`, { method: 'POST' })).status).toBe(200)
  expect(await hospital.list('appointments')).toHaveLength(1)
})

test('the number of somebody else’s appointment is held', async () => {
  await hospital.register()
  await hospital.send(message())
  await hospital.register({ identifier: [{ system: 'urn:oid:2.16.840.1.113883.19.5', value: '990001' }] })
  const other = message({ id: 'SIU-2', segments: { PID: { 3: '990001^^^STB&2.16.840.1.113883.19.5&ISO^MR' } } })
  expect(await hospital.send(other)).toBe('AE')
  expect((await hospital.messages('?state=held'))[0]).toMatchObject({ issues: [{ path: 'SCH-1' }] })
})

test('what lacks its number, person or time is held with all that it lacks; other events are turned away; tests are not applied', async () => {
  await hospital.register()
  const bare = { SCH: { 1: '', 2: '', 9: '' }, PID: { 3: '778812' }, TQ1: { 7: '20250314' } }
  expect(await hospital.send(message({ segments: bare }))).toBe('AE')
  const [held] = await hospital.messages('?state=held')
  expect(held!.issues.map(({ path }) => path)).toEqual(['SCH-1', 'PID-3', 'TQ1-7'])
  expect(await hospital.send(message({ trigger: 'S17', id: 'SIU-9' }))).toBe('AR')
  expect(await hospital.send(message({ id: 'SIU-7', segments: { MSH: { 12: '3.0' } } }))).toBe('AR')
  expect(await hospital.send(message({ id: 'SIU-8', segments: { MSH: { 11: 'T' } } }))).toBe('AA')
  expect(await hospital.list('appointments')).toEqual([])
})
