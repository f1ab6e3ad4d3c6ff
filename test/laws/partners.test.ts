/** The laws of the partners' tables (`src/lens/partner.ts`), over what the mappings write and what others made of it. */
import type * as fhir from '@medplum/fhirtypes'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exportProfiles } from '../../mappings/exports/index.ts'
import * as index from '../../mappings/index.ts'
import { partners } from '../../mappings/partners/index.ts'
import type { Json } from '../../src/lens/equal.ts'
import { heard, type Partner, rowsFor, rowsOf, said, type Turn } from '../../src/lens/partner.ts'
import { type AnyMapping, partTypes, synthetic } from './bases.ts'
import { settings } from './laws.ts'

const mappings = Object.values(index) as unknown as AnyMapping[]

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

const check = (partner: Partner, law: (a: Json, b: Json) => void): void => {
  for (const type of typesOf(partner))
    fc.assert(
      fc.property(resourcesOf(type), resourcesOf(type), (a, b) => void law(a, b)),
      settings,
    )
}

const laws: readonly { readonly name: string; holds(partner: Partner): void }[] = [
  {
    name: 'nothing lost: what was said and not changed is what it was',
    holds: (partner) =>
      check(partner, (ours) => {
        const before = plain(ours)
        expect(plain(heard(partner, said(partner, ours), ours))).toEqual(before)
      }),
  },
  {
    name: 'nothing invented: what the partner changed to, heard and said again, is what the partner has',
    holds: (partner) =>
      check(partner, (ours, other) => {
        // Another of their resources, as far as one can be changed into it: identity stays.
        const theirs = { ...said(partner, other), ...Object.fromEntries(Object.entries(ours).filter(([name]) => own.has(name))) }
        expect(plain(said(partner, heard(partner, theirs, ours)))).toEqual(plain(theirs))
      }),
  },
  {
    name: 'twice is once',
    holds: (partner) =>
      check(partner, (ours) => expect(plain(said(partner, said(partner, ours)))).toEqual(plain(said(partner, ours)))),
  },
  {
    name: 'frame: what has no row is untouched',
    holds: (partner) =>
      check(partner, (ours) => {
        const rows = rowsFor(partner, ours.resourceType).map(({ element }) => element)
        const isFree = (name: string) => own.has(name) || !(rows.includes(name) || rows.includes('*'))
        const rest = (one: Json) => plain(Object.entries(one).filter(([name]) => isFree(name)))
        const before = rest(ours)
        expect(rest(said(partner, ours))).toEqual(before)
      }),
  },
]

describe.each([...Object.values(partners), ...Object.values(exportProfiles)])('$flavour', (partner) => {
  test.each(laws)('$name', ({ holds }) => holds(partner))

  test('every row says which public page asks for it', () => {
    for (const { because } of Object.values(partner.rows).flat()) expect(because).toMatch(/^https:\/\/\S+$/)
  })
})

describe('a law is found broken', () => {
  const breaking = (turn: Turn<fhir.HumanName[]>): Partner => ({
    flavour: 'broken',
    rows: { Patient: [rowsOf<fhir.Patient>('https://partner.example')('name', turn)] },
  })

  test.each<[string, Turn<fhir.HumanName[], object>]>([
    ['nothing lost', { say: (ours) => ours?.map((name) => Object.assign(name, { family: 'Everybody' })) }],
    ['nothing invented', { say: (ours) => ours?.slice(0, 1), hear: (theirs, ours) => [...(ours ?? []), ...(theirs ?? [])] }],
    ['twice is once', { say: (ours) => ours?.map((name) => ({ ...name, family: `${name.family}!` })) }],
    ['frame', { say: (ours, resource) => Object.assign(resource, { gender: 'unknown' }) && ours }],
  ])('%s', (name, turn) => {
    expect(() => laws.find((law) => law.name.startsWith(name))!.holds(breaking(turn))).toThrow()
  })
})
