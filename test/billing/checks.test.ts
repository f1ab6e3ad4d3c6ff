/** Each rule by its number: whom it concerns, and how a line comes out. */
import { describe, expect, it, test } from 'vitest'
import { bundleLinesOf } from '../../src/billing/bundle-lines.ts'
import type { BillingFacts } from '../../src/billing/facts.ts'
import { linesOf } from '../../src/billing/lines.ts'
import { conflictIds, lookedAtAgain } from '../../src/domain/line-checks.ts'
import { at, beside, coverage, facts, lasting, session } from './facts.ts'

const linesFor = (code: string, minutes: number, changes: Partial<BillingFacts>, more: object = {}) =>
  linesOf(facts({ session: session({ procedureCode: code, actual: lasting(minutes), ...more }), ...changes }), at)
const outcome = (code: string, minutes: number, id: string, changes: Partial<BillingFacts> = {}, more: object = {}) => {
  const line = linesFor(code, minutes, changes, more).find((one) => one.code === code)
  return line?.checks.find(({ conflictId }) => conflictId === id)?.outcome
}
const others = (...codes: string[]) => ({ billedBeside: codes.map((code) => beside(code)) })
const overlapping = (isBilled: boolean) => ({ overlapping: [{ isBilled, lines: [] }] })

/** The rule, a code of so many minutes, what brings it about, and how it comes out then. */
const rules: readonly [string, string, number, Partial<BillingFacts>, 'warn' | 'deny', object?][] = [
  ['C01', '90791', 60, others('90839'), 'deny'],
  ['C02', '90834', 45, others('90791'), 'deny'],
  ['C03', '90834', 45, others('90836'), 'deny'],
  ['C04', '90834', 45, others('90840'), 'deny'],
  ['C05', '90834', 45, others('90847'), 'warn'],
  ['C06', '90846', 45, others('90847'), 'warn'],
  ['C07', '90785', 45, others('90839'), 'deny'],
  ['C09', '90839', 60, { unitsThatDay: () => 1 }, 'deny'],
  ['C13', 'T1016', 30, others('T2022'), 'warn'],
  ['C14', 'T1017', 30, { billedBeside: [beside('T1017', { sameAgency: false })] }, 'warn'],
  ['C15', 'H2015', 30, others('H2016'), 'warn'],
  ['C17', '98967', 15, others('90834'), 'deny'],
  ['C18', 'G0136', 10, {}, 'deny', { focus: ['housing'] }],
  ['C20', 'H0004', 30, overlapping(true), 'deny'],
  ['C20', 'H0004', 30, overlapping(false), 'warn'],
  ['C21', 'H0004', 30, { inHospital: [{ start: '2026-03-01', end: undefined }] }, 'warn'],
  ['C21', 'H0004', 30, { inCustody: [{ start: '2026-02-01', end: '2026-03-02' }] }, 'warn'],
  ['C22', 'T1017', 30, { plans: [] }, 'deny'],
]

describe('a rule', () => {
  test.each(rules)('%s of %s, %i minutes', (id, code, minutes, met, wanted, more) => {
    expect(outcome(code, minutes, id, met, more)).toBe(wanted)
    expect(outcome(code, minutes, id, {}, {})).toBe('pass')
  })

  test.each([
    ['C08', '90840', '90839'],
    ['C08', '90840', undefined],
  ])('%s: %s beside %s', (id, code, base) => {
    expect(outcome(code, 80, id, base === undefined ? {} : others(base))).toBe(base === undefined ? 'deny' : 'pass')
  })

  test.each([
    ['C10', 'G0022'],
    ['C11', 'G0024'],
    ['C12', 'G0146'],
  ])('%s: a session is not billed by %s, which goes with the hour of its month', (id, code) => {
    expect(outcome(code, 60, id)).toBe('deny')
  })

  const ofMonth = (code: string, minutes: number, changes: Partial<BillingFacts> = {}) => {
    const bundle = {
      ...{ clientId: 'cli-1', month: '2026-03', code, thresholdMinutes: 20, state: 'charged' as const },
      ...{ contributions: [{ sessionId: 'ses-1', minutes }], sensitivity: [], legalBasis: [] },
    }
    const counted = facts({ session: session({ procedureCode: code, actual: lasting(minutes) }), ...changes })
    return bundleLinesOf(counted, { id: 'mbn-1', bundle, began: undefined }, at)
  }
  const outcomeOfMonth = (lines: ReturnType<typeof ofMonth>, code: string, id: string) =>
    lines.find((one) => one.code === code)?.checks.find(({ conflictId }) => conflictId === id)?.outcome

  it('C16: integration beside collaborative care in one month', () => {
    expect(outcomeOfMonth(ofMonth('99484', 30), '99484', 'C16')).toBe('pass')
    const collaborative = { billedBeside: [beside('99493', { day: '2026-03-01' })] }
    expect(outcomeOfMonth(ofMonth('99484', 30, collaborative), '99484', 'C16')).toBe('deny')
  })

  test.each([
    ['C10', 'G0019', 'G0022'],
    ['C11', 'G0023', 'G0024'],
    ['C12', 'G0140', 'G0146'],
  ])('%s: of a month, beside %s', (id, code, further) => {
    expect(outcomeOfMonth(ofMonth(code, 90), further, id)).toBe('pass')
  })

  it('C19: what is over since 2025', () => {
    const earlier = { actual: { start: '2024-12-31T09:00:00-05:00', end: '2024-12-31T09:10:00-05:00' } }
    expect(outcome('99441', 10, 'C19', {}, earlier)).toBe('pass')
    expect(outcome('99441', 10, 'C19')).toBe('deny')
  })

  it('C18: social risk through 2025, and by its first diagnosis, where no focus is named', () => {
    const on = (day: string) => ({ actual: { start: `${day}T09:00:00-05:00`, end: `${day}T09:10:00-05:00` }, focus: ['housing'] })
    const covered = { coverages: [coverage({ start: undefined })] }
    const held = (changes: Partial<BillingFacts>, more: object) =>
      linesFor('G0136', 10, { ...covered, ...changes }, more)[0]!.holdReasons
    expect(outcome('G0136', 10, 'C18', covered, on('2025-12-31'))).toBeUndefined()
    expect(held({}, on('2025-12-31'))).toEqual([])
    expect(held({}, on('2026-01-01'))).toEqual(['purpose-over'])
    expect(held({ diagnoses: ['Z59.01', 'F32.2'] }, {})).toEqual(['purpose-over'])
    expect(held({ diagnoses: ['F32.2', 'Z59.01'] }, {})).toEqual([])
  })

  it('C21: in a prison, by where it was', () => {
    expect(outcome('H0004', 30, 'C21', {}, { placeOfService: '09' })).toBe('warn')
    expect(outcome('H0004', 30, 'C21', {}, { placeOfService: '04' })).toBe('pass')
  })

  it('concerns some codes alone: nothing is told of the others', () => {
    expect(linesFor('H0031', 60, {})[0]!.checks).toEqual([
      { conflictId: 'C20', outcome: 'pass' },
      { conflictId: 'C21', outcome: 'pass' },
    ])
    expect(outcome('H0031', 60, 'C22', { plans: [] })).toBeUndefined()
  })

  it('has a test here, each of them', () => {
    const told = new Set([...rules.map(([id]) => id), 'C08', 'C10', 'C11', 'C12', 'C16', 'C19'])
    expect(conflictIds.filter((id) => !told.has(id))).toEqual([])
  })

  it('that denies holds its line, and one that warns does not', () => {
    for (const [id, code, minutes, met, wanted, more] of rules.filter(([rule]) => rule !== 'C07')) {
      const [line] = linesFor(code, minutes, met, more)
      expect([id, line!.state]).toEqual([id, wanted === 'deny' ? 'held' : 'ready'])
    }
  })

  it('is told in the order of its number', () => {
    const [line] = linesFor('90834', 45, others('90847'))
    const told = line!.checks.map(({ conflictId }) => conflictId)
    expect(told).toEqual(told.toSorted())
    expect(told.every((id) => conflictIds.includes(id))).toBe(true)
  })
})

describe('a line that is ready, looked at again', () => {
  const answered = { conflictId: 'C05', outcome: 'warn', overriddenBy: 'ana', reason: 'Two sessions' } as const
  it('keeps what somebody answered for, until it comes out otherwise', () => {
    expect(lookedAtAgain([{ conflictId: 'C05', outcome: 'warn' }], [answered])).toEqual([answered])
    expect(lookedAtAgain([{ conflictId: 'C05', outcome: 'pass' }], [answered])).toEqual([{ conflictId: 'C05', outcome: 'pass' }])
  })
  it('is not held by what came afterwards', () => {
    expect(lookedAtAgain([{ conflictId: 'C17', outcome: 'deny' }], [{ conflictId: 'C17', outcome: 'pass' }])).toEqual([
      { conflictId: 'C17', outcome: 'pass' },
    ])
  })
})
