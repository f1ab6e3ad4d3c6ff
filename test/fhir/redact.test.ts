/** What is said of others beside references is found in whatever way a text is written. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { spokenOf } from '../../src/fhir/redact.ts'

test.each([
  ['nothing but references', { subject: { reference: 'Patient/p1' }, performer: [{ reference: 'Practitioner/d1' }] }, []],
  ['a name', { subject: { reference: 'Patient/p1', display: 'Ana' } }, ['Patient/p1']],
  ['a name that comes first', { subject: { display: 'Ana', reference: 'Patient/p1' } }, ['Patient/p1']],
  [
    'an extension',
    { subject: { reference: 'Patient/p1', extension: [{ url: 'http://x.example', valueString: 'a' }] } },
    ['Patient/p1'],
  ],
  [
    'the narrative of a section that names it',
    { section: [{ section: [{ text: { div: '<div>…</div>' }, entry: [{ reference: 'Condition/c1' }] }] }] },
    ['Condition/c1'],
  ],
  ['a section without a narrative', { section: [{ entry: [{ reference: 'Condition/c1' }] }] }, []],
  ['the type alone', { subject: { reference: 'Patient/p1', type: 'Patient' } }, []],
  [
    'another record than the one that is bare',
    { a: { reference: 'Patient/p1' }, b: { reference: 'Patient/p2', display: 'x' } },
    ['Patient/p2'],
  ],
  ['a code that is called so', { code: 'reference', b: { reference: 'Patient/p2', display: 'x' } }, ['Patient/p2']],
  [
    'a text that looks like one',
    { text: '{"reference":"Patient/p1"}', b: { reference: 'Patient/p2', display: '{"reference":"a"}' } },
    ['Patient/p2'],
  ],
  ['no record of a server', { a: { reference: '#inside', display: 'x' }, b: { reference: 'urn:uuid:1', display: 'x' } }, []],
])('said beside a reference: %s', (_, resource, found) => {
  for (const space of [0, 2, '\t']) expect(spokenOf(JSON.stringify(resource, null, space))).toEqual(found)
})

const reference = fc.record(
  {
    reference: fc.oneof(fc.constantFrom('Patient/p1', 'Patient/p2', '#a', 'https://a.example/Patient/p3'), fc.string()),
    display: fc.oneof(fc.string(), fc.constant('"reference"')),
    type: fc.constant('Patient'),
    id: fc.string(),
    identifier: fc.record({ value: fc.string() }),
  },
  { requiredKeys: [] },
)
const names = fc.constantFrom('a', 'b', 'reference', 'code')
const inner = fc.dictionary(names, fc.oneof(reference, fc.string()), { maxKeys: 3 })
const resource = fc.dictionary(names, fc.oneof(reference, fc.string(), inner, fc.array(inner, { maxLength: 2 })), { maxKeys: 4 })

test('a quick look at the text finds what a walk through the value finds', () => {
  fc.assert(
    fc.property(resource, fc.constantFrom(0, 1, '\t'), (value, space) => {
      // What is said beside a bare reference more makes every text one that has to be walked through.
      const more = { z: { reference: 'Patient/known', display: 'x' } }
      const walked = spokenOf(JSON.stringify([value, more], null, space)).filter((name) => name !== 'Patient/known')
      expect(spokenOf(JSON.stringify([value], null, space))).toEqual(walked)
    }),
    { numRuns: 500 },
  )
})
