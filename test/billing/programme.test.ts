/** Intensive outpatient care (H0015): a day of three hours, in one session or several, on three days of a week. */
import { describe, expect, it, test } from 'vitest'
import type { BillingFacts } from '../../src/billing/facts.ts'
import { linesOf } from '../../src/billing/lines.ts'
import { unknownPayer } from '../../src/domain/payer-rule.ts'
import { at, beside, coverage, facts, lasting, session } from './facts.ts'

const day = '2026-03-02'
const programme = (minutes: number, changes: Partial<BillingFacts> = {}) =>
  linesOf(facts({ session: session({ procedureCode: 'H0015', actual: lasting(minutes) }), ...changes }), at)[0]!
const earlier = (minutes: number, units = 0) => ({ code: 'H0015', day, minutes, units, sameRenderer: false, inQuarters: false })

describe('a day', () => {
  test.each([
    [180, [], undefined],
    [179, [], 'minutes-short'],
    [60, [earlier(60)], 'minutes-short'],
    [60, [earlier(60), earlier(60)], undefined],
    // What others have billed of the day is gone.
    [180, [earlier(180, 1)], 'minutes-short'],
  ])('%i minutes beside %j', (minutes, timedBeside, reason) => {
    const { state, units, holdReasons } = programme(minutes, { timedBeside })
    expect([state, units ?? null, holdReasons]).toEqual(reason ? ['held', null, [reason]] : ['ready', '1', []])
  })

  it('adds nothing to the quarter hours that one person gave that day', () => {
    const rule = { ...unknownPayer, quarterHour: 'medicare8' } as const
    const quarters = facts({
      ...{ session: session({ actual: lasting(15) }), coverages: [coverage({ rule })] },
      timedBeside: [{ ...earlier(60), sameRenderer: true }],
    })
    expect(linesOf(quarters, at)[0]).toMatchObject({ code: 'T1017', units: '1' })
  })
})

describe('a week, from Sunday to Saturday', () => {
  const week = (...days: string[]) => programme(180, { billedBeside: days.map((one) => beside('H0015', { day: one })) }).warnings
  it('of fewer than three days is told of', () => {
    expect(week()).toEqual(['programme-days'])
    expect(week('2026-03-04')).toEqual(['programme-days'])
    expect(week('2026-03-04', '2026-03-04')).toEqual(['programme-days'])
    expect(week('2026-03-01', '2026-03-07')).toEqual([])
  })
  it('is one week', () => expect(week('2026-02-28', '2026-03-08', '2026-03-03')).toEqual(['programme-days']))
  it('is one programme', () => {
    const elsewhere = ['2026-03-03', '2026-03-04'].map((one) => beside('H0015', { day: one, sameAgency: false }))
    expect(programme(180, { billedBeside: elsewhere }).warnings).toEqual(['programme-days'])
  })
})
