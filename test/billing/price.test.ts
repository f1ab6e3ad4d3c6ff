/** What lines cost. */
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { chargeFor } from '../../src/billing/price.ts'

describe('a line costs', () => {
  test.each([
    ['32.50', '3', '97.50'],
    ['32.5', '3', '97.50'],
    ['0.10', '3', '0.30'],
    ['120', '1', '120.00'],
    ['0', '4', '0.00'],
    ['999999.99', '999', '998999990.01'],
  ])('%s a unit, %s units: %s', (fee, units, amount) => {
    expect(chargeFor(fee, units)).toEqual({ amount, currency: 'USD' })
  })

  it('as much as its units one by one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999_999 }), fc.integer({ min: 1, max: 999 }), (cents, units) => {
        const fee = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`
        expect(BigInt(chargeFor(fee, String(units))!.amount.replace('.', ''))).toBe(BigInt(cents) * BigInt(units))
      }),
    )
  })

  it('nothing that is known, where its units are no number to count by', () => {
    expect(['', '1.5', '-1', '1e3'].map((units) => chargeFor('10', units))).toEqual([undefined, undefined, undefined, undefined])
  })
})
