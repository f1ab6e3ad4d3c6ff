import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readAdt } from '../../../mappings/hl7v2/adt.ts'
import { mostBytes, readMessage } from '../../../src/hl7v2/message.ts'
import { mostRepetitions } from '../../../src/hl7v2/segment.ts'
import { bytes, dischargeMessage } from '../../support/hl7v2.ts'
import { reading, stBrendan } from './support.ts'

/** Whatever it is, it is either a reading or a problem whose issues have places. */
function readable(sent: Uint8Array): boolean {
  const message = readMessage(sent)
  const read = message.ok ? readAdt(message.value, stBrendan) : message
  const issues = read.ok ? read.value.issues : read.problem.issues
  for (const issue of issues) expect(issue.path).toMatch(/^[A-Z][A-Z0-9]{2}(\[\d+\])?(-\d+(\[\d+\])?(\.\d+){0,2})?$/)
  return read.ok
}

test('a message cut off anywhere is a reading or a problem, never a crash', () => {
  const whole = bytes(dischargeMessage())
  const results = Array.from(whole, (_, end) => readable(whole.subarray(0, end)))
  expect(results.filter(Boolean).length).toBeGreaterThan(0)
  expect(results[100]).toBe(false)
})

test('one byte changed anywhere is a reading or a problem, never a crash', () => {
  const whole = bytes(dischargeMessage())
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
      const changed = whole.slice()
      changed[at] = byte
      readable(changed)
    }),
    { numRuns: 1000 },
  )
})

test('fields filled with anything are a reading or a problem, never a crash', () => {
  const junk = fc.string({ unit: fc.constantFrom(...'A1.^~&\\"T-+ é\u0000\ud800'.split('')), maxLength: 30 })
  const places = [
    ['PID', [3, 5, 7, 8, 11, 13, 18, 19, 29, 30]],
    ['PV1', [2, 3, 7, 10, 19, 36, 37, 44, 45, 50]],
    ['DG1', [2, 3, 4, 6, 15, 26]],
  ] as const
  fc.assert(
    fc.property(fc.constantFrom(...places), fc.array(junk, { minLength: 10, maxLength: 10 }), ([segment, fields], values) => {
      const changed = Object.fromEntries(fields.map((field, i) => [field, values[i] ?? '']))
      readable(bytes(dischargeMessage({ [segment]: changed })))
    }),
    { numRuns: 500 },
  )
})

test('a huge field is read, up to the repetitions that anybody could mean', () => {
  const many = Array.from({ length: 50_000 }, (_, i) => `${i}^^^STB`).join('~')
  expect(reading({ PID: { 3: many } }).patient.identifiers).toHaveLength(mostRepetitions)
  const long = 'X'.repeat(mostBytes - 2000)
  expect(reading({ PID: { 5: `${long}^ROSA` } }).patient.names[0]?.family).toHaveLength(long.length)
})

test('ten thousand diagnoses are read in one go', () => {
  const text = dischargeMessage() + Array.from({ length: 9000 }, (_, i) => `DG1|${i}||F32.2^^I10C|||F|||||||||2\r`).join('')
  expect(reading(text).diagnoses).toHaveLength(9001)
})

test('the reading quotes nothing of the message in what it finds odd', () => {
  const read = reading({
    PID: { 7: 'SECRET', 8: 'SECRET', 30: 'SECRET' },
    PV1: { 2: 'SECRET', 36: 'SECRET', 45: 'SECRET' },
    DG1: { 6: 'SECRET' },
  })
  expect(read.issues.length).toBeGreaterThanOrEqual(7)
  expect(JSON.stringify(read.issues)).not.toContain('SECRET')
})
