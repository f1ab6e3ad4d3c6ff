/** The laws that every mapping owes; each throws where it is broken, with the seed that shows it. */
import fc from 'fast-check'
import { expect } from 'vitest'
import { validate } from '../../src/fhir/validate/validate.ts'
import {
  type AnyMapping,
  foreignOf,
  mixed,
  oursOf,
  type Parts,
  type RealParts,
  someCoins,
  synthetic,
  type Value,
  valuesOf,
} from './bases.ts'
import { type AnyField, outside } from './frame.ts'

/** LAWS_RUNS (30): with how many values each law is tried. */
export const settings = { numRuns: Number(process.env.LAWS_RUNS ?? 30) }

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

export interface Law {
  readonly name: string
  holds(mapping: AnyMapping): void
}

export const laws: readonly Law[] = [
  {
    name: 'what is read is a value of the read schema',
    holds: (mapping) => check(synthetic(mapping), (base) => readsTheSchema(mapping, base)),
  },
  {
    name: 'GetPut: writing what was read returns the very same parts',
    holds: (mapping) => check(synthetic(mapping), (base) => getPut(mapping, base)),
  },
  {
    name: 'PutGet: what was written is read',
    holds(mapping) {
      check(valuesOf(mapping), (value) => putGet(mapping, value, undefined))
      check(synthetic(mapping), valuesOf(mapping), someCoins, (base, drawn, coins) => {
        putGet(mapping, mixed(mapping, read(mapping, base), drawn, coins), base)
      })
    },
  },
  {
    name: 'heard: of what we wrote, all is read',
    holds: (mapping) =>
      check(valuesOf(mapping), (value) => {
        const reading = mapping.read(mapping.write(value))
        expect(reading.ok ? reading.warnings : reading.issues).toEqual([])
      }),
  },
  {
    name: 'PutPut: the last write wins, byte for byte on what we wrote, as it is read on what others wrote',
    holds(mapping) {
      check(valuesOf(mapping), valuesOf(mapping), someCoins, (first, drawn, coins) => {
        const last = mixed(mapping, first, drawn, coins)
        expect(JSON.stringify(mapping.write(last, mapping.write(first)))).toBe(JSON.stringify(mapping.write(last)))
      })
      check(foreignOf(mapping), valuesOf(mapping), valuesOf(mapping), someCoins, (base, first, drawn, coins) => {
        const last = mixed(mapping, read(mapping, base), drawn, coins)
        const twice = mapping.write(last, mapping.write(first, base))
        expect(plain(read(mapping, twice))).toEqual(plain(read(mapping, mapping.write(last, base))))
      })
    },
  },
  {
    name: 'frame: what is in no row, or in a row that did not change, is untouched',
    holds: (mapping) =>
      check(synthetic(mapping), valuesOf(mapping), someCoins, (base, drawn, coins) => frame(mapping, base, drawn, coins)),
  },
  {
    name: 'valid: what is written is FHIR R4, if its base was',
    holds(mapping) {
      check(valuesOf(mapping), (value) => soundly(mapping.write(value)))
      check(foreignOf(mapping), valuesOf(mapping), someCoins, (base, drawn, coins) => valid(mapping, base, drawn, coins))
    },
  },
  {
    name: 'items that stay in a list keep what only others know of them',
    holds: (mapping) =>
      check(fc.oneof(oursOf(mapping), foreignOf(mapping)), valuesOf(mapping), someCoins, (base, drawn, coins) => {
        items(mapping, base, drawn, coins)
      }),
  },
]

/** All of them over real parts; those that the mapping cannot read are left out. */
export function holdOver(mapping: AnyMapping, real: readonly RealParts[]): void {
  const readable = real.filter(({ parts }) => mapping.read(parts).ok)
  for (const { from, parts } of readable) {
    try {
      readsTheSchema(mapping, parts)
      getPut(mapping, parts)
    } catch (cause) {
      throw new Error(`${mapping.name} on ${from}`, { cause })
    }
  }
  if (readable.length === 0) return
  check(fc.constantFrom(...readable), valuesOf(mapping), someCoins, ({ parts }, drawn, coins) => {
    putGet(mapping, mixed(mapping, read(mapping, parts), drawn, coins), parts)
    frame(mapping, parts, drawn, coins)
    items(mapping, parts, drawn, coins)
    valid(mapping, parts, drawn, coins)
  })
}

function readsTheSchema(mapping: AnyMapping, base: Parts): void {
  expect(mapping.domain.safeParse(read(mapping, base)).error?.issues ?? []).toEqual([])
}

function getPut(mapping: AnyMapping, base: Parts): void {
  const written = mapping.write(read(mapping, base), base)
  for (const type of new Set([...Object.keys(base), ...Object.keys(written)])) {
    if (written[type] !== base[type]) expect(written[type], `${type} written back`).toEqual(base[type])
    expect(written[type] === base[type], `${type}: the very same object`).toBe(true)
  }
}

function putGet(mapping: AnyMapping, value: Value, base: Parts | undefined): void {
  expect(plain(read(mapping, mapping.write(value, base)))).toEqual(plain(value))
}

/** Fields that keep their value keep their places; what is in no row stays. */
function frame(mapping: AnyMapping, base: Parts, drawn: Value, coins: readonly boolean[]): void {
  const own = read(mapping, base)
  const value = mixed(mapping, own, drawn, coins)
  const changed = Object.keys(mapping.fields).filter((name) => JSON.stringify(own[name]) !== JSON.stringify(value[name]))
  const [before, after] = outside(fieldsOf(mapping, changed), base, mapping.write(value, base))
  expect(after, `outside of ${changed.join(', ')}`).toEqual(before)
}

/**
 * What is wrong with a resource whatever it says: its structure, codes of required bindings, empty elements. Invariants between values (a
 * period that ends before it begins) are for the command to refuse.
 */
function faultsOf(parts: Parts): string[] {
  const resources = Object.values(parts)
    .flat()
    .filter((part) => part !== undefined)
  return resources.flatMap((resource) => {
    const { structure, rules } = validate(plain(resource))
    const grave = rules.filter(({ message }) => !/\([a-z]+-\d+\)$/.test(message) || /\((ele|ext)-1\)$/.test(message))
    return [...structure, ...grave].map(({ path, message }) => `${path}: ${message}`)
  })
}

function valid(mapping: AnyMapping, base: Parts, drawn: Value, coins: readonly boolean[]): void {
  if (faultsOf(base).length > 0) return
  const value = mixed(mapping, read(mapping, base), drawn, coins)
  soundly(mapping.write(value, base))
}

function soundly(parts: Parts): void {
  expect(faultsOf(parts)).toEqual([])
}

/** Alone in its list, an item is the same, before the list was turned round, thinned and added to, and after. */
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
    const after = mapping.write(value, base)
    for (const item of kept) {
      const alone = { ...own, [name]: [item] }
      expect(plain(mapping.write(alone, after)), name).toEqual(plain(mapping.write(alone, base)))
    }
  }
}
