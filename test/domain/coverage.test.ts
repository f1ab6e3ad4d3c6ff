import { describe, expect, test } from 'vitest'
import { type Coverage, CoverageCommand, orderIssues } from '../../src/domain/coverage.ts'

const coverage = (more: object): Coverage =>
  ({ state: 'active', kind: 'medicaid-mco', priority: 1, clientId: 'cli-1', payerOrg: { id: 'org-1' }, ...more }) as Coverage
const messages = (value: Coverage, ...others: Coverage[]) => orderIssues(value, others).map(({ message }) => message)

describe('the order in which payers pay', () => {
  test('at any time one active coverage of each priority', () => {
    expect(messages(coverage({}), coverage({}))).toEqual(['another active coverage has this priority'])
    expect(messages(coverage({}), coverage({ priority: 2 }), coverage({ state: 'cancelled' }))).toEqual([])
    expect(messages(coverage({ state: 'draft' }), coverage({}))).toEqual([])
  })

  test('one after the other may have the same, and meet on no day', () => {
    const last = coverage({ period: { start: '2025-01-01', end: '2025-12-31' } })
    expect(messages(coverage({ period: { start: '2026-01-01' } }), last)).toEqual([])
    expect(messages(coverage({ period: { start: '2025-12-31T12:00:00Z' } }), last)).toHaveLength(1)
    expect(messages(coverage({ period: { start: '2025' } }), last)).toHaveLength(1)
    expect(messages(coverage({ period: { end: '2024' } }), last)).toEqual([])
  })

  test('self-pay and grants come last', () => {
    expect(messages(coverage({ kind: 'self-pay', priority: 1 }), coverage({ priority: 2 }))).toEqual([
      'self-pay and grants come last',
    ])
    expect(messages(coverage({ priority: 3 }), coverage({ kind: 'grant', priority: 2 }))).toEqual([
      'self-pay and grants come last',
    ])
    expect(
      messages(coverage({ kind: 'self-pay', priority: 2 }), coverage({ priority: 1 }), coverage({ kind: 'grant', priority: 3 })),
    ).toEqual([])
  })
})

test('a membership has a number; paying for oneself has none', () => {
  const command = { state: 'active', clientId: 'cli-1', payerOrg: { id: 'org-1' }, relationship: 'self', priority: 1 }
  expect(CoverageCommand.safeParse({ ...command, kind: 'medicare' }).error?.issues[0]?.path).toEqual(['memberId'])
  expect(CoverageCommand.safeParse({ ...command, kind: 'self-pay', payerOrg: { id: 'cli-1', type: 'Patient' } }).success).toBe(
    true,
  )
})
