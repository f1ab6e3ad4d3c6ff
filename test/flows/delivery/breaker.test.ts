/** A partner that does not answer is left alone for a while, then asked with one request, and then as before. */
import { expect, test } from 'vitest'
import { createBreaker } from '../../../src/flows/delivery/breaker.ts'

test('five failures close the way, longer each time; one success opens it', () => {
  const breaker = createBreaker()
  for (let n = 0; n < 4; n++) breaker.failed(0)
  expect(breaker.room(0, 8)).toBe(8)
  breaker.failed(0)
  expect([breaker.room(999, 8), breaker.room(1000, 8)]).toEqual([0, 1])
  breaker.failed(1000)
  expect([breaker.room(2999, 8), breaker.room(3000, 8)]).toEqual([0, 1])
  for (let n = 0; n < 20; n++) breaker.failed(3000)
  expect([breaker.room(62_999, 8), breaker.room(63_000, 8)]).toEqual([0, 1])
  breaker.succeeded()
  expect(breaker.room(63_000, 8)).toBe(8)
})
