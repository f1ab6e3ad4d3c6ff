/** Three ways into one, without a table: what either side changed alone, what both did, and what was said differently from the start. */
import { expect, test } from 'vitest'
import { mergeTrees, patchTree } from '../../src/lens/merge-trees.ts'

const merge = (agreed: object, ours: object, theirs: object, theirsAgreed: object = agreed, contested: string[] = []) =>
  mergeTrees(
    { agreed: { ours: { ...agreed }, theirs: { ...theirsAgreed } }, ours: { ...ours }, theirs: { ...theirs } },
    new Set(contested),
  )

test('each side’s changes are there, member by member', () => {
  const agreed = { a: 1, period: { start: 1, end: 2 } }
  expect(merge(agreed, { a: 2, period: { start: 3, end: 2 } }, { a: 1, period: { start: 1, end: 4 }, b: 5 })).toEqual({
    value: { a: 2, period: { start: 3, end: 4 }, b: 5 },
    conflicts: [],
  })
})

test('what both changed differently stays ours, and is told; the same change is none', () => {
  expect(merge({ a: 1 }, { a: 2 }, { a: 3 })).toEqual({ value: { a: 2 }, conflicts: ['a'] })
  expect(merge({ a: 1 }, { a: 3 }, { a: 3 })).toEqual({ value: { a: 3 }, conflicts: [] })
  expect(merge({ a: 1 }, { a: 1 }, { a: 3 }, { a: 1 }, ['a'])).toEqual({ value: { a: 1 }, conflicts: ['a'] })
})

test('what the partner left out or added from the start is no change of theirs', () => {
  const agreed = { items: [{ x: 1, ours: true }] }
  const theirs = [{ id: 'i', x: 1 }]
  expect(merge(agreed, agreed, { items: theirs }, { items: theirs }).value).toEqual(agreed)
  expect(merge(agreed, agreed, { items: [{ id: 'i', x: 2 }] }, { items: theirs }).value).toEqual({
    items: [{ x: 2, ours: true }],
  })
})

test('lists take what either added; of identifiers and extensions each side takes away its own', () => {
  expect(merge({ note: ['a'] }, { note: ['a', 'b'] }, { note: ['a', 'c'] })).toEqual({
    value: { note: ['a', 'b', 'c'] },
    conflicts: [],
  })
  expect(merge({ extension: ['a', 'b'] }, { extension: ['a', 'b', 'c'] }, { extension: ['b', 'd'] }).value).toEqual({
    extension: ['b', 'c', 'd'],
  })
  expect(merge({ note: ['a'] }, { note: [] }, { note: ['a', 'c'] }).conflicts).toEqual(['note'])
})

test('agreed is what was agreed, with what they have changed', () => {
  const agreed = { ours: { a: 1, b: 1 }, theirs: { a: 1, b: 1 } }
  expect(patchTree({ agreed, theirs: { a: 2 } })).toEqual({ a: 2 })
})
