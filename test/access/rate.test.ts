import { expect, test } from 'vitest'
import { createRateLimit } from '../../src/access/rate.ts'

test('whoever has used up a limit is let in again a while later, also where the clock was set back meanwhile', () => {
  let now = 7_200_000
  const limit = createRateLimit(2, () => now)
  const three = () => [limit.admit('one'), limit.admit('one'), limit.admit('one')]
  expect(three()).toEqual([true, true, false])
  expect(limit.admit('another')).toBe(true)
  now += 1000
  expect(three()).toEqual([true, true, false])
  now -= 3_600_000
  expect(three()).toEqual([true, true, false])
  now += 500
  expect([limit.admit('one'), limit.admit('one')]).toEqual([true, false])
})
