/** The syntax of primitives, case by case. https://hl7.org/fhir/R4/datatypes.html#primitive */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exactNumber } from '../../../src/fhir/number.ts'
import { primitives } from '../../../src/fhir/validate/primitives.ts'
import { isValid, validate } from '../../../src/fhir/validate/validate.ts'

/** Not every raw JSON is a number. */
const rawJson = (text: string): unknown => (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text)

const day = ['2024', '2024-02', '2024-02-29', '0001-01-01', '9999-12-31', '2000-02-29']
const noDay = [
  '',
  '24',
  '0000',
  '2024-00',
  '2024-13',
  '2024-2',
  '2024-02-30',
  '2023-02-29',
  '1900-02-29',
  '2024-04-31',
  '2024-01-00',
  '2024-01-1',
  '2024-',
  '2024-01-',
  '20240101',
  ' 2024',
  '2024-01-01 ',
  '-2024',
  '+2024',
  '２０２４',
]
const moment = [
  '2024-01-01T00:00:00Z',
  '2024-01-01T23:59:60Z',
  '2024-01-01T12:30:45.123456789+14:00',
  '2024-01-01T12:30:45-00:00',
  '2024-06-30T00:00:00.0-09:30',
]
const noMoment = [
  '2024-01-01T00:00Z',
  '2024-01-01T00:00:00',
  '2024-01-01T24:00:00Z',
  '2024-01-01T00:60:00Z',
  '2024-01-01T00:00:61Z',
  '2024-01-01T00:00:00.Z',
  '2024-01-01T00:00:00+14:01',
  '2024-01-01T00:00:00+15:00',
  '2024-01-01T00:00:00+1400',
  '2024-01-01T00:00:00z',
  '2024-01-01t00:00:00Z',
  '2024-02-30T00:00:00Z',
  '2024-01-01T00:00:00ZZ',
  '2024-01T00:00:00Z',
  '2024-01-01T00:00:00+05:0',
]
const whole = [0, 7, 2147483647]
const notWhole = [
  1.5,
  2147483648,
  -2147483649,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  '1',
  null,
  exactNumber('1.0'),
  exactNumber('1e3'),
  exactNumber('99999999999999999999'),
]

/** Type → what has its syntax, and what has not. */
const cases: Readonly<Record<string, readonly [good: readonly unknown[], bad: readonly unknown[]]>> = {
  boolean: [
    [true, false],
    ['true', 1, null],
  ],
  integer: [[...whole, -1, -2147483648], notWhole],
  unsignedInt: [whole, [...notWhole, -1]],
  positiveInt: [
    [1, 2147483647],
    [...notWhole, 0, -1],
  ],
  decimal: [
    [0, -1.5, 1e-7, exactNumber('1.10'), exactNumber('0.1234567890123456789'), exactNumber('-1.50e+3')],
    ['1', null, Number.NaN, Number.NEGATIVE_INFINITY, {}, rawJson('"1"')],
  ],
  string: [
    ['a', ' ', 'a\tb\r\nc', 'Ångström 😀', 'x'.repeat(1024 * 1024)],
    ['', '\u0000', 'a\u001f', 'a\u000bb', 'x'.repeat(1024 * 1024 + 1), 1, ['a']],
  ],
  markdown: [['# a\n'], ['', '\u0007']],
  code: [
    ['a', 'a b', 'a-b c_d', '='],
    ['', ' ', ' a', 'a ', 'a  b', 'a\tb', 'a\nb'],
  ],
  uri: [
    ['urn:oid:1.2', 'http://a/b#c', 'Patient/1', '#', 'é'],
    ['', ' ', 'a b', 'a\n', '\u0000'],
  ],
  url: [['https://a'], ['a b']],
  canonical: [['http://a|1.0', '#a'], ['a |1']],
  oid: [
    ['urn:oid:1.2.840', 'urn:oid:2.0', 'urn:oid:0.0'],
    [
      '1.2.3',
      'urn:oid:3.1',
      'urn:oid:1',
      'urn:oid:1.',
      'urn:oid:1..2',
      'urn:oid:1.02',
      'urn:oid:1.2a',
      'urn:oid:10.1',
      'urn:oid:',
    ],
  ],
  uuid: [
    ['urn:uuid:c757873d-ec9a-4326-a141-556f43239520'],
    [
      'urn:uuid:C757873D-EC9A-4326-A141-556F43239520',
      'urn:uuid:c757873dec9a4326a141556f43239520',
      'c757873d-ec9a-4326-a141-556f43239520',
      'urn:uuid:c757873d-ec9a-4326-a141-556f43239520\n',
    ],
  ],
  id: [
    ['a', 'A-1.b', '1'.repeat(64)],
    ['', 'a_b', 'a/b', '1'.repeat(65), 'é', ' a'],
  ],
  base64Binary: [
    ['SGVsbG8=', 'SGVs', 'SG==', 'SGVs\r\n bG8='],
    ['', '=', '====', 'SGVsbG8', 'SGV=sbG8', 'SG=a', 'SGVs*', 'S===', 'SGVsbG8=SGVs', 'SGVs-_=='],
  ],
  date: [day, [...noDay, ...moment]],
  dateTime: [
    [...day, ...moment],
    [...noDay, ...noMoment],
  ],
  instant: [moment, [...day, ...noDay, ...noMoment]],
  time: [
    ['00:00:00', '23:59:60', '12:00:00.5'],
    ['', '24:00:00', '12:00', '1:00:00', '12:00:00.', '12:00:00Z', '12:60:00', '12:00:00 '],
  ],
}

describe.each(Object.entries(cases))('%s', (type, [good, bad]) => {
  const holds = primitives[type]!
  test('takes what the standard takes', () => expect(good.filter((value) => !holds(value))).toEqual([]))
  test('refuses the rest', () => expect(bad.filter((value) => holds(value))).toEqual([]))
})

test('a date is valid exactly when the calendar has the day', () => {
  const number = (min: number, max: number) => fc.integer({ min, max })
  fc.assert(
    fc.property(number(1, 9999), number(0, 13), number(0, 32), (year, month, day) => {
      const text = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
      const read = new Date(`${text}T00:00:00Z`)
      const isDay = !Number.isNaN(read.getTime()) && read.toISOString().slice(0, 10) === text
      expect(primitives.date!(text)).toBe(isDay)
      expect(primitives.instant!(`${text}T00:00:00Z`)).toBe(isDay)
    }),
  )
})

test('base64 is valid exactly when it decodes and encodes to itself', () => {
  const character = fc.constantFrom(...'AQgw+/=a')
  fc.assert(
    fc.property(fc.string({ unit: character, minLength: 1, maxLength: 12 }), (text) => {
      const isSame =
        Buffer.from(Buffer.from(text, 'base64').toString('base64').replace(/=/g, '')).length === text.replace(/=/g, '').length
      const isPadded = text.length % 4 === 0 && /^[^=]+={0,2}$/.test(text) && !/=[^=]/.test(text)
      expect(primitives.base64Binary!(text)).toBe(isSame && isPadded)
    }),
    { numRuns: 500 },
  )
})

test('exact numbers are numbers wherever numbers may stand, and their digits count', () => {
  const quantity = (value: unknown) => ({
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'x' },
    valueQuantity: { value },
  })
  expect(isValid(quantity(exactNumber('1.10')))).toBe(true)
  expect(validate(quantity(rawJson('"1.10"'))).structure).toEqual([
    { path: 'Observation.value.value', message: 'is not a valid decimal' },
  ])
  const telecom = (rank: unknown) => ({ resourceType: 'Patient', telecom: [{ system: 'phone', value: '1', rank }] })
  expect(isValid(telecom(1))).toBe(true)
  expect(validate(telecom(exactNumber('1.0'))).structure).toEqual([
    { path: 'Patient.telecom[0].rank', message: 'is not a valid positiveInt' },
  ])
  const object = { resourceType: 'Patient', name: [exactNumber('1.10')] }
  expect(isValid(object)).toBe(false)
})
