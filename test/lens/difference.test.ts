import { expect, test } from 'vitest'
import { exactNumber } from '../../src/fhir/exact.ts'
import { asConcept, codeTable } from '../../src/lens/code-table.ts'
import { silently, unread } from '../../src/lens/codec.ts'
import { differences } from '../../src/lens/difference.ts'

test('differences are told by the smallest place that differs', () => {
  const before = { a: 1, list: [{ code: 'x' }, { code: 'y' }], gone: true, size: JSON.parse('[1]') }
  const after = { a: 1, list: [{ code: 'x' }, { code: 'z' }], size: [1, 2], fresh: { b: 2 } }
  expect(differences(before, after)).toEqual([
    { path: 'list[1].code', before: 'y', after: 'z' },
    { path: 'gone', before: true },
    { path: 'size', before: [1], after: [1, 2] },
    { path: 'fresh', after: { b: 2 } },
  ])
  expect(differences(before, structuredClone(before))).toEqual([])
})

test('digits are a difference, and a number that keeps them is one place', () => {
  const [before, after] = [exactNumber('1.0'), exactNumber('1.00')]
  expect(differences({ dose: before }, { dose: after })).toEqual([{ path: 'dose', before, after }])
  expect(differences({ dose: before }, { dose: exactNumber('1.0') })).toEqual([])
})

test('a code table can be tried with other rows, and is itself again afterwards, whatever happens', () => {
  const table = codeTable('urn:words', [
    ['a', 'one'],
    ['b', 'two'],
  ])
  const codec = asConcept<string, { coding?: { system: string; code: string }[] }>(table)
  const read = () => codec.read({ coding: [{ system: 'urn:words', code: 'c' }] }, silently)
  expect(table.trying([['c', 'two']], () => [read(), codec.write('two', undefined), table.codeOf('one').code])).toEqual([
    'two',
    { coding: [{ system: 'urn:words', code: 'c' }] },
    'a',
  ])
  expect(() =>
    table.trying([['c', 'one']], () => {
      throw new Error('broken')
    }),
  ).toThrow('broken')
  expect([read(), table.termOf('a')]).toEqual([unread, 'one'])
})
