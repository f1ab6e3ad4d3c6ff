/** Telehealth at home, and the visit in person that Medicare wants before it: from 2028 on, as the law stands, or as an operator says. */
import { describe, expect, it, test } from 'vitest'
import { linesOf } from '../../src/billing/lines.ts'
import { monthsBefore } from '../../src/domain/calendar.ts'
import { type PayerRule, payerRuleOf } from '../../src/domain/payer-rule.ts'
import { at, coverage, facts, session } from './facts.ts'

const home = { modality: 'video', telehealth: { clientLocation: 'home' } }
const video = (day: string) => ({ day, inPerson: false })
const met = (day: string) => ({ day, inPerson: true })

interface Story {
  readonly day?: string
  readonly kind?: 'medicare' | 'medicare-advantage' | 'medicaid-ffs'
  readonly rules?: readonly PayerRule[]
  readonly changes?: object
  readonly diagnoses?: readonly string[]
}
const held = (contacts: readonly { day: string; inPerson: boolean }[], story: Story = {}) => {
  const { day = '2028-03-02', kind = 'medicare', rules = [], changes = home, diagnoses = ['F32.2'] } = story
  const actual = { start: `${day}T09:00:00-05:00`, end: `${day}T10:00:00-05:00` }
  const paid = coverage({ kind, start: undefined, rule: payerRuleOf(kind, rules, day) })
  const known = facts({
    session: session({ procedureCode: '90837', actual, ...changes }),
    coverages: [paid],
    contacts,
    diagnoses,
  })
  return linesOf(known, at)[0]!.holdReasons.includes('no-visit-in-person')
}

describe('from 2028', () => {
  test.each<[string, readonly { day: string; inPerson: boolean }[], boolean]>([
    ['nobody was met', [], true],
    ['met half a year before', [met('2027-09-02')], false],
    ['met a day too early', [met('2027-09-01')], true],
    ['met on that day', [met('2028-03-02')], false],
    ['met later', [met('2028-03-03')], true],
    ['begun before, and met within the year', [video('2028-02-01'), met('2027-03-02')], false],
    ['begun before, and not met for more than a year', [video('2028-02-01'), met('2027-03-01')], true],
    ['begun before, and never met', [video('2027-12-31')], true],
    ['begun by video that day', [video('2028-03-02')], true],
  ])('%s', (_, contacts, isHeld) => expect(held(contacts)).toBe(isHeld))

  test.each<[string, Story]>([
    ['Medicaid does not ask', { kind: 'medicaid-ffs' }],
    ['nor for disorders by a substance', { diagnoses: ['F32.2', 'F11.20'] }],
    ['nor where the client was at a clinic', { changes: { modality: 'video', telehealth: { clientLocation: 'clinic' } } }],
    ['nor in person', { changes: { modality: 'in-person' } }],
    ['nor before', { day: '2027-12-31' }],
    ['nor where the operator knows of another law', { rules: [{ inPerson: 'never' }] }],
  ])('%s', (_, story) => expect(held([], story)).toBe(false))

  it('of Medicare Advantage too, unless its plan says otherwise, from a day on', () => {
    expect(held([], { kind: 'medicare-advantage' })).toBe(true)
    const rules = [{ changes: [{ from: '2028-03-01', inPerson: { first: 12, later: 12 } }] }]
    expect(held([met('2027-04-01')], { kind: 'medicare-advantage', rules })).toBe(false)
    expect(held([met('2027-04-01')], { kind: 'medicare-advantage', rules, day: '2028-02-29' })).toBe(true)
  })
})

test.each([
  ['2026-03-02', 6, '2025-09-02'],
  ['2026-08-31', 6, '2026-02-28'],
  ['2028-08-31', 6, '2028-02-29'],
  ['2026-01-31', 12, '2025-01-31'],
  ['2026-01-15', 1, '2025-12-15'],
])('%s, %i months before: %s', (day, months, before) => expect(monthsBefore(day, months)).toBe(before))
