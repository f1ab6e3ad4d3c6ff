import fc from 'fast-check'
import { expect, test } from 'vitest'
import { escapeText, unescapeText } from '../../src/hl7v2/escape.ts'
import { usualSeparators } from '../../src/hl7v2/separators.ts'

const utf8 = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const read = (value: string, separators = usualSeparators) => unescapeText(value, separators, utf8)

test.each([
  ['A\\T\\B', 'A&B'],
  ['\\F\\\\S\\\\T\\\\R\\\\E\\', '|^&~\\'],
  ['line one\\.br\\line two', 'line one\nline two'],
  ['a\\.sp3\\b', 'a\n\n\nb'],
  ['a\\.sk2\\b', 'a  b'],
  ['\\.in+4\\\\.ti-2\\indented\\.fi\\', 'indented'],
  ['\\H\\bold\\N\\ plain', 'bold plain'],
  ['caf\\XC3A9\\', 'café'],
  ['cut\\P\\off', 'cut#off'],
])('%s means %j', (encoded, text) => {
  expect(read(encoded)).toBe(text)
})

test('a sequence is read once: what it yields is never read as a sequence again', () => {
  expect(read('\\E\\F\\E\\')).toBe('\\F\\')
  expect(read('\\X5C\\F\\X5C\\')).toBe('\\F\\')
})

test.each(['C:\\temp\\new', 'lone \\', '\\Z99\\', '\\C2842\\', '\\X4\\', '\\XZZ\\', '\\X4 \\', '\\\\', '\\.xx\\', '\\.sp-1\\'])(
  'what says nothing known stays as it is: %s',
  (text) => {
    expect(read(text)).toBe(text)
  },
)

test('text after an unknown sequence is still read', () => {
  expect(read('C:\\temp\\F\\x')).toBe('C:\\temp|x')
})

test('a formatting command cannot ask for a million lines', () => {
  expect(read('\\.sp1000000\\').length).toBeLessThanOrEqual(20)
})

test('another escape character is the one that counts', () => {
  expect(read('a!F!b\\F\\', { ...usualSeparators, escape: '!' })).toBe('a|b\\F\\')
})

test('without an escape character nothing is a sequence', () => {
  expect(read('a\\F\\b', { ...usualSeparators, escape: '|' })).toBe('a\\F\\b')
})

test('what is escaped reads as it was, and holds no separator', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab|^~\\&\n é'.split('')) }), (text) => {
      const encoded = escapeText(text, usualSeparators)
      expect(read(encoded)).toBe(text)
      expect(encoded).not.toMatch(/[|^~&\r\n]/)
    }),
  )
})
