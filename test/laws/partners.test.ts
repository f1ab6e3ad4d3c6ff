/** The laws of the partners' tables (`src/lens/partner.ts`), over what the mappings write and what others made of it. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as index from '../../mappings/index.ts'
import { partners } from '../../mappings/partners/index.ts'
import type { Json } from '../../src/lens/equal.ts'
import { heard, type Partner, said } from '../../src/lens/partner.ts'
import { type AnyMapping, partTypes, synthetic } from './bases.ts'

const mappings = Object.values(index) as unknown as AnyMapping[]

const settings = {
  numRuns: Number(process.env.LAWS_RUNS ?? 30),
  ...(process.env.LAWS_SEED !== undefined && { seed: Number(process.env.LAWS_SEED) }),
}

/** Resources of a type that this partner is told of in its own way; none where no mapping writes that type. */
const resourcesOf = (type: string): fc.Arbitrary<Json> =>
  fc.oneof(
    ...mappings
      .filter((mapping) => partTypes(mapping).includes(type))
      .map((mapping) =>
        synthetic(mapping)
          .map((parts) => [parts[type]].flat()[0] as Json | undefined)
          .filter((part) => part !== undefined)
          .chain((part) => fc.constantFrom(part, abroad(part))),
      ),
  )

/** Where every type has rows, some that refer to much have to do. */
const typesOf = ({ rows }: Partner): readonly string[] =>
  '*' in rows ? ['Encounter', 'Task', 'ServiceRequest'] : Object.keys(rows)

/** Organizations and practitioners stand on another server. */
const abroad = (resource: Json): Json =>
  JSON.parse(
    JSON.stringify(resource).replaceAll(
      /"reference":"(?=Organization|Practitioner)/g,
      '"reference":"https://elsewhere.example/fhir/',
    ),
  )

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
const own = new Set(['resourceType', 'id', 'meta'])

describe.each(Object.values(partners))('$flavour', (partner) => {
  const check = (law: (a: Json, b: Json) => void): void => {
    for (const type of typesOf(partner))
      fc.assert(
        fc.property(resourcesOf(type), resourcesOf(type), (a, b) => void law(a, b)),
        settings,
      )
  }

  test('nothing lost: what was said and not changed is what it was', () =>
    check((ours) => expect(plain(heard(partner, said(partner, ours), ours))).toEqual(plain(ours))))

  test('nothing invented: what the partner changed to, heard and said again, is what the partner has', () =>
    check((ours, other) => {
      // Another of their resources, as far as one can be changed into it: identity stays.
      const theirs = { ...said(partner, other), ...Object.fromEntries(Object.entries(ours).filter(([name]) => own.has(name))) }
      expect(plain(said(partner, heard(partner, theirs, ours)))).toEqual(plain(theirs))
    }))

  test('twice is once', () =>
    check((ours) => expect(plain(said(partner, said(partner, ours)))).toEqual(plain(said(partner, ours)))))

  test('frame: what has no row is untouched', () =>
    check((ours) => {
      const rows = [...(partner.rows['*'] ?? []), ...(partner.rows[String(ours.resourceType)] ?? [])].map(
        ({ element }) => element,
      )
      const rest = (one: Json) =>
        Object.entries(one).filter(([name]) => own.has(name) || !(rows.includes(name) || rows.includes('*')))
      expect(plain(rest(said(partner, ours)))).toEqual(plain(rest(ours)))
    }))

  test('every row says which public page asks for it', () => {
    for (const { because } of Object.values(partner.rows).flat()) expect(because).toMatch(/^https:\/\/\S+$/)
  })
})
