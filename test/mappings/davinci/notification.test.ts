import { expect, test } from 'vitest'
import { readNotification } from '../../../mappings/davinci/notification.ts'
import { readAdt } from '../../../mappings/hl7v2/adt.ts'
import { readMessage } from '../../../src/hl7v2/message.ts'
import { bytes, dischargeMessage } from '../../support/hl7v2.ts'
import { authority } from '../../support/hospital.ts'
import { notification } from '../../support/notification.ts'

const connection = { timeZone: 'America/New_York', assigningAuthorities: { STB: authority }, facility: { id: 'stb' } }

function read(...args: Parameters<typeof notification>) {
  const reading = readNotification(notification(...args), connection)
  if (!reading.ok) throw new Error(JSON.stringify(reading.problem))
  return reading.value
}

test('an ADT message and a notification of one discharge tell the same', () => {
  const message = readMessage(bytes(dischargeMessage()))
  const adt = message.ok ? readAdt(message.value, connection) : message
  if (!adt.ok) throw new Error('unreadable')
  const fhir = read()
  for (const part of ['number', 'class', 'admittedAt', 'dischargedAt', 'timeZone', 'facility'] as const) {
    expect(fhir.visit[part], part).toEqual(adt.value.visit[part])
  }
  expect(fhir.event).toBe(adt.value.event)
  expect(fhir.visit.disposition?.code).toBe(adt.value.visit.disposition?.code)
  const codes = (one: typeof fhir | typeof adt.value) =>
    one.diagnoses.map(({ code, role }) => `${role} ${code.codings[0]?.system} ${code.codings[0]?.code}`)
  expect(codes(fhir)).toEqual(codes(adt.value))
  const persons = (one: typeof fhir | typeof adt.value) => one.patient.identifiers.map(({ value }) => value)
  expect(persons(fhir)).toEqual(persons(adt.value))
})

test('reading changes nothing of the message', () => {
  const message = notification()
  const before = JSON.stringify(message)
  readNotification(message)
  expect(JSON.stringify(message)).toBe(before)
})

test('a discharge without its end is dated by the message, and says so', () => {
  const told = read({ encounter: { period: { start: '2025-03-02' } } })
  expect(told.visit.dischargedAt).toBe('2025-03-10T23:44:30-04:00')
  expect(told.issues.map((issue) => issue.path)).toContain('Encounter.period.end')
})

test('diagnoses that point at the Encounter count, too', () => {
  expect(read({ encounter: { diagnosis: undefined } }).diagnoses).toMatchObject([{ code: { codings: [{ code: 'F32.2' }] } }])
})

test('an emergency admission is a registration', () => {
  const eventCoding = {
    system: 'http://hl7.org/fhir/us/davinci-alerts/CodeSystem/notification-event',
    code: 'notification-admit',
  }
  expect(read({ header: { eventCoding }, encounter: { class: { code: 'EMER' } } }).event).toBe('register')
})

test('who attends and where are told by name, since the sender’s references lead nowhere here', () => {
  const told = read({
    encounter: {
      serviceProvider: { display: 'St. Brendan' },
      participant: [
        { individual: { identifier: { system: 'http://hl7.org/fhir/sid/us-npi', value: '1871500000' }, display: 'Dr. Okafor' } },
      ],
      location: [{ location: { display: 'PSY4' } }],
    },
  })
  expect(told.visit).toMatchObject({
    attending: { external: { value: '1871500000', display: 'Dr. Okafor' } },
    location: 'PSY4',
    facility: { id: 'stb' },
  })
})

test.each([
  ['no bundle', undefined, 'unreadable'],
  ['another event', notification({ header: { eventCoding: { code: 'notification-discharge' } } }), 'not-supported'],
  [
    'an event that every object has',
    notification({
      header: {
        eventCoding: { system: 'http://hl7.org/fhir/us/davinci-alerts/CodeSystem/notification-event', code: 'toString' },
      },
    }),
    'not-supported',
  ],
  ['no header id', notification({ header: { id: undefined } }), 'unreadable'],
])('%s', (_, message, code) => {
  const reading = readNotification(message)
  expect(reading.ok ? 'ok' : reading.problem.code).toBe(code)
})

test('whose stay it is, is told by the Patient inside: a reference within the message is no warning', () => {
  expect(read().issues.map(({ path }) => path)).not.toContain('Encounter.subject.reference')
})
