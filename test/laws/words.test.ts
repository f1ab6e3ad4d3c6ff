/** A code that is the name of something every object has is a code like any other: no table knows it, and no mapping falls over it. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as index from '../../mappings/index.ts'
import { isObject, type Json } from '../../src/lens/equal.ts'
import { leavesOf, pathOf } from '../../src/lens/trace.ts'
import { type AnyMapping, type Parts, valuesOf } from './bases.ts'

const mappings = Object.values(index) as unknown as AnyMapping[]

/** A copy with this value at the end of the steps. */
function saying(now: unknown, [step, ...rest]: readonly (string | number)[], value: string): unknown {
  if (step === undefined) return value
  const next = saying((now as Json)[step], rest, value)
  return Array.isArray(now) ? now.with(Number(step), next) : { ...(now as Json), [step]: next }
}

function holdsFunction(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsFunction)
  return typeof value === 'function' || (isObject(value) && Object.values(value).some(holdsFunction))
}

test.each(mappings)('$name', (mapping) => {
  for (const value of fc.sample(valuesOf(mapping), { numRuns: 12, seed: 3 })) {
    const parts = mapping.write(value)
    for (const { steps, value: said } of leavesOf(parts, [])) {
      if (typeof said !== 'string') continue
      const reading = mapping.read(saying(parts, steps, 'constructor') as Parts)
      expect(reading.ok && holdsFunction(reading.value), pathOf(steps)).toBe(false)
    }
  }
})
