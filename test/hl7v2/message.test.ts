import { Hl7Message } from '@medplum/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { headerOf, mostBytes, mostSegments, readMessage } from '../../src/hl7v2/message.ts'
import { mostRepetitions } from '../../src/hl7v2/segment.ts'
import { bytes, dischargeMessage, latin1 } from '../support/hl7v2.ts'

const read = (text: string) => {
  const result = readMessage(bytes(text))
  if (!result.ok) throw new Error(JSON.stringify(result.problem))
  return result.value
}
const refusal = (input: string | Uint8Array, options?: Parameters<typeof readMessage>[1]) => {
  const result = readMessage(typeof input === 'string' ? bytes(input) : input, options)
  if (result.ok) throw new Error('was read')
  return result.problem
}

test('CR, LF and CRLF end a segment, and blank lines between are nothing', () => {
  const message = dischargeMessage()
  for (const end of ['\r', '\n', '\r\n', '\r\n\r\n', '\n\n\n']) {
    const again = read(message.replaceAll('\r', end))
    expect(again.segment('PV1')?.text(19)).toBe('V90017')
    expect(again.segment('DG1')?.text(3)).toBe('F32.2')
    expect(again.issues).toEqual([])
  }
})

test('fields, components, subcomponents and repetitions count from 1, and what is not there reads as empty', () => {
  const message = read('MSH|^~\\&|APP|FAC\rPID|||1^^^A&1.2.3&ISO^MR~2^^^B||DOE^JANE\rPV1||I\r')
  const pid = message.segment('PID')!
  expect(pid.fields(3).map((one) => one.text(1))).toEqual(['1', '2'])
  expect(pid.field(3).part(4).text(2)).toBe('1.2.3')
  expect(pid.field(3).text(4)).toBe('A')
  expect(pid.text(5, 2)).toBe('JANE')
  expect(pid.text(5, 9)).toBeUndefined()
  expect(pid.text(99)).toBeUndefined()
  expect(pid.fields(99)).toEqual([])
  expect(pid.field(99).part(3).part(2).text(1)).toBeUndefined()
  expect(message.segment('ZZZ')).toBeUndefined()
  expect(message.segments('DG1')).toEqual([])
})

test('the header counts its own separator as MSH-1', () => {
  const { header } = read(dischargeMessage())
  expect(header.msh.raw(1)).toBe('|')
  expect(header.msh.raw(2)).toBe('^~\\&')
  expect(header).toMatchObject({
    type: 'ADT',
    trigger: 'A03',
    controlId: 'SB-1001',
    processing: 'P',
    version: '2.5.1',
    sender: { application: 'CAREADT', facility: 'STBRENDAN' },
  })
})

test('a sender known by its universal id only is called by that', () => {
  expect(read('MSH|^~\\&|^1.2.3^ISO||\rPID|1').header.sender).toEqual({ application: '1.2.3' })
})

test('places are named as the standard prints them', () => {
  const message = read('MSH|^~\\&|A\rDG1|1\rDG1|2||F20^x~F21^y&z\r')
  const second = message.segments('DG1')[1]!
  expect(second.place(3)).toBe('DG1[2]-3')
  expect(second.fields(3)[1]?.place(2)).toBe('DG1[2]-3[2].2')
  expect(second.fields(3)[1]?.part(2).place(2)).toBe('DG1[2]-3[2].2.2')
  expect(message.segment('DG1')?.field(45).place()).toBe('DG1-45')
})

test('an empty repetition keeps the number of the next one', () => {
  const [only, ...others] = read('MSH|^~\\&|A\rPID|||~2^^^B').segment('PID')!.fields(3)
  expect(others).toEqual([])
  expect(only?.place(4)).toBe('PID-3[2].4')
})

test('the null value says that there is none; an empty field says nothing', () => {
  const pv1 = read('MSH|^~\\&|A\rPV1|""||""^x').segment('PV1')!
  expect([pv1.field(1).isNull, pv1.field(2).isNull, pv1.field(3).isNull]).toEqual([true, false, false])
  expect(pv1.text(1)).toBeUndefined()
})

test('free text keeps the separators that its sender forgot to escape', () => {
  const dg1 = read('MSH|^~\\&|A\rDG1|1|||NAUSEA & VOMITING^SEVERE').segment('DG1')!
  expect(dg1.text(4)).toBe('NAUSEA')
  expect(dg1.field(4).whole()).toBe('NAUSEA & VOMITING^SEVERE')
  expect(dg1.field(4).whole(1)).toBe('NAUSEA & VOMITING')
})

test('the separators are those of MSH, whatever they are', () => {
  const odd = read('MSH$%*!@$APP$FAC\rPID$$$1%%%A@1.2@ISO*2$$DO!T!E%JANE')
  const pid = odd.segment('PID')!
  expect(pid.fields(3).map((one) => one.text(1))).toEqual(['1', '2'])
  expect(pid.field(3).part(4).text(3)).toBe('ISO')
  expect(pid.text(5)).toBe('DO@E')
})

test('encoding characters that MSH-2 does not name split nothing', () => {
  const short = read('MSH|^~|APP|FAC\rPID|||1\\F\\&2^B')
  expect(short.segment('PID')?.text(3)).toBe('1\\F\\&2')
  expect(short.header.sender).toEqual({ application: 'APP', facility: 'FAC' })
})

test.each([
  'MSH|0000|x',
  'MSH|^^~&|x',
  'MSH|^~\\\\&|x',
  'MSHaAbcd|',
  'MSH||',
  'MSH',
  'MSH ^~\\&',
  'MSH|^~"&|',
  'MSH|^~\\&#!|',
  'MSH|é~\\&|',
])('separators that cannot be told apart are refused: %s', (text) => {
  expect(refusal(text)).toMatchObject({ code: 'unreadable', issues: [{ path: 'MSH-2' }] })
})

test('Z segments do no harm, and can be read', () => {
  const message = read(`${dischargeMessage()}ZPD|1|local^thing\rZZ9|x`)
  expect(message.segment('ZPD')?.text(2, 2)).toBe('thing')
  expect(message.issues).toEqual([])
})

test('lines that are no segments are left out, and counted', () => {
  const message = read('MSH|^~\\&|A\rOBX|1|TX|||first line\nand another\npv1|x\rPV1||I\r')
  expect(message.segment('PV1')?.text(2)).toBe('I')
  expect(message.issues).toEqual([{ path: 'MSH', message: '2 lines are no segments and were left out', severity: 'warning' }])
})

test('the framing of MLLP, a byte order mark and blanks around a message are let pass', () => {
  for (const text of ['\u000bMSH|^~\\&|A\r\u001c\r', '\ufeffMSH|^~\\&|A', ' \r\n MSH|^~\\&|A\r\n ']) {
    expect(read(text).header.sender.application).toBe('A')
  }
})

test('control characters, NUL among them, are left out with a warning', () => {
  const message = read('MSH|^~\\&|A\u0000PP|F\u0007AC\rPID|||1\u0000\u001b2')
  expect(message.header.sender).toEqual({ application: 'APP', facility: 'FAC' })
  expect(message.segment('PID')?.text(3)).toBe('12')
  expect(message.issues.map((issue) => issue.message)).toEqual(['control characters were left out'])
})

test('batches and several messages in one body are refused with the place', () => {
  expect(refusal('FHS|^~\\&|A\rBHS|^~\\&|A\rMSH|^~\\&|A')).toMatchObject({ code: 'unreadable', issues: [{ path: 'FHS' }] })
  expect(refusal('BHS|^~\\&|A\rMSH|^~\\&|A')).toMatchObject({ code: 'unreadable', issues: [{ path: 'BHS' }] })
  expect(refusal(dischargeMessage() + dischargeMessage())).toMatchObject({ code: 'unreadable', issues: [{ path: 'MSH[2]' }] })
})

test.each(['', '\r\n', '\u000b\u001c\r', 'PID|1', '{"resourceType":"Bundle"}', '\u0000\u0000'])(
  'what is no message is refused: %j',
  (text) => {
    expect(refusal(text).code).toBe('unreadable')
  },
)

test('too many bytes, and too many segments, are refused', () => {
  const long = (bytes: number) => `MSH|^~\\&|A\rZZZ|`.padEnd(bytes, 'x')
  expect(read(long(mostBytes)).segment('ZZZ')).toBeDefined()
  expect(refusal(long(mostBytes + 1)).code).toBe('too-large')
  const many = (segments: number) => `MSH|^~\\&|A${'\rNTE|1'.repeat(segments - 1)}`
  expect([...read(many(mostSegments)).segments('NTE')]).toHaveLength(mostSegments - 1)
  expect(refusal(many(mostSegments + 1)).code).toBe('too-large')
  expect(refusal(dischargeMessage(), { maxBytes: 100 }).code).toBe('too-large')
})

test('a megabyte of pipes, of repetitions, of components or of escapes is read like anything else', () => {
  for (const junk of ['|', '~', '^', '&', '\\', '\\X', '\\F']) {
    const line = junk.repeat(Math.floor((mostBytes - 100) / junk.length))
    const message = read(`MSH|^~\\&|A\rPID|${line}\rPV1||I`)
    const pid = message.segment('PID')!
    expect(pid.fields(1).length).toBeLessThanOrEqual(mostRepetitions)
    pid.field(1).whole()
    expect(message.segment('PV1')?.text(2)).toBe('I')
  }
})

test('no bytes at all can make it throw', () => {
  const alphabet = fc.constantFrom(...'MSHPIDV1|^~\\&\r\n\u000b\u001c"X.é\u0000 '.split(''))
  const text = fc.string({ unit: alphabet, maxLength: 200 })
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 300 }),
        text.map(bytes),
        text.map((t) => bytes(`MSH|^~\\&|${t}`)),
      ),
      (input) => {
        const result = readMessage(input)
        headerOf(input)
        if (!result.ok) expect(['unreadable', 'too-large']).toContain(result.problem.code)
        else for (const one of result.value.segment('PID')?.fields(3) ?? []) one.part(4).whole()
      },
    ),
    { numRuns: 500 },
  )
})

test('a broken body still has a header for its answer', () => {
  expect(headerOf(bytes(`FHS|^~\\&|A\rBHS|^~\\&\r${dischargeMessage()}`))?.controlId).toBe('SB-1001')
  expect(headerOf(bytes('junk before\rMSH|^~\\&|A|B|C|D|2025||ADT^A03|77|P|2.5'))?.controlId).toBe('77')
  expect(headerOf(latin1(`${dischargeMessage({ MSH: { 18: 'KLINGON', 4: 'H\u00d4PITAL' } })}`))?.controlId).toBe('SB-1001')
  expect(headerOf(bytes('no header here, MSH is only a word'))).toBeUndefined()
  expect(headerOf(new Uint8Array(0))).toBeUndefined()
})

test('fields are split just as the parser of @medplum/core splits them', () => {
  const value = fc.string({ unit: fc.constantFrom(...'ab^~&\\'.split('')), maxLength: 12 })
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 8 }), (values) => {
      const text = `MSH|^~\\&|A\rZZ1|${values.join('|')}`
      const theirs = Hl7Message.parse(text).getSegment('ZZ1')!
      const ours = readMessage(bytes(text))
      if (!ours.ok) throw new Error('not read')
      const segment = ours.value.segment('ZZ1')!
      values.forEach((_, i) => {
        const repetitions = theirs.getField(i + 1).components.filter((parts) => parts.some((part) => part !== ''))
        expect(segment.raw(i + 1)).toBe(theirs.getField(i + 1).toString())
        expect(segment.fields(i + 1)).toHaveLength(repetitions.length)
      })
    }),
  )
})
