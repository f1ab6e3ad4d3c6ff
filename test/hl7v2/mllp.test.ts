import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Framed, frame, mllpDecoder } from '../../src/hl7v2/mllp.ts'
import { bytes, dischargeMessage } from '../support/hl7v2.ts'

/** Texts of messages, codes of problems. */
const shown = (events: readonly Framed[]) =>
  events.map((event) => ('message' in event ? new TextDecoder().decode(event.message) : `! ${event.problem.code}`))

function decode(chunks: readonly Uint8Array[], maxBytes?: number): string[] {
  const decoder = mllpDecoder(maxBytes === undefined ? {} : { maxBytes })
  return shown([...chunks.flatMap((chunk) => [...decoder.push(chunk)]), ...decoder.end()])
}

const one = (text: string, maxBytes?: number) => decode([bytes(text)], maxBytes)

test('a message in its frame comes out as it went in', () => {
  expect(decode([frame(bytes(dischargeMessage()))])).toEqual([dischargeMessage()])
  expect([...frame(bytes('M'))]).toEqual([0x0b, 0x4d, 0x1c, 0x0d])
})

test('messages may follow each other at once, or after line ends', () => {
  expect(one('\x0bA\x1c\r\x0bB\x1c\r\r\n\x0bC\x1c\r')).toEqual(['A', 'B', 'C'])
})

test('a frame ends at 0x1C 0x0D only: another 0x1C, or a 0x0D, is part of the message', () => {
  expect(one('\x0bA\rB\x1cC\x1c\x1c\r')).toEqual(['A\rB\x1cC\x1c'])
})

test('a frame that breaks off is reported, and the next one is read', () => {
  expect(one('\x0bhalf\x0bwhole\x1c\r')).toEqual(['! unreadable', 'whole'])
  expect(one('\x0bhalf\x1c\x0bwhole\x1c\r')).toEqual(['! unreadable', 'whole'])
  expect(one('\x0bwhole\x1c\r\x0bhal')).toEqual(['whole', '! unreadable'])
})

test('bytes outside of frames are reported once per run', () => {
  expect(one('MSH|no frame\r\x0bA\x1c\rnoise noise\x0bB\x1c\r')).toEqual(['! unreadable', 'A', '! unreadable', 'B'])
})

test('a frame beyond the limit is dropped, and the next one is read', () => {
  expect(one('\x0b12345\x1c\r\x0b123456\x1c\r\x0b12\x1c\r', 5)).toEqual(['12345', '! too-large', '12'])
  expect(one('\x0b1234567890\x0b12\x1c\r', 5)).toEqual(['! too-large', '12'])
  expect(one('\x0b1234567890', 5)).toEqual(['! too-large'])
})

test('an empty frame is an empty message', () => {
  expect(one('\x0b\x1c\r')).toEqual([''])
})

test('a decoder keeps no reference to the chunk it was given', () => {
  const decoder = mllpDecoder()
  const chunk = bytes('\x0bAB')
  decoder.push(chunk)
  chunk.fill(0x5a)
  expect(shown(decoder.push(bytes('C\x1c\r')))).toEqual(['ABC'])
})

test('however the stream is cut, the same comes out', () => {
  const stream = fc.string({ unit: fc.constantFrom('\x0b', '\x1c', '\r', '\n', 'a', 'bc', '\x1c\r'), maxLength: 40 })
  fc.assert(
    fc.property(stream, fc.array(fc.nat(60)), fc.constantFrom(3, 1000), (text, cuts, maxBytes) => {
      const whole = bytes(text)
      const at = [0, ...cuts.filter((cut) => cut < whole.length).sort((a, b) => a - b), whole.length]
      const chunks = at.slice(1).map((end, i) => whole.subarray(at[i], end))
      expect(decode(chunks, maxBytes)).toEqual(decode([whole], maxBytes))
      expect(
        decode(
          Array.from(whole, (byte) => Uint8Array.of(byte)),
          maxBytes,
        ),
      ).toEqual(decode([whole], maxBytes))
    }),
    { numRuns: 500 },
  )
})

test('any messages without framing bytes come through any cuts', () => {
  const text = fc.string({ unit: fc.constantFrom('M', '|', '\r', 'é', '0x1c'), maxLength: 30 })
  fc.assert(
    fc.property(fc.array(text, { maxLength: 5 }), fc.integer({ min: 1, max: 7 }), (messages, size) => {
      const stream = messages.flatMap((message) => [...frame(bytes(message))])
      const chunks = Array.from({ length: Math.ceil(stream.length / size) }, (_, i) =>
        Uint8Array.from(stream.slice(i * size, (i + 1) * size)),
      )
      expect(decode(chunks)).toEqual(messages)
    }),
  )
})
