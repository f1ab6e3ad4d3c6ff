import fc from 'fast-check'
import { expect, test } from 'vitest'
import { charsetLabel, decodeMessage, encodeText } from '../../src/hl7v2/charset.ts'
import { readMessage } from '../../src/hl7v2/message.ts'
import { bytesOf, keepBytes } from '../../src/hl7v2/raw.ts'
import { bytes, dischargeMessage, latin1 } from '../support/hl7v2.ts'

const named = (charset: string | undefined, name = 'NÚÑEZ^JOSÉ') =>
  dischargeMessage({ MSH: charset === undefined ? {} : { 18: charset }, PID: { 5: name } })

/** Family name, and what was odd. */
function read(sent: Uint8Array, charset?: string) {
  const message = readMessage(sent, charset === undefined ? {} : { charset })
  if (!message.ok) return message.problem
  return [message.value.segment('PID')?.text(5), message.value.charset, ...message.value.issues.map((issue) => issue.path)]
}

test('each declared character set is read as declared', () => {
  expect(read(bytes(named('UNICODE UTF-8')))).toEqual(['NÚÑEZ', 'utf-8'])
  expect(read(latin1(named('8859/1')))).toEqual(['NÚÑEZ', 'windows-1252'])
  expect(read(encodeText(named('8859/15', 'Œ€'), 'iso-8859-15'))).toEqual(['Œ€', 'iso-8859-15'])
  expect(read(encodeText(named('8859/2', 'Łódź'), 'iso-8859-2'))).toEqual(['Łódź', 'iso-8859-2'])
  expect(read(encodeText(named('WINDOWS-1252', 'O’HARA'), 'windows-1252'))).toEqual(['O’HARA', 'windows-1252'])
  expect(read(bytes(named('ASCII', 'SMITH')))).toEqual(['SMITH', 'us-ascii'])
})

test('UTF-16 is known by its bytes, with and without a byte order mark, either way round', () => {
  for (const label of ['utf-16le', 'utf-16be']) {
    const marked = encodeText(named('UNICODE UTF-16'), label)
    expect(read(marked)).toEqual(['NÚÑEZ', label])
    expect(read(marked.slice(2))).toEqual(['NÚÑEZ', label])
  }
  expect(read(encodeText(named('UNICODE UTF-16'), 'utf-16le').slice(0, -1))).toMatchObject({ code: 'unreadable' })
})

test('without a declaration, valid UTF-8 is UTF-8, else windows-1252 with a warning', () => {
  expect(read(bytes(named(undefined)))).toEqual(['NÚÑEZ', 'utf-8'])
  expect(read(latin1(named(undefined)))).toEqual(['NÚÑEZ', 'windows-1252', 'MSH-18'])
})

test('a declaration that the bytes contradict is not believed, and flagged', () => {
  expect(read(latin1(named('UNICODE UTF-8')))).toEqual(['NÚÑEZ', 'windows-1252', 'MSH-18'])
  expect(read(bytes(named('ASCII')))).toEqual(['NÚÑEZ', 'utf-8', 'MSH-18'])
  expect(read(bytes(named('UNICODE UTF-16')))).toEqual(['NÚÑEZ', 'utf-8', 'MSH-18'])
})

test('a declaration that is possible but unlikely is believed, and flagged', () => {
  expect(read(bytes(named('8859/1', 'JOSÉ')))).toEqual(['JOSÃ‰', 'windows-1252', 'MSH-18'])
})

test('the connection knows better than the message', () => {
  expect(read(bytes(named('8859/1')), 'UTF-8')).toEqual(['NÚÑEZ', 'utf-8'])
  expect(read(latin1(named(undefined)), '8859/1')).toEqual(['NÚÑEZ', 'windows-1252'])
})

test('an unknown character set is a problem, unless every byte is ASCII', () => {
  expect(read(latin1(named('KLINGON')))).toMatchObject({ code: 'unreadable', issues: [{ path: 'MSH-18' }] })
  expect(read(bytes(named('KLINGON', 'SMITH')))).toEqual(['SMITH', 'us-ascii', 'MSH-18'])
  // ISO-2022-JP is seven bits wide, and not ASCII
  expect(read(bytes(named('ISO IR87', '\u001b$B;3ED\u001b(B')))).toMatchObject({ code: 'unreadable' })
})

test('the first of several character sets is the one that counts', () => {
  expect(read(latin1(named('8859/1~ISO IR87')))).toEqual(['NÚÑEZ', 'windows-1252'])
})

test('hexadecimal escapes are bytes of the message’s own character set', () => {
  expect(read(latin1(named('8859/1', 'N\\XDA\\\\XD1\\EZ')))).toEqual(['NÚÑEZ', 'windows-1252'])
  expect(read(bytes(named('UNICODE UTF-8', 'N\\XC39A\\')))).toEqual(['NÚ', 'utf-8'])
})

test('names of character sets that hospitals write', () => {
  expect(['8859/1', 'ISO-8859-1', 'ISO 8859-15', '8859-9', 'utf-8', 'UNICODE', 'cp1252'].map(charsetLabel)).toEqual([
    ...['windows-1252', 'windows-1252', 'iso-8859-15', 'iso-8859-9', 'utf-8', 'utf-16', 'windows-1252'],
  ])
  expect(['', '8859/10', '8859/0', 'constructor', 'GB 18030-2000'].map(charsetLabel)).toEqual(Array(5).fill(undefined))
})

test('what is written in a character set reads the same; what it lacks becomes a question mark', () => {
  for (const label of ['us-ascii', 'windows-1252', 'iso-8859-15', 'utf-8', 'utf-16le', 'utf-16be']) {
    const text = label === 'us-ascii' ? 'Nunez' : 'Núñez €'
    expect(new TextDecoder(label).decode(encodeText(text, label))).toBe(text)
  }
  expect(new TextDecoder('iso-8859-15').decode(encodeText('日本 ok', 'iso-8859-15'))).toBe('?? ok')
})

test('no bytes make decoding throw', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.constantFrom(undefined, 'UTF-8', '8859/3', 'UNICODE UTF-16', 'x'), (sent, declared) => {
      const decoded = decodeMessage(sent, () => declared)
      if (!decoded.ok) expect(decoded.problem.code).toBe('unreadable')
    }),
  )
})

test('bytes kept as text come back to the byte', () => {
  const comesBack = (sent: Uint8Array): void => {
    if (Buffer.compare(bytesOf(keepBytes(sent)), sent) !== 0) expect(bytesOf(keepBytes(sent))).toEqual(sent)
  }
  fc.assert(fc.property(fc.uint8Array(), comesBack))
  fc.assert(fc.property(fc.string({ unit: 'binary' }).map(bytes), comesBack))
  comesBack(Uint8Array.of(0xef, 0xbb, 0xbf, 0x4d))
  comesBack(bytes(keepBytes(Uint8Array.of(0xff))))
})

test('a message in UTF-8 is kept as it reads; bytes that are none, or hold NUL, as base64', () => {
  expect(keepBytes(bytes(named('UNICODE UTF-8')))).toBe(named('UNICODE UTF-8'))
  expect(keepBytes(latin1('É'))).toBe('data:application/octet-stream;base64,yQ==')
  expect(keepBytes(Uint8Array.of(0x41, 0))).not.toContain('\0')
})
