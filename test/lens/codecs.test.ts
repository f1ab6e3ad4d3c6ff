import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { asCode, asCoding, asConcept, codeIn, codeTable } from '../../src/lens/code-table.ts'
import { type Codec, chain, type Report, silently, unread } from '../../src/lens/codec.ts'
import { bool, date, dateTime, decimal, idOf, instant, integer, joined, oneOf, refTo, text } from '../../src/lens/codecs.ts'
import { parseExactly } from '../support/corpora.ts'

const read = <Raw, Value>(codec: Codec<Raw, Value>, raw: unknown): Value | undefined => {
  const value = codec.read(raw as Raw, silently)
  return value === unread ? undefined : value
}

describe('a leaf', () => {
  const leaves = [
    text,
    bool,
    integer,
    decimal,
    date,
    instant,
    dateTime,
    oneOf('a', 'b'),
    joined,
    idOf('Patient'),
    refTo('Patient'),
  ]
  const tables = [
    asCode(codeTable('urn:x', [['a', 'b']])),
    asCoding(codeTable('urn:x', [['a', 'b']])),
    asConcept(codeTable('urn:x', [['a', 'b']])),
    codeIn('urn:x'),
  ]
  const odd = [
    7,
    'x/y',
    {},
    [],
    '',
    Number.NaN,
    Number.POSITIVE_INFINITY,
    { reference: 7 },
    { rawJSON: '1' },
    { coding: null },
    { coding: [null] },
  ]

  test.each([...leaves, ...tables] as unknown as Codec<unknown, unknown>[])(
    '$name says what it cannot read, and never throws',
    (codec) => {
      for (const raw of odd) {
        const report: Report = []
        if (codec.read(raw, report) === unread) expect(report).toHaveLength(1)
        else expect(report).toEqual([])
      }
    },
  )

  test('a decimal keeps its digits', () => {
    const digits = fc.stringMatching(/^-?(0|[1-9]\d{0,20})(\.\d{1,20})?([eE][+-]?\d{1,2})?$/)
    fc.assert(
      fc.property(digits, (value) => {
        const written = decimal.write(value, undefined)
        expect(read(decimal, written)).toBe(value)
        expect(read(decimal, parseExactly(JSON.stringify(written)))).toBe(value)
      }),
    )
    expect(JSON.stringify({ value: decimal.write('1.10', undefined) })).toBe('{"value":1.10}')
    expect(decimal.write('1.1', undefined)).toBe(1.1)
  })

  test('words that are one text here are read as one, and written as one', () => {
    expect(read(joined, ['Dr.', null, 'med.'])).toBe('Dr. med.')
    expect(joined.write('Dr. med.', ['Dr.', 'med.'])).toEqual(['Dr. med.'])
  })

  test('a date may be partial, an instant may not', () => {
    expect(read(date, '1984-03')).toBe('1984-03')
    expect(read(dateTime, '2026-03-08T02:30:00-05:00')).toBe('2026-03-08T02:30:00-05:00')
    expect(read(instant, '2026-03-08T02:30:00')).toBeUndefined()
  })
})

describe('a code table', () => {
  const table = codeTable('urn:words', [
    ['h', 'home'],
    ['house', 'home'],
    ['w', 'work'],
    ['X', 'home', 'urn:other'],
  ])

  test('reads synonyms, writes the first, and leaves a synonym that still says the same', () => {
    const code = asCode(table)
    expect([read(code, 'h'), read(code, 'house'), read(code, '?')]).toEqual(['home', 'home', undefined])
    expect([code.write('home', undefined), code.write('home', 'house'), code.write('work', 'house')]).toEqual(['h', 'house', 'w'])
  })

  test('keeps an element’s id and extensions when its code changes, and nothing that was said of the old code', () => {
    const hanging = { id: 'c', extension: [{ url: 'urn:x', valueCode: 'y' }] }
    expect(asCoding(table).write('work', { ...hanging, system: 'urn:words', code: 'h', display: 'Home' } as object)).toEqual({
      ...hanging,
      system: 'urn:words',
      code: 'w',
    })
    expect(
      asConcept(table).write('work', { ...hanging, coding: [{ system: 'urn:other', code: 'X' }], text: 'Home' } as object),
    ).toEqual({ ...hanging, coding: [{ system: 'urn:words', code: 'w' }] })
  })

  test('finds its code among the codings of others', () => {
    const raw = { coding: [{ system: 'urn:theirs', code: 'h' }, { code: 'h' }, { system: 'urn:other', code: 'X' }] }
    expect(read(asConcept(table), raw)).toBe('home')
    expect(asConcept(table).write('home', raw)).toBe(raw)
  })

  test('has each code once', () => {
    expect(() =>
      codeTable('urn:words', [
        ['h', 'home'],
        ['h', 'work'],
      ]),
    ).toThrow('h stands twice')
  })

  test('of a system too large for one: the code is the term', () => {
    const raw = { coding: [{ system: 'urn:ietf:bcp:47', code: 'en', display: 'English' }], text: 'English' }
    expect(read(codeIn('urn:ietf:bcp:47'), raw)).toBe('en')
    expect(codeIn('urn:ietf:bcp:47').write('en', raw)).toBe(raw)
    expect(codeIn('urn:ietf:bcp:47').write('es', raw)).toEqual({ coding: [{ system: 'urn:ietf:bcp:47', code: 'es' }] })
    expect(read(codeIn('urn:other'), raw)).toBeUndefined()
  })
})

describe('a reference', () => {
  test('to one type is its id', () => {
    expect(read(idOf('Patient'), { reference: 'Patient/p1', display: 'Ada' })).toBe('p1')
    for (const reference of ['Group/p1', 'Patient/', 'Patient/p1/_history/2', 'https://ehr.example/Patient/p1', '#p1', '/p1', 7])
      expect(read(idOf('Patient'), { reference })).toBeUndefined()
  })

  test('to another target forgets what was said of the old one', () => {
    const before = { id: 'r', reference: 'Patient/p1', display: 'Ada', type: 'Patient' }
    expect(idOf('Patient').write('p1', before)).toBe(before)
    expect(idOf('Patient').write('p2', before)).toEqual({ id: 'r', reference: 'Patient/p2' })
  })

  test('to several types names all but the first', () => {
    const codec = refTo('PractitionerRole', 'Practitioner')
    expect(read(codec, { reference: 'PractitionerRole/1' })).toEqual({ id: '1' })
    expect(read(codec, { reference: 'Practitioner/1' })).toEqual({ id: '1', type: 'Practitioner' })
    expect(codec.write({ id: '1', type: 'Practitioner' }, undefined)).toEqual({ reference: 'Practitioner/1' })
  })

  test('that is no id of ours is what somebody else wrote', () => {
    const codec = refTo('Organization')
    const raw = { identifier: { system: 'urn:npi', value: '1', assigner: { display: 'CMS' } }, display: 'St. Mary' }
    const value = { external: { system: 'urn:npi', value: '1', display: 'St. Mary' } }
    expect(read(codec, raw)).toEqual(value)
    expect(codec.write(value, raw)).toEqual(raw)
    expect(codec.write({ external: { ...value.external, display: 'Mercy' } }, raw)).toEqual({ ...raw, display: 'Mercy' })
    expect(codec.write({ external: { ...value.external, value: '2' } }, raw)).toEqual({
      identifier: { system: 'urn:npi', value: '2' },
      display: 'St. Mary',
    })
    expect(read(codec, { reference: 'https://ehr.example/Organization/9' })).toEqual({
      external: { url: 'https://ehr.example/Organization/9' },
    })
    expect(read(codec, {})).toBeUndefined()
  })

  test('that says a type it may not have is read without, and keeps it where it stands', () => {
    const codec = refTo('Organization')
    const raw = { type: 'Device', identifier: { system: 'urn:serial', value: '1' }, display: 'A robot' }
    const value = { external: { system: 'urn:serial', value: '1', display: 'A robot' } }
    expect(read(codec, raw)).toEqual(value)
    expect(codec.write(value, raw)).toEqual(raw)
    expect(codec.write({ external: { ...value.external, display: 'R2' } }, raw)).toEqual({ ...raw, display: 'R2' })
    expect(codec.write({ external: { ...value.external, resourceType: 'Organization' } }, raw)).toEqual({
      ...raw,
      type: 'Organization',
    })
    expect(codec.write({ external: { display: 'St. Mary' } }, raw)).toEqual({ display: 'St. Mary' })
  })
})

test('two codecs in a row keep what the first knows', () => {
  const upper: Codec<string, string> = { name: 'upper', read: (raw) => raw.toUpperCase(), write: (value) => value.toLowerCase() }
  const both = chain(idOf<{ reference?: string; display?: string }>('Patient'), upper)
  expect(read(both, { reference: 'Patient/a' })).toBe('A')
  expect(both.write('A', { reference: 'Patient/a', display: 'kept' })).toEqual({ reference: 'Patient/a', display: 'kept' })
  expect(read(both, { reference: 'Group/a' })).toBeUndefined()
})
