import { expect, it } from 'vitest'
import { inOrder } from '../../src/domain/in-order.ts'

it('compares moments as moments, and dates at the precision that both have', () => {
  expect(inOrder('2026-03-02T09:00:00-05:00', '2026-03-02T13:59:59Z')).toBe(false)
  expect(inOrder('2026-03-02T09:00:00-05:00', '2026-03-02T14:00:00Z')).toBe(true)
  expect(inOrder('2026-03', '2026-03-01')).toBe(true)
  expect(inOrder('2026-04', '2026-03-31')).toBe(false)
  expect(inOrder('2026-03-02', '2026-03-02T00:00:00Z')).toBe(true)
  expect(inOrder('2027', undefined)).toBe(true)
  expect(inOrder(undefined, '1900')).toBe(true)
})
