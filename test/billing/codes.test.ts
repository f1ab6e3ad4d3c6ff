/** The table of codes: what a number means on a day. */
import { describe, expect, it, test } from 'vitest'
import { isKnownCode, procedureCode } from '../../src/billing/code-table.ts'
import { procedureCodes } from '../../src/billing/codes.ts'

describe('codes on a date of service', () => {
  it('G0136 is one thing through 2025 and another from 2026', () => {
    const before = procedureCode('G0136', '2025-12-31')
    const after = procedureCode('G0136', '2026-01-01')
    expect(before?.label).toMatch(/social risk/i)
    expect(after?.label).toMatch(/activity/i)
    expect(before).not.toEqual(after)
    expect(procedureCode('G0136', '2023-12-31')).toBeUndefined()
  })

  test.each([
    ['99441', '2024-12-31', true],
    ['99441', '2025-01-01', false],
    ['G2012', '2024-12-31', true],
    ['G2012', '2025-01-01', false],
    ['G0511', '2025-09-30', true],
    ['G0511', '2025-10-01', false],
    ['98016', '2024-12-31', false],
    ['98016', '2025-01-01', true],
    ['G0560', '2024-12-31', false],
    ['G0560', '2025-01-01', true],
    ['H0031', '1999-01-01', true],
  ])('%s on %s: %s', (code, day, inForce) => {
    expect(procedureCode(code, day) !== undefined).toBe(inForce)
    expect(isKnownCode(code)).toBe(true)
  })

  it('a number that nobody knows is none', () => {
    expect(isKnownCode('Z9999')).toBe(false)
    expect(procedureCode('Z9999', '2026-03-02')).toBeUndefined()
  })
})

describe('the table itself', () => {
  it('has one meaning for a code on any day', () => {
    for (const [code, rows] of Map.groupBy(procedureCodes, (row) => row.code)) {
      const spans = rows.map(({ from = '0000-01-01', until = '9999-12-31' }) => [from, until] as const).toSorted()
      spans.forEach(([from], i) => {
        if (i > 0) expect(from > spans[i - 1]![1], code).toBe(true)
      })
    }
  })

  it('says for every row what its rule needs', () => {
    for (const { code, rule, minutes, least, most, continuedBy } of procedureCodes) {
      expect(code).toMatch(/^([A-Z]\d{4}|\d{5})$/)
      if (rule === 'midpoint' || rule === 'full' || rule === 'beyond') expect(minutes, code).toBeGreaterThan(0)
      if (rule === 'must-reach' || rule === 'band' || rule === 'beyond') expect(least, code).toBeGreaterThan(0)
      if (least !== undefined && most !== undefined) expect(least, code).toBeLessThan(most)
      if (continuedBy !== undefined)
        expect(procedureCode(continuedBy, '2026-03-02')).toMatchObject({
          addOn: true,
          rule: rule === 'month' ? 'month' : 'beyond',
        })
    }
  })
})
