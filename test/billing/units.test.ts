/** Minutes into units: every edge of every rule. */
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { type ProcedureCode, procedureCode } from '../../src/billing/code-table.ts'
import { procedureCodes } from '../../src/billing/codes.ts'
import { dailyLimit, type TimedBeside, units, unitsBeside } from '../../src/billing/units.ts'
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
    // More than half of a quarter of an hour: eight whole minutes.
    expect(units(of('T1017'), minutes, 'midpoint')).toBe(medicare8)
  })
})

describe('beside others of the day', () => {
  const other = (code: string, minutes: number, units: number, sameRenderer = true): TimedBeside => ({
    ...{ code, day, minutes, units, sameRenderer, inQuarters: code !== 'H0015' },
  })
  const medicare8 = { quarterHour: 'medicare8', sumOfDay: false, isKnown: true } as const
  const ofDay = (quarterHour: 'full' | 'medicare8') => ({ quarterHour, sumOfDay: true, isKnown: true })

  // CMS Claims Processing Manual, chapter 5, §20.2: the examples there, the other code first.
  test.each([
    ['24 + 23 minutes are three', 23, [other('H2014', 24, 2)], 1],
    ['20 + 20 are three', 20, [other('H2014', 20, 1)], 2],
    ['33 + 7 are three', 7, [other('H2014', 33, 2)], 1],
    ['18 + 13 + 10 + 8 are three', 8, [other('H2014', 18, 1), other('H2017', 13, 1), other('H2015', 10, 1)], 0],
    ['7 + 7 + 7 are one', 7, [other('H2014', 7, 0), other('H2017', 7, 0)], 1],
    ['8 + 8 are one', 8, [other('H2014', 8, 1)], 0],
    ['8 + 8 by two people are two', 8, [other('H2014', 8, 1, false)], 1],
    ['nothing beside', 23, [], 2],
  ])('the 8-minute rule: %s', (_, minutes, others, wanted) => {
    expect(unitsBeside(of('T1017'), minutes, medicare8, others)).toBe(wanted)
  })

  test.each([
    ['10 + 10 of one code are one', 'full', 10, [other('T1017', 10, 0)], 1],
    ['whoever held the other', 'full', 10, [other('T1017', 10, 0, false)], 1],
    ['of another code they are none', 'full', 10, [other('H2014', 10, 0)], 0],
    ['40 + 40 are five', 'full', 40, [other('T1017', 40, 2)], 3],
    ['8 + 8 are one', 'medicare8', 8, [other('T1017', 8, 1)], 0],
  ] as const)('the sum of a day: %s', (_, rule, minutes, others, wanted) => {
    expect(unitsBeside(of('T1017'), minutes, ofDay(rule), others)).toBe(wanted)
  })

  it('only quarter hours are added up', () => {
    expect(unitsBeside(of('S9484'), 59, ofDay('full'), [other('S9484', 59, 0)])).toBe(0)
  })

  it('in whatever order sessions of one code are signed, the day has as many units as its minutes', () => {
    const minutes = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(minutes, fc.constantFrom('full' as const, 'medicare8' as const), (all, rule) => {
        const billed: TimedBeside[] = []
        for (const time of all) billed.push(other('T1017', time, unitsBeside(of('T1017'), time, ofDay(rule), billed)))
        const total = units(
          of('T1017'),
          all.reduce((a, b) => a + b),
          rule,
        )
        const sum = billed.reduce((a, b) => a + b.units, 0)
        expect(sum).toBe(total)
        for (const one of billed) expect(one.units).toBeLessThanOrEqual(Math.ceil(one.minutes / 15))
      }),
    )
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
    ['90846', 25, 0],
    ['90846', 26, 1],
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
