/** A table reads and writes all of its rows at once: the same as each of them by itself. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as index from '../../mappings/index.ts'
import { unread } from '../../src/lens/codec.ts'
import { equal } from '../../src/lens/equal.ts'
import { type AnyMapping, type Parts, synthetic, valuesOf } from './bases.ts'
import type { AnyField } from './frame.ts'

const mappings = Object.values(index) as unknown as AnyMapping[]
const numRuns = Number(process.env.LAWS_RUNS ?? 20)
const seed = process.env.SEED === 'random' ? {} : { seed: 1 }

const rowsOf = (mapping: AnyMapping): [name: string, row: AnyField][] =>
  Object.entries(mapping.fields).map(([name, row]) => [name, row as AnyField])

test.each(mappings.map((mapping) => ({ name: mapping.name, mapping })))(
  '$name reads in one walk what each row reads, and says the same',
  ({ mapping }) => {
    fc.assert(
      fc.property(synthetic(mapping), (base) => {
        const reading = mapping.read(base)
        const report: [] = []
        const alone = rowsOf(mapping).map(([name, row]) => [name, row.get(base, report)] as const)
        expect(reading.ok).toBe(alone.every(([, value]) => value !== unread))
        expect(reading.ok ? reading.value : {}).toEqual(reading.ok ? Object.fromEntries(alone) : {})
        expect(reading.ok ? reading.warnings : reading.issues).toEqual(report)
      }),
      { numRuns, ...seed },
    )
  },
)

test.each(mappings.map((mapping) => ({ name: mapping.name, mapping })))(
  '$name makes in one go what its rows write onto the blank, byte for byte',
  ({ mapping }) => {
    fc.assert(
      fc.property(valuesOf(mapping), (value) => {
        const put = (parts: unknown, [name, row]: [string, AnyField]) =>
          value[name] === undefined ? parts : row.set(parts, value[name])
        const parts = rowsOf(mapping).reduce(put, mapping.blank) as Parts
        expect(JSON.stringify(mapping.write(value))).toBe(JSON.stringify(parts))
      }),
      { numRuns, ...seed },
    )
  },
)

test.each(mappings.map((mapping) => ({ name: mapping.name, mapping })))(
  '$name writes in one walk what its rows write one after the other, each onto what the others have written',
  ({ mapping }) => {
    fc.assert(
      fc.property(synthetic(mapping), valuesOf(mapping), (base, value) => {
        const put = (parts: unknown, [name, row]: [string, AnyField]) => {
          const now = row.get(parts, [])
          return now !== unread && equal(now, value[name]) ? parts : row.set(parts, value[name])
        }
        const parts = rowsOf(mapping).reduce(put, base as unknown) as Parts
        expect(JSON.stringify(mapping.write(value, base))).toBe(JSON.stringify(parts))
      }),
      { numRuns, ...seed },
    )
  },
)
