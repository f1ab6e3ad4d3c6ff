import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dateHi, dateLo, dateRange } from '../../../src/fhir/search/date-range.ts'

const range = (text: string) => {
  const found = dateRange(text)
  return found && [new Date(found.lo).toISOString(), new Date(found.hi).toISOString()]
}

describe('what a date covers', () => {
  test.each([
    ['2026', '2026-01-01T00:00:00.000Z', '2026-12-31T23:59:59.999Z'],
    ['2024-02', '2024-02-01T00:00:00.000Z', '2024-02-29T23:59:59.999Z'],
    ['1900-02', '1900-02-01T00:00:00.000Z', '1900-02-28T23:59:59.999Z'],
    ['2026-12-31', '2026-12-31T00:00:00.000Z', '2026-12-31T23:59:59.999Z'],
    ['2026-03-08T01:30', '2026-03-08T01:30:00.000Z', '2026-03-08T01:30:59.999Z'],
    ['2026-03-08T01:30:15', '2026-03-08T01:30:15.000Z', '2026-03-08T01:30:15.999Z'],
    ['2026-03-08T01:30:15Z', '2026-03-08T01:30:15.000Z', '2026-03-08T01:30:15.999Z'],
    ['2026-03-08T01:30:15-05:00', '2026-03-08T06:30:15.000Z', '2026-03-08T06:30:15.999Z'],
    ['2026-03-08T01:30:15+14:00', '2026-03-07T11:30:15.000Z', '2026-03-07T11:30:15.999Z'],
    ['2026-03-08T01:30:15.5Z', '2026-03-08T01:30:15.500Z', '2026-03-08T01:30:15.599Z'],
    ['2026-03-08T01:30:15.25Z', '2026-03-08T01:30:15.250Z', '2026-03-08T01:30:15.259Z'],
    ['2026-03-08T01:30:15.250Z', '2026-03-08T01:30:15.250Z', '2026-03-08T01:30:15.250Z'],
    ['2026-03-08T01:30:15.2509999Z', '2026-03-08T01:30:15.250Z', '2026-03-08T01:30:15.250Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z', '2017-01-01T00:00:00.999Z'],
    ['0001-01-01', '0001-01-01T00:00:00.000Z', '0001-01-01T23:59:59.999Z'],
    ['0099', '0099-01-01T00:00:00.000Z', '0099-12-31T23:59:59.999Z'],
    ['9999', '9999-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'],
  ])('%s', (text, lo, hi) => {
    expect(range(text)).toEqual([lo, hi])
  })

  test.each([
    ...[
      '',
      '26',
      '2026-1',
      '2026-13',
      '2026-00',
      '2026-02-30',
      '2025-02-29',
      '2026-04-31',
      '2026-01-00',
      '0000',
      '20260308',
      '2026/03/08',
    ],
    ...[
      '2026-03-08T',
      '2026-03-08T01',
      '2026-03-08T24:00:00Z',
      '2026-03-08T01:60Z',
      '2026-03-08T01:30:61Z',
      '2026-03-08 01:30',
      '2026-03-08T01:30:15.Z',
    ],
    ...[
      '2026-03-08T01:30:15+5',
      '2026-03-08T01:30:15+0500',
      '2026-03-08T01:30:15+15:00',
      '2026-03-08T01:30:15ZZ',
      '2026-03-08Z',
      'March 8, 2026',
      ' 2026',
    ],
    ...['-2026', '+002026', '2026-03-08T1:30:15Z', '２０２６'],
  ])('%j is no date', (text) => {
    expect(dateRange(text)).toBeUndefined()
    expect([dateLo(text), dateHi(text)]).toEqual([Number.NaN, Number.NaN])
  })

  test('agrees with the engine on every instant, in every zone', () => {
    const instant = fc.date({ min: new Date('0001-01-02T00:00:00Z'), max: new Date('9999-12-30T00:00:00Z'), noInvalidDate: true })
    fc.assert(
      fc.property(instant, fc.integer({ min: -14 * 60, max: 14 * 60 }), (at, minutes) => {
        const local = new Date(at.getTime() + minutes * 60_000).toISOString().slice(0, -1)
        const sign = minutes < 0 ? '-' : '+'
        const zone = `${sign}${String(Math.floor(Math.abs(minutes) / 60)).padStart(2, '0')}:${String(Math.abs(minutes) % 60).padStart(2, '0')}`
        expect(dateRange(local + zone)).toEqual({ lo: at.getTime(), hi: at.getTime() })
        expect(dateLo(local.slice(0, 19) + zone)).toBe(Math.floor(at.getTime() / 1000) * 1000)
      }),
      { numRuns: 2000 },
    )
  })

  test('days follow each other without gap', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2_900_000 }), (n) => {
        const day = (k: number) => new Date(Date.UTC(1900, 0, 1) + k * 86_400_000)
        const [one, two] = [day(n), day(n + 1)].map((each) => each.toISOString().slice(0, 10))
        expect(dateHi(one ?? '') + 1).toBe(dateLo(two ?? ''))
      }),
    )
  })
})
