import { expect, test } from 'vitest'
import { problem } from '../../src/domain/problem.ts'
import { acknowledge, answerBytes, type Outcome } from '../../src/hl7v2/acknowledge.ts'
import { headerOf, readMessage } from '../../src/hl7v2/message.ts'
import { bytes, dischargeMessage, latin1 } from '../support/hl7v2.ts'

const by = { id: 'ack-7', at: '2026-03-01T09:30:00.000Z' }
const accepted: Outcome = { accepted: true }
const refused = (code: Parameters<typeof problem>[0], ...issues: object[]): Outcome => ({
  accepted: false,
  problem: problem(code, 'Told in one sentence.', { issues: issues as [] }),
})
const answer = (msh: Record<number, string>, outcome: Outcome) =>
  acknowledge(headerOf(bytes(dischargeMessage({ MSH: msh }))), outcome, by)
const lines = (text: string) => text.split('\r')

test('a kept and applied message is answered AA, to its sender, under its own id', () => {
  const { code, text, wanted } = answer({}, accepted)
  expect(code).toBe('AA')
  expect(wanted).toBe(true)
  expect(lines(text)).toEqual([
    'MSH|^~\\&|HANDOFF|COORD|CAREADT|STBRENDAN|20260301093000.000+0000||ACK^A03^ACK|ack-7|P|2.5.1',
    'MSA|AA|SB-1001',
    '',
  ])
})

test('the answer has the version, processing id, separators and character set of the message', () => {
  const odd = 'MSH$%*!@$APP%1.2%ISO$FAC$US$$2025$$ADT%A08$1!F!2$T%x$2.3$$$$$$8859/1\r'
  expect(lines(acknowledge(headerOf(bytes(odd)), accepted, by).text)).toEqual([
    'MSH$%*!@$US$$APP%1.2%ISO$FAC$20260301093000.000+0000$$ACK%A08$ack-7$T%x$2.3$$$$$$8859/1',
    'MSA$AA$1!F!2',
    '',
  ])
})

test('a message without trigger event is answered ACK alone', () => {
  expect(answer({ 9: 'ADT' }, accepted).text).toContain('||ACK|ack-7|')
  expect(answer({ 9: 'ADT^A0|' }, accepted).text).toContain('||ACK|')
})

test('every issue is an ERR with its place, condition and severity, errors first', () => {
  const outcome = refused(
    'unreadable',
    { path: 'PV1-45', message: 'no time', severity: 'warning', condition: '102' },
    { path: 'PID-3[2].4', message: 'no authority', condition: '101' },
    { path: 'DG1[2]-3.1.2', message: 'odd', severity: 'information', condition: '103' },
    { path: 'PV1', message: 'missing', condition: '100' },
    { path: 'Encounter.status', message: 'no place in a message' },
  )
  const { code, text } = answer({}, outcome)
  expect(code).toBe('AE')
  expect(lines(text).slice(1)).toEqual([
    'MSA|AE|SB-1001|Told in one sentence.',
    'ERR||PID^1^3^2^4|101^Required field missing^HL70357|E|unreadable|||no authority',
    'ERR||PV1^1|100^Segment sequence error^HL70357|E|unreadable|||missing',
    'ERR|||199^Other HL7 error^HL70357|E|unreadable|||no place in a message',
    'ERR||PV1^1^45^1|102^Data type error^HL70357|W|unreadable|||no time',
    'ERR||DG1^2^3^1^1^2|103^Table value not found^HL70357|I|unreadable|||odd',
    '',
  ])
})

test('before version 2.5 the place stands in ERR-1 as well', () => {
  const { text } = answer({ 12: '2.3' }, refused('unreadable', { path: 'PV1-19', message: 'missing', condition: '101' }))
  expect(text).toContain('\rERR|PV1^1^19^101|PV1^1^19^1|101^Required field missing^HL70357|E|')
})

test('a problem without issues is one ERR', () => {
  expect(answer({}, refused('conflict')).text).toContain(
    '\rERR|||205^Duplicate key identifier^HL70357|E|conflict|||Told in one sentence.\r',
  )
})

test.each([
  ['unreadable', 'AE', '199'],
  ['conflict', 'AE', '205'],
  ['rule-broken', 'AE', '207'],
  ['not-supported', 'AR', '200'],
  ['unavailable', 'AR', '207'],
  ['unexpected', 'AR', '207'],
  ['too-large', 'AR', '104'],
] as const)('%s is %s with condition %s', (code, verdict, condition) => {
  const { text } = answer({}, refused(code))
  expect(text).toContain(`\rMSA|${verdict}|SB-1001|`)
  expect(text).toContain(`\rERR|||${condition}^`)
})

test.each([
  // MSH-15, MSH-16, accepted → the code, and whether it is wanted
  ['', '', true, 'AA', true],
  ['AL', 'NE', true, 'CA', true],
  ['AL', 'AL', true, 'CA', true],
  ['AL', '', false, 'CE', true],
  ['NE', 'AL', true, 'AA', true],
  ['NE', 'AL', false, 'AE', true],
  ['NE', 'NE', true, 'CA', false],
  ['ER', 'NE', true, 'CA', false],
  ['ER', 'NE', false, 'CE', true],
  ['ER', 'AL', true, 'AA', true],
  ['SU', 'NE', true, 'CA', true],
  ['SU', 'NE', false, 'CE', false],
  ['', 'ER', true, 'AA', false],
  ['nonsense', '', true, 'AA', true],
] as const)('MSH-15 %s and MSH-16 %s, accepted %s: %s, wanted %s', (commit, application, fine, code, wanted) => {
  expect(answer({ 15: commit, 16: application }, fine ? accepted : refused('unreadable'))).toMatchObject({ code, wanted })
})

test('what has no readable header still gets a well-formed refusal', () => {
  const { text, code } = acknowledge(headerOf(bytes('PID|1||not a message')), refused('unreadable'), by)
  expect(code).toBe('AE')
  expect(lines(text)).toEqual([
    'MSH|^~\\&|||||20260301093000.000+0000||ACK|ack-7|P|2.5.1',
    'MSA|AE||Told in one sentence.',
    'ERR|||199^Other HL7 error^HL70357|E|unreadable|||Told in one sentence.',
    '',
  ])
})

test('our own words cannot break the answer', () => {
  const { text } = answer({}, refused('unreadable', { message: 'a|b^c&d~e\\f\r\nPV1|x' }))
  expect(lines(text)).toHaveLength(4)
  const back = readMessage(bytes(text))
  expect(back.ok && back.value.segment('ERR')?.text(8)).toBe('a|b^c&d~e\\f\n\nPV1|x')
})

test('nothing but the header of a message is quoted, and of that no endless field and no control character', () => {
  const { text } = answer(
    { 3: 'A\u0000B', 4: 'x'.repeat(5000), 10: 'id\u00071' },
    refused('unreadable', { path: 'PID-5', message: 'odd' }),
  )
  expect(text).toContain('|AB||2026')
  expect(text).toContain('\rMSA|AE|id1|')
  expect(text).not.toMatch(/QUINTERO|x{100}/)
})

test('a thousand issues make fifty ERR', () => {
  const { text } = answer({}, refused('unreadable', ...Array.from({ length: 1000 }, () => ({ message: 'odd' }))))
  expect(lines(text).filter((line) => line.startsWith('ERR'))).toHaveLength(50)
})

test('the bytes of an answer are in the character set of its message', () => {
  const sent = dischargeMessage({ MSH: { 4: 'HÔPITAL', 18: '8859/1' } })
  const { text } = acknowledge(headerOf(latin1(sent)), accepted, by)
  expect(text).toContain('|HÔPITAL|')
  expect([...answerBytes(text)]).toEqual([...latin1(text)])
  expect(new TextDecoder().decode(answerBytes(answer({}, accepted).text))).toBe(answer({}, accepted).text)
  const wide = acknowledge(headerOf(bytes(dischargeMessage({ MSH: { 18: 'UNICODE UTF-16' } }))), accepted, by).text
  expect(new TextDecoder('utf-16le').decode(answerBytes(wide))).toBe(wide)
})
