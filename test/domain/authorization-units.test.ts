/** What a payer's answer comes to. */
import { describe, expect, it, test } from 'vitest'
import { Authorization, type AuthorizationAnswer, type ReviewAction } from '../../src/domain/authorization.ts'
import { decidedState, grantOf } from '../../src/domain/authorization-units.ts'

const authorization = (answer?: object, changes: object = {}): Authorization =>
  Authorization.parse({
    clientId: 'cli-1',
    coverageId: 'cov-1',
    provider: { id: 'org-1' },
    items: [
      { sequence: 1, code: 'T1017', unitsRequested: '10' },
      { sequence: 2, code: 'H2015', unitsRequested: '20' },
    ],
    period: { start: '2026-01-01', end: '2026-06-30' },
    urgency: 'standard',
    createdAt: '2026-01-01T00:00:00Z',
    state: 'submitted',
    answer,
    ...changes,
  })
const saying = (...codes: readonly (ReviewAction | undefined)[]): AuthorizationAnswer => ({
  items: codes.flatMap((code, i) => (code === undefined ? [] : [{ sequence: i + 1, decision: { code } }])),
})

describe('the state after a decision', () => {
  test.each<[readonly (ReviewAction | undefined)[], string]>([
    [[], 'submitted'],
    [['A1', 'A1'], 'approved'],
    [['A1', 'A6'], 'modified'],
    [['A6', 'A6'], 'modified'],
    [['A1', 'A2'], 'partially-approved'],
    [['A1', 'A3'], 'partially-approved'],
    [['A3', 'A3'], 'denied'],
    [['A3', 'C'], 'denied'],
    [['C', 'C'], 'cancelled'],
    [['A1', 'A4'], 'pended'],
    [['A1', undefined], 'pended'],
  ])('%j: %s', (codes, state) => {
    expect(decidedState(authorization(saying(...codes)))).toBe(state)
  })

  test.each(['draft', 'appealed', 'cancelled', 'entered-in-error'])('is not up to the payer while it is %s', (state) => {
    expect(decidedState(authorization(saying('A1', 'A1'), { state }))).toBe(state)
  })
})

describe('what is granted', () => {
  const granted = (value: Authorization) => grantOf(value, value.items[0]!)

  it('is what was asked for where all of it is certified', () => {
    const value = authorization(saying('A1', 'A1'), { state: 'approved' })
    expect(granted(value)).toEqual({ units: 10, period: { start: '2026-01-01', end: '2026-06-30' } })
  })

  it('is as many units, and as long, as the payer says', () => {
    const item = { sequence: 1, unitsApproved: '6', decision: { code: 'A6' }, period: { end: '2026-03-31' } }
    const value = authorization({ items: [item], period: { end: '2026-12-31' } }, { state: 'modified' })
    expect(granted(value)).toEqual({ units: 6, period: { end: '2026-03-31' } })
    const wide = authorization({ items: [{ ...item, period: undefined }], period: { end: '2026-12-31' } }, { state: 'modified' })
    expect(granted(wide)!.period).toEqual({ end: '2026-12-31' })
  })

  test.each(['A3', 'A4', 'C', undefined] as const)('is nothing where the payer says %s', (code) => {
    expect(granted(authorization(saying(code), { state: 'approved' }))).toBeUndefined()
  })

  test.each(['draft', 'submitted', 'denied', 'appealed', 'cancelled'])('is nothing while it is %s', (state) => {
    expect(granted(authorization(saying('A1'), { state }))).toBeUndefined()
  })

  it('is no unit where a part is certified, and nobody says how much', () => {
    expect(granted(authorization(saying('A2'), { state: 'approved' }))!.units).toBe(0)
  })
})
