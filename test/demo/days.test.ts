/** The story's days hold whenever it is told: over changes of clocks, at midnight, on leap days. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { daysBefore, hl7Time, instant, zone } from '../../src/demo/days.ts'
import { daysBetween, localDate } from '../../src/domain/calendar.ts'

const moments = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2032, 0, 1) })

test('they met the day after the discharge, and before now, wherever the clock stands', () => {
  fc.assert(
    fc.property(moments, (now) => {
      const { admitted, discharged, met, today } = daysBefore(now)
      expect([daysBetween(discharged, met), daysBetween(met, today)]).toEqual([1, 1])
      expect(daysBetween(admitted, discharged)).toBeGreaterThan(0)
      expect(Date.parse(instant(met, '10:56'))).toBeLessThan(now)
    }),
  )
})

test('an instant falls on its day, at its time, with the offset of that day', () => {
  fc.assert(
    fc.property(moments, fc.constantFrom('08:15', '10:00', '14:20', '21:40'), (now, time) => {
      const { met } = daysBefore(now)
      const at = instant(met, time)
      expect(localDate(at, zone)).toBe(met)
      const clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' }).format(
        Date.parse(at),
      )
      expect(clock).toBe(time)
    }),
  )
})

test('HL7 v2 writes it without its signs, but for the one of the offset', () => {
  expect(hl7Time('2026-03-02T14:20:00-05:00')).toBe('20260302142000-0500')
  expect(hl7Time('2026-07-02T14:20:00+02:00')).toBe('20260702142000+0200')
})
