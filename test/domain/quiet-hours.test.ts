/** When something may be sent that must not come by night. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { afterQuiet } from '../../src/domain/quiet-hours.ts'

const at = (text: string) => Date.parse(text)
const night = { from: '21:00:00', to: '08:00:00' }

describe('quiet hours', () => {
  it.each([
    ['in the evening', '2026-03-02T23:30:00-05:00', '2026-03-03T08:00:00-05:00'],
    ['before dawn', '2026-03-02T04:30:00-05:00', '2026-03-02T08:00:00-05:00'],
    ['at their first second', '2026-03-02T21:00:00-05:00', '2026-03-03T08:00:00-05:00'],
    ['at their end', '2026-03-02T08:00:00-05:00', '2026-03-02T08:00:00-05:00'],
    ['by day', '2026-03-02T15:00:00.250-05:00', '2026-03-02T15:00:00.250-05:00'],
    ['in the night of a clock put forward', '2026-03-08T01:30:00-05:00', '2026-03-08T09:00:00-04:00'],
    ['in the night of a clock put back', '2026-11-01T00:30:00-04:00', '2026-11-01T08:00:00-05:00'],
  ])('%s', (_, moment, then) => expect(afterQuiet(at(moment), night, 'America/New_York')).toBe(at(then)))

  it('of nobody, of no length, and in a zone unknown here', () => {
    const moment = at('2026-03-02T03:00:00Z')
    expect(afterQuiet(moment, undefined, 'Europe/Paris')).toBe(moment)
    expect(afterQuiet(moment, { from: '03:00:00', to: '03:00:00' }, undefined)).toBe(moment)
    expect(afterQuiet(moment, night, 'Mars/Olympus')).toBe(at('2026-03-02T08:00:00Z'))
    expect(afterQuiet(moment, { from: '02:00:00', to: '04:00:00' }, undefined)).toBe(at('2026-03-02T04:00:00Z'))
  })

  it('never end in themselves, never in the past, and within a day and an hour', () => {
    const time = fc.integer({ min: 0, max: 86_399 }).map((second) => new Date(second * 1000).toISOString().slice(11, 19))
    const zone = fc.constantFrom('America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Europe/London', 'UTC')
    const moments = fc.integer({ min: at('2025-01-01T00:00:00Z'), max: at('2027-01-01T00:00:00Z') })
    fc.assert(
      fc.property(moments, time, time, zone, (moment, from, to, where) => {
        const end = afterQuiet(moment, { from, to }, where)
        expect(end).toBeGreaterThanOrEqual(moment)
        expect(end - moment).toBeLessThanOrEqual(25 * 3600_000 + 1)
        expect(afterQuiet(end, { from, to }, where)).toBe(end)
      }),
    )
  })
})
