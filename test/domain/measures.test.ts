/** Measures tell of groups, never of few. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Case, fewestClients, measured } from '../../src/domain/measures.ts'

const some = (group: string, count: number, met = 0, days?: number): Case[] =>
  Array.from({ length: count }, (_, i) => ({
    measure: 'loop-closure',
    group,
    clientId: `${group}-${i}`,
    met: i < met,
    ...(days !== undefined && { days: days + i }),
  }))

it('tells rates, and how long it took', () => {
  expect(measured([...some('Food', 12, 9, 1), ...some('Housing', 11, 1)])).toEqual([
    { measure: 'loop-closure', group: 'Food', clients: 12, denominator: 12, numerator: 9, rate: 0.75, medianDays: 6.5 },
    { measure: 'loop-closure', group: 'Housing', clients: 11, denominator: 11, numerator: 1, rate: 0.091 },
    { measure: 'loop-closure', group: 'all', clients: 23, denominator: 23, numerator: 10, rate: 0.435, medianDays: 6.5 },
  ])
})

it('tells small groups together, and what is still too small not at all', () => {
  const groups = (cases: Case[]) => measured(cases).map(({ group, clients }) => [group, clients])
  expect(groups([...some('Food', 12), ...some('Legal', 6), ...some('Work', 5)])).toEqual([
    ['Food', 12],
    ['other', 11],
    ['all', 23],
  ])
  expect(groups([...some('Food', 12), ...some('Legal', 3)])).toEqual([
    ['Food', 12],
    ['all', 12],
  ])
  expect(groups(some('Food', 10))).toEqual([])
  const often = some('Food', 4).flatMap((one) => [one, one, one])
  expect(groups(often)).toEqual([])
})

it('nobody is to be found by subtraction: totals are the sum of what is told, and every group is large enough', () => {
  const cases = fc.array(
    fc.record({
      measure: fc.constantFrom<Case['measure']>('loop-closure', 'follow-up'),
      group: fc.constantFrom('a', 'b', 'c', 'd'),
      clientId: fc.integer({ min: 0, max: 40 }).map((n) => `cli-${n}`),
      met: fc.boolean(),
    }),
    { maxLength: 120 },
  )
  fc.assert(
    fc.property(cases, (drawn) => {
      const rows = measured(drawn)
      expect(rows.every(({ clients }) => clients >= fewestClients)).toBe(true)
      for (const all of rows.filter(({ group }) => group === 'all')) {
        const told = rows.filter(({ measure, group }) => measure === all.measure && group !== 'all')
        expect(told.reduce((sum, { denominator }) => sum + denominator, 0)).toBe(all.denominator)
      }
    }),
  )
})
