/** What a resource is found by is the same whether others have their turn in between or not; where its lists are long they have. */
import { expect, test } from 'vitest'
import { extract, extracting } from '../../../src/fhir/search/extract.ts'
import type { Sink } from '../../../src/fhir/search/index-row.ts'

function noting(): { readonly noted: unknown[]; readonly sink: Sink } {
  const noted: unknown[] = []
  const note =
    (kind: string) =>
    (...values: readonly unknown[]): void =>
      void noted.push([kind, ...values])
  const kinds = ['token', 'reference', 'string', 'date', 'number', 'quantity', 'uri', 'present'] as const
  return { noted, sink: Object.fromEntries(kinds.map((kind) => [kind, note(kind)])) as unknown as Sink }
}

const observation = (components: number) => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'Many' },
  component: Array.from({ length: components }, (_, i) => ({
    code: { coding: [{ system: 'urn:codes', code: `c${i}` }] },
    valueQuantity: { value: i, unit: 'kg' },
  })),
})

test('a long list is looked at in slices, by each parameter and by composites', () => {
  const { noted, sink } = noting()
  let stops = 0
  for (const _ of extracting(observation(5000), sink)) stops++
  expect(stops).toBeGreaterThanOrEqual(2 * 4)
  const whole = noting()
  extract(observation(5000), whole.sink)
  expect(noted).toEqual(whole.noted)
  expect(noted).toContainEqual(['token', 'component-code', 'urn:codes', 'c4999'])
})

test('a short one in one go', () => {
  expect([...extracting(observation(100), noting().sink)]).toEqual([])
})

const many = (word: string) => Array.from({ length: 5000 }, (_, i) => `${word}${i}`)
test.each([
  ['names', { resourceType: 'Patient', name: [{ family: 'Vega', given: many('g'), prefix: many('p') }] }],
  ['an address', { resourceType: 'Patient', address: [{ city: 'Lakeshore', line: many('l') }] }],
  [
    'a concept',
    {
      ...observation(1),
      code: { text: 'Many', coding: many('c').map((code) => ({ system: 'urn:codes', code, display: code })) },
    },
  ],
])('a long list within %s is looked at in slices where it is said that all of it is large', (_, resource) => {
  const { noted, sink } = noting()
  const stops = [...extracting(resource, sink, true)].length
  expect(stops).toBeGreaterThanOrEqual(4)
  const whole = noting()
  extract(resource, whole.sink)
  expect(new Set(noted.map(String))).toEqual(new Set(whole.noted.map(String)))
})
