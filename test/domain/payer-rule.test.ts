/** What a payer says of all, of a code, and from a day on. */
import { expect, it } from 'vitest'
import { countingOf, type PayerRule, payerRuleOf } from '../../src/domain/payer-rule.ts'

const day = '2026-03-02'
const counted = (rules: readonly PayerRule[], code = 'T1017', on = day, kind: 'medicaid-ffs' | 'medicare' = 'medicaid-ffs') =>
  countingOf(payerRuleOf(kind, rules, on), code)

it('full quarters where nobody has said, and the 8-minute rule for Medicare', () => {
  expect(counted([])).toEqual({ quarterHour: 'full', sumOfDay: false, isKnown: false })
  expect(counted([], 'T1016', day, 'medicare')).toEqual({ quarterHour: 'medicare8', sumOfDay: false, isKnown: true })
  expect(counted([{ quarterHour: 'full' }])).toMatchObject({ isKnown: true })
})

it('the particular before the general, a code before all', () => {
  const general: PayerRule = { quarterHour: 'medicare8', sumOfDay: true, codes: { T1017: { quarterHour: 'full' } } }
  expect(counted([general, { quarterHour: 'midpoint' }])).toMatchObject({ quarterHour: 'full', sumOfDay: true })
  expect(counted([general, { quarterHour: 'midpoint' }], 'H2015')).toMatchObject({ quarterHour: 'midpoint' })
  const particular: PayerRule = { codes: { T1017: { sumOfDay: false } } }
  expect(counted([general, particular])).toEqual({ quarterHour: 'full', sumOfDay: false, isKnown: true })
})

it('a change from its day on, the latest before the earlier', () => {
  const rule: PayerRule = {
    quarterHour: 'full',
    changes: [
      { from: '2026-07-01', quarterHour: 'full' },
      { from: '2026-04-01', quarterHour: 'medicare8', authorizationRequired: 'all' },
    ],
  }
  const on = (at: string) => payerRuleOf('medicaid-ffs', [rule], at)
  expect(['2026-03-31', '2026-04-01', '2026-06-30', '2026-07-01'].map((at) => on(at).quarterHour)).toEqual([
    ...['full', 'medicare8', 'medicare8', 'full'],
  ])
  expect([on('2026-03-31'), on('2026-07-01')].map((one) => one.authorizationRequired)).toEqual([[], 'all'])
})
