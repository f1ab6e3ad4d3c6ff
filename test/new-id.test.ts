import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createNewId, pooled } from '../src/new-id.ts'

const chance = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes))

describe('a new id', () => {
  test('is a prefix, a hyphen and 26 characters, the first ten of them the time', () => {
    // The example of the ULID specification: 1469918176385 is 01ARYZ6S41.
    const newId = createNewId(
      () => 1_469_918_176_385,
      (bytes) => new Uint8Array(bytes).fill(0xff),
    )
    expect(newId('referral')).toBe('referral-01ARYZ6S41ZZZZZZZZZZZZZZZZ')
  })

  test('carries every random bit', () => {
    const newId = createNewId(
      () => 0,
      () => Uint8Array.from([0x00, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54, 0xb6, 0x35, 0xcf]),
    )
    expect(newId('x')).toBe('x-00000000000123456789ABCDEF')
  })

  test('fits a FHIR id', () => {
    expect(createNewId(() => Number.MAX_SAFE_INTEGER % 2 ** 48, chance)('follow-up')).toMatch(/^[A-Za-z0-9\-.]{1,64}$/)
  })

  test('sorts in the order made, whatever the clock does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 2, maxLength: 60 }), (times) => {
        let at = 0
        const newId = createNewId(() => times[at++]!, chance)
        const made = times.map(() => newId('x'))
        expect(made.toSorted()).toEqual(made)
        expect(new Set(made).size).toBe(made.length)
      }),
    )
  })

  test('borrows the next millisecond when one is used up', () => {
    let first = true
    const newId = createNewId(
      () => 7,
      (bytes) => {
        const value = first ? 0xff : 0
        first = false
        return new Uint8Array(bytes).fill(value)
      },
    )
    expect([newId('x'), newId('x'), newId('x')]).toEqual([
      'x-0000000007ZZZZZZZZZZZZZZZZ',
      'x-00000000080000000000000000',
      'x-00000000080000000000000001',
    ])
  })
})

describe('pooled chance', () => {
  test('is that of its source, each byte once, in any portions', () => {
    let made = 0
    const counting = (bytes: number) => Uint8Array.from({ length: bytes }, () => made++ % 251)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5000 }), { maxLength: 20 }), (portions) => {
        made = 0
        const random = pooled(counting)
        const handed = portions.map((bytes) => random(bytes))
        expect(handed.map((bytes) => bytes.length)).toEqual(portions)
        const small = handed.filter((bytes) => bytes.length <= 4096).flatMap((bytes) => [...bytes])
        const runs = small.slice(1).filter((byte, i) => byte !== (small[i]! + 1) % 251).length
        // A portion that does not fit into what is left begins a new pool.
        expect(runs).toBeLessThanOrEqual(portions.length)
      }),
      // Up to the last byte of a pool, and one byte beyond it.
      { examples: [[[4095, 1, 1]], [[4095, 2]]] },
    )
  })
})
