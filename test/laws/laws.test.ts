/**
 * The laws of every mapping, without a line of test code per mapping. LAWS_RUNS (100) sets how many values each law is tried with;
 * LAWS_SEED repeats a run: a failure prints its seed.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as index from '../../mappings/index.ts'
import { corpora } from '../support/corpora.ts'
import {
  type AnyMapping,
  foreignOf,
  mixed,
  oursOf,
  type Parts,
  realPartsOf,
  someCoins,
  synthetic,
  type Value,
  valuesOf,
} from './bases.ts'
import { type AnyField, outside } from './frame.ts'

const mappings = Object.values(index) as unknown as AnyMapping[]
const settings = {
  numRuns: Number(process.env.LAWS_RUNS ?? 100),
  ...(process.env.LAWS_SEED !== undefined && { seed: Number(process.env.LAWS_SEED) }),
}

const check = <T extends unknown[]>(...args: [...{ [K in keyof T]: fc.Arbitrary<T[K]> }, (...values: T) => void]): void =>
  fc.assert((fc.property as unknown as (...all: unknown[]) => fc.IProperty<unknown>)(...args), settings)

function read(mapping: AnyMapping, parts: Parts): Value {
  const reading = mapping.read(parts)
  if (!reading.ok) throw new Error(`unreadable: ${JSON.stringify(reading.issues)}`)
  return reading.value
}

/** JSON says what is there: absent and undefined alike, exact numbers as their digits. */
const plain = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)))

const fieldsOf = (mapping: AnyMapping, names: readonly string[]): AnyField[] =>
  names.map((name) => mapping.fields[name] as AnyField)

function getPut(mapping: AnyMapping, base: Parts): void {
  const written = mapping.write(read(mapping, base), base)
  for (const type of new Set([...Object.keys(base), ...Object.keys(written)])) {
    if (written[type] !== base[type]) expect(written[type], `${type} written back`).toEqual(base[type])
    expect(written[type] === base[type], `${type}: the very same object`).toBe(true)
  }
}

function putGet(mapping: AnyMapping, value: Value, base: Parts): void {
  expect(plain(read(mapping, mapping.write(value, base)))).toEqual(plain(value))
}

/** Fields that keep their value keep their places; what is in no row stays. */
function frame(mapping: AnyMapping, base: Parts, drawn: Value, coins: readonly boolean[]): void {
  const value = mixed(mapping, read(mapping, base), drawn, coins)
  const own = read(mapping, base)
  const changed = Object.keys(mapping.fields).filter((name) => JSON.stringify(own[name]) !== JSON.stringify(value[name]))
  const [before, after] = outside(fieldsOf(mapping, changed), base, mapping.write(value, base))
  expect(after, `outside of ${changed.join(', ')}`).toEqual(before)
}

/** Items that stay in a list stay as they are, wherever they go. */
function items(mapping: AnyMapping, base: Parts, drawn: Value, coins: readonly boolean[]): void {
  const own = read(mapping, base)
  for (const name of Object.keys(mapping.fields)) {
    const field = mapping.fields[name] as AnyField
    const list = own[name]
    if (field.items === undefined || !Array.isArray(list)) continue
    const keys = new Set<string>()
    const { keyOf } = field.items
    const fresh = (item: unknown): boolean => !keys.has(keyOf(item)) && keys.add(keyOf(item)) !== undefined
    if (!list.every(fresh)) continue
    const kept = list.filter((_, i) => coins[i % coins.length]).reverse()
    const value = { ...own, [name]: [...((drawn[name] as unknown[] | undefined) ?? []).filter(fresh), ...kept] }
    if (!mapping.domain.safeParse(value).success) continue
    const without = (item: unknown): Value => ({ ...own, [name]: [item] })
    const after = mapping.write(value, base)
    // Alone in the list, from before and from after: the same item.
    for (const item of kept) {
      expect(plain(mapping.write(without(item), after)[partOf(field)]), name).toEqual(
        plain(mapping.write(without(item), base)[partOf(field)]),
      )
    }
  }
}

const partOf = (field: AnyField): string => field.path.split('.', 1)[0]!

describe.each(mappings.map((mapping) => ({ name: mapping.name, mapping })))('$name', ({ mapping }) => {
  test('what is read is a value of the read schema', () => {
    check(synthetic(mapping), (base) => {
      const parsed = mapping.domain.safeParse(read(mapping, base))
      expect(parsed.error?.issues ?? []).toEqual([])
    })
  })

  test('GetPut: writing what was read returns the very same parts', () => {
    check(synthetic(mapping), (base) => getPut(mapping, base))
  })

  test('PutGet: what was written is read', () => {
    check(valuesOf(mapping), (value) => putGet(mapping, value, mapping.blank))
    check(synthetic(mapping), valuesOf(mapping), someCoins, (base, drawn, coins) => {
      putGet(mapping, mixed(mapping, read(mapping, base), drawn, coins), base)
    })
  })

  test('PutPut: the last write wins, byte for byte on what we wrote', () => {
    check(valuesOf(mapping), valuesOf(mapping), someCoins, (first, drawn, coins) => {
      const last = mixed(mapping, first, drawn, coins)
      expect(JSON.stringify(mapping.write(last, mapping.write(first)))).toBe(JSON.stringify(mapping.write(last)))
    })
  })

  test('PutPut: the last write wins, as it is read, on what others wrote', () => {
    check(foreignOf(mapping), valuesOf(mapping), valuesOf(mapping), someCoins, (base, first, drawn, coins) => {
      const last = mixed(mapping, read(mapping, base), drawn, coins)
      const twice = mapping.write(last, mapping.write(first, base))
      expect(plain(read(mapping, twice))).toEqual(plain(read(mapping, mapping.write(last, base))))
    })
  })

  test('frame: what is in no row, or in a row that did not change, is untouched', () => {
    check(synthetic(mapping), valuesOf(mapping), someCoins, (base, drawn, coins) => frame(mapping, base, drawn, coins))
  })

  test('items that stay in a list keep what only others know of them', () => {
    check(fc.oneof(oursOf(mapping), foreignOf(mapping)), valuesOf(mapping), someCoins, (base, drawn, coins) =>
      items(mapping, base, drawn, coins),
    )
  })

  test.skipIf(corpora === undefined)(
    'the laws hold over real resources',
    () => {
      const all = realPartsOf(mapping, mappings)
      const readable = all.filter(({ parts }) => mapping.read(parts).ok)
      for (const { from, parts } of readable) {
        try {
          getPut(mapping, parts)
          expect(mapping.domain.safeParse(read(mapping, parts)).error?.issues ?? []).toEqual([])
        } catch (cause) {
          throw new Error(`${mapping.name} on ${from}`, { cause })
        }
      }
      if (readable.length === 0) return
      check(fc.constantFrom(...readable), valuesOf(mapping), someCoins, ({ parts }, drawn, coins) => {
        putGet(mapping, mixed(mapping, read(mapping, parts), drawn, coins), parts)
        frame(mapping, parts, drawn, coins)
        items(mapping, parts, drawn, coins)
      })
    },
    60_000,
  )
})

test('every mapping has a name and a version of its own', () => {
  expect(new Set(mappings.map((mapping) => mapping.name)).size).toBe(mappings.length)
  expect(mappings.length).toBeGreaterThan(0)
})
