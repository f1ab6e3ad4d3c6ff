/** JSON as a tree is printed as it was read, the large parts of it like the small ones. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { memberNamed, type Node, parseTree, prettyTree, printTree, scalarOf } from '../../src/fhir/tree.ts'

const space = fc.stringMatching(/^[ \n\t\r]{0,3}$/)
/** Spaces before the first member, before a colon, before what follows. */
const spaces = fc.tuple(space, space, space)
/** Some of them are large, by what is in them or by their spaces. */
const filling = fc.oneof(fc.constant(0), fc.constant(0), fc.integer({ min: 900, max: 1200 }))
const json = fc.letrec<{ value: string; inner: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('0', '-1.50', '1e2', 'true', 'null', '"\\u0041\\" ]}"', '"{[\\\\"'),
    fc.integer({ min: 0, max: 1200 }).map((length) => JSON.stringify('x'.repeat(length))),
    tie('inner'),
  ),
  inner: fc
    .tuple(fc.array(tie('value'), { maxLength: 4 }), spaces, filling, fc.boolean())
    .map(([values, [first, colon, next], many, isArray]) => {
      const gap = first + ' '.repeat(many)
      const items = values.map((value, i) => (isArray ? value : `"m${i}"${colon}:${next}${value}`)).join(`${colon},${next}`)
      return isArray ? `[${gap}${items}${next}]` : `{${gap}${items}${next}}`
    }),
})).inner

/** Looks into everything that there is. */
function look(node: Node): number {
  if (node.kind === 'scalar') return 1
  const inside = node.kind === 'array' ? node.items : node.members
  return inside.reduce((sum, { value }) => sum + look(value), 1)
}

test('whatever there is, and however much of it has been looked into', () => {
  fc.assert(
    fc.property(json, (text) => {
      const tree = parseTree(text)
      expect(printTree(tree)).toBe(text)
      look(tree)
      expect(printTree(tree)).toBe(text)
      expect(JSON.parse(prettyTree(parseTree(text)))).toEqual(JSON.parse(text))
    }),
    { numRuns: 500 },
  )
})

test('what is edited deep in large parts is all that changes', () => {
  const filler = JSON.stringify('x'.repeat(2000))
  const text = (inner: string) => `{ "a" : ${filler}, "b" :[ {"c":${filler} , "d":${inner} ,"e": [ ${filler} ]}\n, {"c":1.0 }] }`
  const tree = parseTree(text('1.0'))
  const list = memberNamed(tree, 'b')?.value
  const first = list?.kind === 'array' ? list.items[0]?.value : undefined
  memberNamed(first, 'd')!.value = scalarOf(2)
  expect(printTree(tree)).toBe(text('2'))
})
