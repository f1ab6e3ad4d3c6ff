/** FHIRPath Patch: the published cases, choices, primitives with extensions, and what is refused. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { atOnce } from '../../../src/fhir/at-once.ts'
import { fromText } from '../../../src/fhir/exact.ts'
import { readFhirPathPatch } from '../../../src/fhir/patch/fhirpath-patch.ts'
import { parseTree, printTree } from '../../../src/fhir/tree.ts'
import { corpora } from '../../support/corpora.ts'

/** The text after the patch, or the code of the problem. */
function patched(text: string, parameters: string): string {
  const read = readFhirPathPatch(fromText(parameters))
  if (!read.ok) return read.problem.code
  const done = atOnce(read.value(parseTree(text)))
  return done.ok ? printTree(done.value) : done.problem.code
}

type Part = Readonly<Record<string, unknown>>
const part = (name: string, value: Part): Part => ({ name, ...value })
const operation = (type: string, path: string, ...rest: readonly Part[]) =>
  JSON.stringify({
    resourceType: 'Parameters',
    parameter: [{ name: 'operation', part: [part('type', { valueCode: type }), part('path', { valueString: path }), ...rest] }],
  })

interface Case {
  readonly name: string
  readonly input: object
  readonly diff: object
  readonly output: object
}
const published: Case[] =
  corpora === undefined
    ? []
    : JSON.parse(readFileSync(join(corpora, '5_fhir_tests/patch/fhirpath-patch-tests.open.json'), 'utf8')).tests

describe.skipIf(corpora === undefined)('the published cases (needs CORPORA)', () => {
  test.each(published)('$name', ({ input, diff, output }) =>
    expect(JSON.parse(patched(JSON.stringify(input), JSON.stringify(diff)))).toEqual(output),
  )
})

const patient =
  '{"resourceType":"Patient", "extension":[{"url":"urn:x","valueDecimal":1.10},{"url":"urn:y","valueDecimal":2.0}],' +
  '"name":[{"use":"official","family":"Delgado","given":["Rosa","M"],"_given":[null,{"id":"g2"}]},{"use":"nickname","text":"Ro"}],' +
  '"birthDate":"1990-01-01","_birthDate":{"id":"b"},"deceasedBoolean":false}'
const value = (given: Part) => part('value', given)
const name = (text: string) => part('name', { valueString: text })

test.each([
  ['by where', operation('replace', "Patient.name.where(use = 'nickname').text", value({ valueString: 'R' })), ['"Ro"', '"R"']],
  ['by extension', operation('delete', "Patient.extension('urn:y')"), [',{"url":"urn:y","valueDecimal":2.0}', '']],
  [
    'the value of a choice, digits kept',
    operation('replace', "Patient.extension.where(url='urn:x').value", value({ valueString: 'one' })),
    ['"valueDecimal":1.10', '"valueString":"one"'],
  ],
  [
    'a choice by its type',
    operation('replace', 'Patient.deceased', value({ valueDateTime: '2026-01-01' })),
    ['"deceasedBoolean":false', '"deceasedDateTime":"2026-01-01"'],
  ],
  [
    'a primitive and what stands beside it',
    operation('delete', 'Patient.birthDate'),
    [',"birthDate":"1990-01-01","_birthDate":{"id":"b"}', ''],
  ],
  [
    'an item with its extension',
    operation('delete', 'Patient.name[0].given[1]'),
    ['["Rosa","M"],"_given":[null,{"id":"g2"}]', '["Rosa"]'],
  ],
  [
    'an item in front',
    operation('insert', 'Patient.name[0].given', part('index', { valueInteger: 0 }), value({ valueString: 'Ana' })),
    ['["Rosa","M"],"_given":[null,{"id":"g2"}]', '["Ana","Rosa","M"],"_given":[null,null,{"id":"g2"}]'],
  ],
  [
    'items that change places',
    operation('move', 'Patient.name[0].given', part('source', { valueInteger: 1 }), part('destination', { valueInteger: 0 })),
    ['["Rosa","M"],"_given":[null,{"id":"g2"}]', '["M","Rosa"],"_given":[{"id":"g2"},null]'],
  ],
  [
    'an extension of a primitive',
    operation('add', 'Patient.birthDate', name('extension'), value({ valueExtension: { url: 'urn:t', valueTime: '01:00:00' } })),
    ['{"id":"b"}', '{"id":"b","extension":[{"url":"urn:t","valueTime":"01:00:00"}]}'],
  ],
  [
    'an extension of a primitive that has nothing beside it',
    operation('add', 'Patient.deceased', name('extension'), value({ valueExtension: { url: 'urn:t', valueCode: 'x' } })),
    ['"deceasedBoolean":false', '"deceasedBoolean":false,"_deceasedBoolean":{"extension":[{"url":"urn:t","valueCode":"x"}]}'],
  ],
  [
    'the first extension of an item',
    operation(
      'insert',
      'Patient.name[0].given[0].extension',
      part('index', { valueInteger: 0 }),
      value({ valueExtension: { url: 'urn:t' } }),
    ),
    ['[null,{"id":"g2"}]', '[{"extension":[{"url":"urn:t"}]},{"id":"g2"}]'],
  ],
  [
    'what stands beside an item',
    operation('replace', "Patient.name[0].given.where($this = 'M').id", value({ valueString: 'g3' })),
    ['"g2"', '"g3"'],
  ],
  ['all that stands beside a primitive', operation('delete', 'Patient.birthDate.id'), [',"_birthDate":{"id":"b"}', '']],
  ['all that stands beside items', operation('delete', 'Patient.name[0].given[1].id'), [',"_given":[null,{"id":"g2"}]', '']],
  ['from the resource itself', operation('delete', '%resource.name[1].text'), [',"text":"Ro"', '']],
  ['from what is at hand', operation('delete', '$this.name[1].text'), [',"text":"Ro"', '']],
  ['a choice as one of its types', operation('delete', '(Patient.deceased as boolean)'), [',"deceasedBoolean":false', '']],
  ['and not as another', operation('delete', 'Patient.deceased as dateTime'), ['', '']],
  [
    'a resource inside',
    operation('add', 'Patient', name('contained'), part('value', { resource: { resourceType: 'Basic', id: 'c' } })),
    ['"deceasedBoolean":false}', '"deceasedBoolean":false,"contained":[{"resourceType":"Basic","id":"c"}]}'],
  ],
  ['what is not there is deleted already', operation('delete', 'Patient.gender'), ['', '']],
  [
    'an element of its own kind',
    operation(
      'add',
      'Patient',
      name('communication'),
      value({ part: [part('language', { valueCodeableConcept: { text: 'es' } }), part('preferred', { valueBoolean: true })] }),
    ),
    ['"deceasedBoolean":false}', '"deceasedBoolean":false,"communication":[{"language":{"text":"es"},"preferred":true}]}'],
  ],
])('%s: the rest stays byte for byte', (_, patch, [from, to]) =>
  expect(patched(patient, patch)).toBe(patient.replace(from!, to!)),
)

test.each([
  ['nothing there', operation('replace', 'Patient.gender', value({ valueCode: 'male' }))],
  ['several there', operation('replace', 'Patient.name.use', value({ valueCode: 'old' }))],
  ['an element that is there', operation('add', 'Patient', name('birthDate'), value({ valueDate: '2000-01-01' }))],
  ['an element that R4 has not', operation('add', 'Patient', name('nickname'), value({ valueString: 'x' }))],
  ['the whole', operation('delete', 'Patient')],
  ['an index between two', operation('delete', 'Patient.name[0.5]')],
  ['a slip in a name', operation('delete', 'Patient.nmae')],
  ['another type', operation('delete', 'Observation.status')],
  ['what a primitive has not', operation('delete', 'Patient.birthDate.year')],
  ['criteria about what stands beside a primitive', operation('delete', "Patient.name.given.where(id = 'g2')")],
  ['the same of extensions', operation('delete', "Patient.name.given.where(extension('urn:x').exists())")],
  [
    'an index beyond the list',
    operation('insert', 'Patient.name', part('index', { valueInteger: 9 }), value({ valueHumanName: {} })),
  ],
  ['no value', operation('replace', 'Patient.birthDate')],
  ['no FHIRPath', operation('delete', 'Patient..name(')],
  ['a pattern that could run for ever', operation('delete', "Patient.name.where(family.matches('(a+)+$'))")],
  ['another function', operation('delete', 'Patient.descendants()')],
  ['an operator', operation('delete', 'Patient.name | Patient.contact')],
])('is refused: %s', (_, patch) => expect(patched(patient, patch)).toBe('patch-failed'))

test.each([
  ['another resource', '{"resourceType":"Patient"}'],
  ['no operation', '{"resourceType":"Parameters"}'],
  ['an unknown type', operation('merge', 'Patient')],
  ['a part twice', operation('delete', 'Patient.gender', part('path', { valueString: 'Patient.name' }))],
  ['an unknown part', operation('delete', 'Patient.gender', part('if', { valueString: 'Patient.name' }))],
  ['no path', '{"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"add"}]}]}'],
])('is no patch: %s', (_, patch) => expect(patched(patient, patch)).toBe('invalid'))

test('a resource inside is known by its type', () => {
  const bundle =
    '{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Basic","id":"b"}},{"resource":{"resourceType":"Patient","active":true}}]}'
  expect(patched(bundle, operation('delete', 'Bundle.entry.resource.ofType(Patient).active'))).toBe(
    bundle.replace(',"active":true', ''),
  )
  expect(patched(bundle, operation('delete', 'Bundle.entry.resource.active'))).toBe(bundle.replace(',"active":true', ''))
})
