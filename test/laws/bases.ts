/** What the laws write onto: our own blanks, what we wrote, what somebody else made of it, and real resources. */
import fc from 'fast-check'
import type { Mapping } from '../../src/lens/mapping.ts'
import { segmentsOf } from '../../src/lens/segments.ts'
import { type Found, resourcesOf } from '../support/corpora.ts'
import { arbitraryOf } from './arbitrary.ts'
import { chanceFrom, sprinkle } from './sprinkle.ts'

export type Value = Readonly<Record<string, unknown>>
export type Parts = Readonly<Record<string, unknown>>
export type AnyMapping = Mapping<Value, Parts>

/** Types of the resources that a mapping touches. */
export function partTypes(mapping: AnyMapping): string[] {
  const first = mapping.rows.flatMap((row) => row.places.map((place) => segmentsOf(place)[0]))
  return [
    ...new Set([
      ...Object.keys(mapping.blank),
      ...first.flatMap((segment) => (segment && 'member' in segment ? [segment.member] : [])),
    ]),
  ]
}

/** Values of the read schema. */
export const valuesOf = (mapping: AnyMapping): fc.Arbitrary<Value> => arbitraryOf(mapping.domain)

/** Parts as we write them. */
export const oursOf = (mapping: AnyMapping): fc.Arbitrary<Parts> => valuesOf(mapping).map((value) => mapping.write(value))

/** Parts as somebody else has them. */
export const foreignOf = (mapping: AnyMapping): fc.Arbitrary<Parts> =>
  fc.tuple(oursOf(mapping), fc.integer()).map(([parts, seed]) => {
    const chance = chanceFrom(seed)
    return mapParts(parts, (resource) => sprinkle(resource, chance))
  })

const mapParts = (parts: Parts, change: (resource: unknown) => unknown): Parts =>
  Object.fromEntries(
    Object.entries(parts).map(([type, part]) => [
      type,
      Array.isArray(part) ? part.map(change) : part === undefined ? part : change(part),
    ]),
  )

export const synthetic = (mapping: AnyMapping): fc.Arbitrary<Parts> =>
  fc.oneof(oursOf(mapping), foreignOf(mapping), foreignOf(mapping))

/** Real parts: every anchor of the corpora, with other parts (where the mapping has them) as they come. */
export interface RealParts {
  readonly from: string
  readonly parts: Parts
}

let found: Map<string, Found[]> | undefined
export function realPartsOf(mapping: AnyMapping, all: readonly AnyMapping[]): RealParts[] {
  found ??= Map.groupBy(resourcesOf(new Set(all.flatMap(partTypes))), ({ resource }) => resource.resourceType)
  const [anchor = '', ...others] = partTypes(mapping)
  return (found.get(anchor) ?? []).map(({ from, resource }, i) => {
    const parts: Record<string, unknown> = { ...mapping.blank, [anchor]: resource }
    for (const type of others) {
      const some = found?.get(type) ?? []
      const part = some[i % Math.max(some.length, 1)]?.resource
      if (Array.isArray(mapping.blank[type])) parts[type] = part ? [part] : []
      else if (part) parts[type] = part
    }
    return { from, parts }
  })
}

/** A value to write onto parts: half of its fields are the parts' own. Always one that the schema allows. */
export function mixed(mapping: AnyMapping, own: Value, drawn: Value, coins: readonly boolean[]): Value {
  const names = Object.keys(mapping.fields)
  const chosen = names.map((name, i) => [name, coins[i % coins.length] ? own[name] : drawn[name]] as const)
  const value = Object.fromEntries(chosen.filter(([, member]) => member !== undefined))
  return mapping.domain.safeParse(value).success ? value : drawn
}

export const someCoins: fc.Arbitrary<boolean[]> = fc.array(fc.boolean(), { minLength: 16, maxLength: 64 })
