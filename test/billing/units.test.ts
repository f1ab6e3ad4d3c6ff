/** Minutes into units: every edge of every rule. */
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { type ProcedureCode, procedureCode } from '../../src/billing/code-table.ts'
import { procedureCodes } from '../../src/billing/codes.ts'
import { dailyLimit, units } from '../../src/billing/units.ts'
import { quarterHourRules } from '../../src/domain/payer-rule.ts'

const day = '2026-03-02'
const of = (code: string): ProcedureCode => procedureCode(code, day)!

describe('15-minute codes', () => {
  // minutes, units by `medicare8`, units by `full`
  const edges = [
    [0, 0, 0],
    [1, 0, 0],
    [7, 0, 0],
    [8, 1, 0],
    [14, 1, 0],
    [15, 1, 1],
    [22, 1, 1],
    [23, 2, 1],
    [29, 2, 1],
    [30, 2, 2],
    [37, 2, 2],
    [38, 3, 2],
    [45, 3, 3],
    [50, 3, 3],
    [52, 3, 3],
    [53, 4, 3],
    [60, 4, 4],
    [67, 4, 4],
    [68, 5, 4],
    [82, 5, 5],
    [83, 6, 5],
    [97, 6, 6],
    [98, 7, 6],
    [480, 32, 32],
  ] as const

  test.each(edges)('%i minutes are %i units by the 8-minute rule and %i fully reached ones', (minutes, medicare8, full) => {
    expect(units(of('T1017'), minutes, 'medicare8')).toBe(medicare8)
    expect(units(of('T1017'), minutes, 'full')).toBe(full)
  })
})

describe('bands', () => {
  test.each([
    ['90832', 15, 0],
    ['90832', 16, 1],
    ['90832', 37, 1],
    ['90832', 38, 0],
    ['90834', 37, 0],
    ['90834', 38, 1],
    ['90834', 52, 1],
    ['90834', 53, 0],
    ['90837', 52, 0],
    ['90837', 53, 1],
    ['90837', 240, 1],
    ['90847', 25, 0],
    ['90847', 26, 1],
    ['98966', 4, 0],
    ['98966', 10, 1],
    ['98966', 11, 0],
  ])('%s for %i minutes: %i', (code, minutes, expected) => {
    for (const rule of quarterHourRules) expect(units(of(code), minutes, rule)).toBe(expected)
  })
})

describe('crisis psychotherapy and the time beyond', () => {
  test.each([
    [29, 0, 0],
    [30, 1, 0],
    [74, 1, 0],
    [75, 1, 1],
    [104, 1, 1],
    [105, 1, 2],
    [134, 1, 2],
    [135, 1, 3],
  ])('%i minutes: 90839 × %i, 90840 × %i', (minutes, opening, further) => {
    expect(units(of('90839'), minutes, 'full')).toBe(opening)
    expect(units(of('90840'), minutes, 'full')).toBe(further)
    expect(of('90839').continuedBy).toBe('90840')
  })
})

describe('other rules', () => {
  test.each([
    // half of 30 minutes is not more than half
    ['98960', 15, 0],
    ['98960', 16, 1],
    ['98960', 45, 1],
    ['98960', 46, 2],
    // an hour fully reached
    ['S9484', 59, 0],
    ['S9484', 60, 1],
    ['S9484', 119, 1],
    ['S9484', 120, 2],
    // each full 20 minutes
    ['G0560', 19, 0],
    ['G0560', 20, 1],
    ['G0560', 39, 1],
    ['G0560', 40, 2],
    // must be reached
    ['H0015', 179, 0],
    ['H0015', 180, 1],
    ['G0177', 44, 0],
    ['G0177', 45, 1],
    // once, by the day, by the minute, by the month
    ['H0031', 1, 1],
    ['H0031', 300, 1],
    ['H2016', 300, 1],
    ['T1014', 17, 17],
    ['G0323', 300, 0],
  ])('%s for %i minutes: %i', (code, minutes, expected) => {
    expect(units(of(code), minutes, 'full')).toBe(expected)
  })

  it('lets a day rate and a daily code be billed once a day', () => {
    expect(dailyLimit(of('H2016'))).toBe(1)
    expect(dailyLimit(of('90837'))).toBe(1)
    expect(dailyLimit(of('T1017'))).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('laws', () => {
  const code = fc.constantFrom(...procedureCodes)
  const rule = fc.constantFrom(...quarterHourRules)
  const minutes = fc.integer({ min: 0, max: 1500 })

  it('more time is never fewer units, except beyond the end of a band', () => {
    fc.assert(
      fc.property(code, rule, minutes, minutes, (row, by, a, b) => {
        fc.pre(row.most === undefined)
        expect(units(row, Math.min(a, b), by)).toBeLessThanOrEqual(units(row, Math.max(a, b), by))
      }),
    )
  })

  it('units are whole, and never more than the time begun', () => {
    fc.assert(
      fc.property(code, rule, minutes, (row, by, time) => {
        const count = units(row, time, by)
        expect(Number.isInteger(count)).toBe(true)
        expect(count).toBeGreaterThanOrEqual(0)
        const unit = row.rule === 'minute' ? 1 : (row.minutes ?? 15)
        const begun = row.rule === 'once' || row.rule === 'day' ? Math.min(time, 1) : Math.ceil(time / unit)
        expect(count).toBeLessThanOrEqual(begun)
      }),
    )
  })

  it('the 8-minute rule never bills less than fully reached units, and at most one more', () => {
    fc.assert(
      fc.property(minutes, (time) => {
        const more = units(of('H2014'), time, 'medicare8') - units(of('H2014'), time, 'full')
        expect([0, 1]).toContain(more)
      }),
    )
  })

  it('seconds are cut, and what is no time is no unit', () => {
    expect(units(of('T1017'), 22.99, 'medicare8')).toBe(1)
    for (const none of [0, -15, Number.NaN, Number.POSITIVE_INFINITY]) expect(units(of('T1017'), none, 'medicare8')).toBe(0)
  })
})
