/** The laws of every mapping, without a line of test code per mapping. LAWS_RUNS=500 tries harder, SEED=random tries other values. */
import { describe, expect, test } from 'vitest'
import * as index from '../../mappings/index.ts'
import { corpora } from '../support/corpora.ts'
import { type AnyMapping, realPartsOf } from './bases.ts'
import { holdOver, laws } from './laws.ts'

const mappings = Object.values(index) as unknown as AnyMapping[]

describe.each(mappings.map((mapping) => ({ name: mapping.name, mapping })))('$name', ({ mapping }) => {
  test.each(laws)('$name', ({ holds }) => holds(mapping))

  test.skipIf(corpora === undefined)('the laws hold over real resources (needs CORPORA)', () =>
    holdOver(mapping, realPartsOf(mapping, mappings)),
  )
})

test('every mapping has a name of its own', () => {
  expect(new Set(mappings.map((mapping) => mapping.name)).size).toBe(mappings.length)
  expect(mappings.length).toBeGreaterThan(0)
})
