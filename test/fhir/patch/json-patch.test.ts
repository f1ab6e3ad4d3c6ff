/** JSON Patch: the published cases, its edges, and that nothing else moves. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { atOnce } from '../../../src/fhir/at-once.ts'
import { readJsonPatch } from '../../../src/fhir/patch/json-patch.ts'
import { parseTree, printTree } from '../../../src/fhir/tree.ts'
import { corpora } from '../../support/corpora.ts'

/** The text after the patch, or the code of the problem. */
function patched(text: string, patch: unknown): string {
  const read = readJsonPatch(typeof patch === 'string' ? patch : JSON.stringify(patch))
  if (!read.ok) return read.problem.code
  const done = atOnce(read.value(parseTree(text)))
  return done.ok ? printTree(done.value) : done.problem.code
}

interface Case {
  readonly comment: string
  readonly doc: unknown
  readonly patch: unknown
  readonly expected?: unknown
  readonly error?: string
}
const published: Case[] =
  corpora === undefined ? [] : JSON.parse(readFileSync(join(corpora, '5_fhir_tests/patch/json-patch-tests.open.json'), 'utf8'))

describe.skipIf(corpora === undefined)('the published cases (needs CORPORA)', () => {
  test.each(published)('$comment', ({ doc, patch, expected, error }) => {
    const done = patched(JSON.stringify(doc), patch)
    if (error === undefined) expect(JSON.parse(done)).toEqual(expected)
    else expect(done).toBe('patch-failed')
  })
})

const patient = '{ "resourceType":"Patient",\n\t"name" : [ {"family":"\\u00c5s"} , {"given":[ "A","B" ]} ],"x":1.10, "y":[1E2] }'

test.each([
  ['add to the end of a list', [{ op: 'add', path: '/name/1/given/-', value: 'C' }], patient.replace('"B" ', '"B" ,"C"')],
  ['add in front', [{ op: 'add', path: '/y/0', value: 2 }], patient.replace('[1E2]', '[2,1E2]')],
  ['remove', [{ op: 'remove', path: '/name/0' }], patient.replace(' {"family":"\\u00c5s"} ,', '')],
  ['replace', [{ op: 'replace', path: '/x', value: null }], patient.replace('1.10', 'null')],
  ['move', [{ op: 'move', from: '/x', path: '/z' }], patient.replace('"x":1.10,', '').replace('[1E2] ', '[1E2] ,"z":1.10')],
  ['copy', [{ op: 'copy', from: '/y', path: '/z' }], patient.replace('[1E2] ', '[1E2] ,"z":[1E2]')],
  ['test', [{ op: 'test', path: '/y/0', value: 100 }], patient],
  ['a test of text with an escape', [{ op: 'test', path: '/name/0/family', value: 'Ås' }], patient],
])('%s: the rest stays byte for byte', (_, patch, expected) => expect(patched(patient, patch)).toBe(expected))

test('a value keeps the digits that the patch has', () =>
  expect(patched('{"a":1}', '[{"op":"replace","path":"/a","value":{"b":1.00,"c":[1e-7,12345678901234567890.10]}}]')).toBe(
    '{"a":{"b":1.00,"c":[1e-7,12345678901234567890.10]}}',
  ))

test.each([
  ['what is not there', [{ op: 'remove', path: '/nobody' }]],
  ['a test that fails', [{ op: 'test', path: '/x', value: 1.2 }]],
  ['a test in another type', [{ op: 'test', path: '/x', value: '1.10' }]],
  ['an index beyond the end', [{ op: 'add', path: '/name/3', value: {} }]],
  ['an index with a zero in front', [{ op: 'remove', path: '/name/01' }]],
  ['a move into itself', [{ op: 'move', from: '/name', path: '/name/0' }]],
  ['the whole', [{ op: 'remove', path: '' }]],
  ['a step into a number', [{ op: 'add', path: '/x/y', value: 1 }]],
  ['a prototype', [{ op: 'add', path: '/__proto__', value: {} }]],
  ['a name with a quote', [{ op: 'add', path: '/a"b', value: {} }]],
  ['copies of copies', Array.from({ length: 60 }, () => ({ op: 'copy', from: '/name', path: '/name/-' }))],
  ['depth', Array.from({ length: 70 }, () => ({ op: 'copy', from: '', path: '/deep' }))],
])('is refused as a whole: %s', (_, patch) => expect(patched(patient, patch)).toBe('patch-failed'))

test.each([
  ['no list', '{}', 'invalid'],
  ['an unknown operation', '[{"op":"merge","path":"/x"}]', 'invalid'],
  ['no value', '[{"op":"add","path":"/x"}]', 'invalid'],
  ['no pointer', '[{"op":"remove","path":"x"}]', 'invalid'],
  ['a wrong escape', '[{"op":"remove","path":"/~2"}]', 'invalid'],
  ['no JSON', '[', 'unreadable'],
  ['a scalar', '"x"', 'invalid'],
  ['a number', '1', 'invalid'],
  ['a repeated name', '[{"op":"add","path":"/x","value":1,"value":2}]', 'unreadable'],
  ['too many', JSON.stringify(Array.from({ length: 1001 }, () => ({ op: 'remove', path: '/x' }))), 'too-large'],
])('is no patch: %s', (_, patch, code) => expect(patched(patient, patch)).toBe(code))

test('any JSON is printed as it was read', () =>
  fc.assert(
    fc.property(fc.json(), fc.nat(4), (text, indent) => {
      const spaced = JSON.stringify(JSON.parse(text), null, indent)
      if (!/"[^"]*\\[^"]*" ?:/.test(spaced)) expect(printTree(parseTree(spaced))).toBe(spaced)
    }),
  ))

test('many operations rest in between: in a long list each takes a while', () => {
  const read = readJsonPatch(JSON.stringify(Array.from({ length: 1000 }, () => ({ op: 'add', path: '/0', value: 1 }))))
  if (!read.ok) throw new Error(read.problem.detail)
  expect([...read.value(parseTree('[]'))].length).toBeGreaterThan(50)
})
