import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  addBusinessDays,
  addDays,
  calendarOf,
  daysBetween,
  federalCalendar,
  federalHolidays,
  isTimeZone,
  localDate,
  oldestAgeOn,
} from '../../src/domain/calendar.ts'

test('a discharge shortly before midnight in New York is of that day there, whatever day it is in Greenwich', () => {
  expect(localDate('2025-03-10T23:40:00-04:00', 'America/New_York')).toBe('2025-03-10')
  expect(localDate('2025-03-11T03:40:00Z', 'America/New_York')).toBe('2025-03-10')
  expect(localDate('2025-03-11T04:00:00Z', 'America/New_York')).toBe('2025-03-11')
})

test('on the days when clocks change, every hour is still of its day', () => {
  expect(localDate('2025-03-09T04:59:59Z', 'America/New_York')).toBe('2025-03-08')
  expect(localDate('2025-03-09T05:00:00Z', 'America/New_York')).toBe('2025-03-09')
  expect(localDate('2025-03-10T03:59:59Z', 'America/New_York')).toBe('2025-03-09')
  expect(localDate('2025-11-03T04:59:59Z', 'America/New_York')).toBe('2025-11-02')
  // Clocks go back over midnight in Havana: the hour from 00:00 on comes twice.
  expect(localDate('2025-11-02T04:30:00Z', 'America/Havana')).toBe('2025-11-02')
  expect(localDate('2025-11-02T05:30:00Z', 'America/Havana')).toBe('2025-11-02')
})

test('far zones differ by a whole day', () => {
  expect(localDate('2025-06-30T10:30:00Z', 'Pacific/Kiritimati')).toBe('2025-07-01')
  expect(localDate('2025-06-30T10:30:00Z', 'Pacific/Pago_Pago')).toBe('2025-06-29')
  expect(localDate('2025-06-30T18:20:00Z', 'Asia/Kathmandu')).toBe('2025-07-01')
})

test('without a zone the day counts as it was written; a date is a day; a month is none', () => {
  expect(localDate('2025-03-10T23:40:00-04:00')).toBe('2025-03-10')
  expect(localDate('2025-03-10T23:40:00-04:00', 'Not/AZone')).toBe('2025-03-10')
  expect(localDate('2025-03-10', 'Asia/Tokyo')).toBe('2025-03-10')
  expect(localDate('2025-03', 'Asia/Tokyo')).toBeUndefined()
  expect(localDate('rubbish-of-some-length')).toBeUndefined()
  expect(isTimeZone('America/New_York')).toBe(true)
  expect(isTimeZone('Not/AZone')).toBe(false)
})

test('days are added across leap days and years', () => {
  expect(addDays('2024-02-28', 1)).toBe('2024-02-29')
  expect(addDays('2025-02-28', 1)).toBe('2025-03-01')
  expect(addDays('2024-12-31', 1)).toBe('2025-01-01')
  expect(daysBetween('2024-02-28', '2024-03-01')).toBe(2)
})

test('federal holidays of 2026: the fourth of July is kept on a Friday', () => {
  expect(federalHolidays(2026)).toEqual([
    '2026-01-01',
    '2026-01-19',
    '2026-02-16',
    '2026-05-25',
    '2026-06-19',
    '2026-07-03',
    '2026-09-07',
    '2026-10-12',
    '2026-11-11',
    '2026-11-26',
    '2026-12-25',
  ])
  // New Year's Day of 2022 was a Saturday.
  expect(federalHolidays(2021)).toContain('2021-12-31')
  expect(federalHolidays(2022)).not.toContain('2022-01-01')
})

test('two business days skip weekends and holidays', () => {
  expect(addBusinessDays('2025-03-10', 2, federalCalendar)).toBe('2025-03-12')
  expect(addBusinessDays('2025-03-13', 2, federalCalendar)).toBe('2025-03-17')
  expect(addBusinessDays('2025-03-15', 2, federalCalendar)).toBe('2025-03-18')
  expect(addBusinessDays('2025-12-24', 2, federalCalendar)).toBe('2025-12-29')
  expect(addBusinessDays('2025-12-24', 2, calendarOf([]))).toBe('2025-12-26')
})

test('an age is the greatest that a birth date allows', () => {
  expect(oldestAgeOn('2019-03-11', '2025-03-10')).toBe(5)
  expect(oldestAgeOn('2019-03-10', '2025-03-10')).toBe(6)
  expect(oldestAgeOn('2019', '2025-03-10')).toBe(6)
})

const dates = fc
  .date({ min: new Date('1990-01-01'), max: new Date('2060-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10))

test('adding days and counting them are inverse, and the order of days is kept', () => {
  fc.assert(
    fc.property(dates, dates, fc.integer({ min: -500, max: 500 }), (a, b, days) => {
      expect(daysBetween(a, addDays(a, days))).toBe(days)
      expect(addDays(a, days) < addDays(b, days)).toBe(a < b)
      const [x, y] = [addBusinessDays(a, 2, federalCalendar), addBusinessDays(b, 2, federalCalendar)]
      if (a <= b) expect(x <= y).toBe(true)
    }),
  )
})

test('24 hours later is the same day, the next, or (where the clocks went forward) the one after', () => {
  const zones = fc.constantFrom(
    'America/New_York',
    'Africa/Cairo',
    'Asia/Beirut',
    'Australia/Lord_Howe',
    'America/St_Johns',
    'Asia/Kathmandu',
  )
  fc.assert(
    fc.property(
      fc.date({ min: new Date('2000-01-01'), max: new Date('2037-01-01'), noInvalidDate: true }),
      zones,
      (date, zone) => {
        const now = localDate(date.toISOString(), zone)!
        const later = localDate(new Date(date.getTime() + 24 * 3600_000).toISOString(), zone)!
        expect([0, 1, 2]).toContain(daysBetween(now, later))
      },
    ),
  )
})
