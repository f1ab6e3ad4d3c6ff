import { expect, test } from 'vitest'
import { odd, reading } from './support.ts'

const actCode = 'http://terminology.hl7.org/CodeSystem/v3-ActCode'
const table4 = 'http://terminology.hl7.org/CodeSystem/v2-0004'
const nubc = 'https://www.nubc.org/CodeSystem/PatDischargeStatus'
const table112 = 'http://terminology.hl7.org/CodeSystem/v2-0112'

test.each([
  ['E', actCode, 'EMER'],
  ['I', actCode, 'IMP'],
  ['i', actCode, 'IMP'],
  ['O', actCode, 'AMB'],
  ['P', actCode, 'PRENC'],
  ['R', table4, 'R'],
  ['B', table4, 'B'],
  ['U', table4, 'U'],
])('patient class %s is %s|%s', (sent, system, code) => {
  const read = reading({ PV1: { 2: sent } })
  expect([read.visit.class, odd(read)]).toEqual([{ system, code }, []])
})

test('an unknown patient class is kept as sent and flagged, never called "other"', () => {
  const read = reading({ PV1: { 2: 'OBS^Observation^99STB' } })
  expect(read.visit.class).toEqual({ system: 'urn:handoff:code-system:99STB', code: 'OBS', display: 'Observation' })
  expect(odd(read)).toEqual(['PV1-2'])
  const none = reading({ PV1: { 2: '' } })
  expect([none.visit.class, odd(none)]).toEqual([undefined, ['PV1-2']])
})

test.each([
  ['01', '01'],
  ['1', '01'],
  ['7', '07'],
  ['20', '20'],
  ['65^^NUBC', '65'],
  ['93^^HL70112', '93'],
  ['02^^0112', '02'],
])('disposition %s is %s', (sent, code) => {
  const read = reading({ PV1: { 36: sent } })
  expect([read.visit.disposition?.system, read.visit.disposition?.code, odd(read)]).toEqual([nubc, code, []])
})

test('an unknown disposition, or one of a system of its own, is kept as sent and flagged', () => {
  const read = (sent: string) => {
    const { visit, issues } = reading({ PV1: { 36: sent } })
    return [visit.disposition, issues.map((issue) => issue.path)]
  }
  expect(read('HOME')).toEqual([{ system: table112, code: 'HOME' }, ['PV1-36']])
  expect(read('07^Sent to ward 7^L')).toEqual([
    { system: 'urn:handoff:code-system:L', code: '07', display: 'Sent to ward 7' },
    ['PV1-36'],
  ])
  expect(read('')).toEqual([undefined, []])
})

test('the visit number is PV1-19; else the account stands for it, flagged; else there is none, flagged', () => {
  const number = (PV1: Record<number, string>, PID: Record<number, string> = {}) => {
    const read = reading({ PV1, PID })
    return [read.visit.number, odd(read)]
  }
  expect(number({ 19: 'V1' })).toEqual([{ value: 'V1' }, []])
  expect(number({ 19: '' }, { 18: 'ACC1^^^STB' })).toEqual([
    { system: 'https://stbrendan.example/mrn', value: 'ACC1' },
    ['PV1-19'],
  ])
  expect(number({ 19: '' })).toEqual([undefined, ['PV1-19']])
})

test('account and alternate visit number are further identifiers of the visit', () => {
  const { visit } = reading({ PV1: { 50: 'ALT^^^STB' }, PID: { 18: 'ACC' } })
  expect(visit.identifiers?.map((one) => [one.value, one.type?.codings[0]?.code])).toEqual([
    ['ALT', undefined],
    ['ACC', 'AN'],
  ])
})

test('a service that is psychiatry in common use says so; others say nothing either way', () => {
  expect(reading({ PV1: { 10: 'psych' } }).visit.psychiatric).toBe(true)
  expect(reading({ PV1: { 10: 'MED' } }).visit.psychiatric).toBeUndefined()
  expect(reading({ PV1: { 10: '' } }).visit.psychiatric).toBeUndefined()
})

test('where from and where to, by name', () => {
  expect(reading({ PV1: { 3: '4 WEST^412^B^STB^^^NORTH^4' } }).visit.location).toBe('NORTH / 4 / 4 WEST / 412 / B')
  expect(reading({ PV1: { 3: '^^^STB' } }).visit.location).toBe('STB')
  expect(reading({ PV1: { 37: 'SNF3&Lakeside Care&99STB^20250310' } }).visit.destination).toEqual({
    external: { system: 'urn:handoff:code-system:99STB', value: 'SNF3', resourceType: 'Location', display: 'Lakeside Care' },
  })
  expect(reading({ PV1: { 37: 'SNF3' } }).visit.destination).toEqual({
    external: { system: 'http://terminology.hl7.org/CodeSystem/v2-0113', value: 'SNF3', resourceType: 'Location' },
  })
})

test('the attending doctor, whatever identifies them', () => {
  const attending = (sent: string) => reading({ PV1: { 7: sent } }).visit.attending
  expect(attending('77^OKAFOR^NNAMDI^J^SR^DR^MD^^STB')).toEqual({
    external: {
      system: 'https://stbrendan.example/mrn',
      value: '77',
      resourceType: 'Practitioner',
      display: 'DR NNAMDI J OKAFOR SR',
    },
  })
  expect(attending('^OKAFOR')).toEqual({ external: { resourceType: 'Practitioner', display: 'OKAFOR' } })
  expect(attending('^^^^^^MD')).toBeUndefined()
})

const diagnosed = (...segments: string[]) => {
  const base =
    'MSH|^~\\&|A|STBRENDAN|||20250310||ADT^A03|1|P|2.5\rPID|||1^^^STB\rPV1||I|||||||||||||||||V1||||||||||||||||||||||||||20250310\r'
  const read = reading(base + segments.map((segment) => `DG1|${segment}\r`).join(''))
  return { of: read.diagnoses.map((one) => [one.code.codings[0]?.code ?? one.code.text, one.role]), odd: odd(read) }
}

test('roles of diagnoses: admitting by type, principal and secondary by priority, working has none', () => {
  expect(
    diagnosed(
      '1||F32.2^^I10C|||A',
      '2||F32.2^^I10C|||F|||||||||1',
      '3||F10.20^^I10C|||F|||||||||2',
      '4||R45^^I10C|||W|||||||||1',
    ),
  ).toEqual({
    of: [
      ['F32.2', 'admitting'],
      ['F32.2', 'principal'],
      ['F10.20', 'secondary'],
      ['R45', undefined],
    ],
    odd: [],
  })
})

test('without priorities the order tells, and that is flagged', () => {
  expect(diagnosed('1||F20.9^^I10C|||F', '2||F10.20^^I10C|||F')).toEqual({
    of: [
      ['F20.9', undefined],
      ['F10.20', undefined],
    ],
    odd: ['DG1-15'],
  })
  expect(diagnosed('1||F20.9^^I10C|||F').odd).toEqual([])
})

test('a deleted diagnosis is none, one without code and text is left out and flagged, an unknown type is flagged', () => {
  expect(diagnosed(`1||F20.9^^I10C|||F${'|'.repeat(15)}D`, '2||||||F', '3||F31.9^^I10C|||Z')).toEqual({
    of: [['F31.9', undefined]],
    odd: ['DG1[2]-3', 'DG1[3]-6.1'],
  })
})

test('codes, systems and words of a diagnosis', () => {
  const code = (fields: Record<number, string>) => reading({ DG1: { 1: '1', 6: 'F', ...fields } }).diagnoses[0]?.code
  const icd = 'http://hl7.org/fhir/sid/icd-10-cm'
  expect(code({ 3: 'F322^^I10' })?.codings).toEqual([{ system: icd, code: 'F32.2' }])
  expect(code({ 3: 'F20^^ICD-10-CM' })?.codings).toEqual([{ system: icd, code: 'F20' }])
  expect(code({ 2: 'I9', 3: '295.30' })?.codings).toEqual([{ system: 'http://hl7.org/fhir/sid/icd-9-cm', code: '295.30' }])
  expect(code({ 3: '35489007^Depression^SCT^F32.9^Depression, unspecified^I10C^20240301^2025' })?.codings).toEqual([
    { system: 'http://snomed.info/sct', version: '20240301', code: '35489007', display: 'Depression' },
    { system: icd, version: '2025', code: 'F32.9', display: 'Depression, unspecified' },
  ])
  expect(code({ 3: 'X1^^99LOCAL' })?.codings).toEqual([{ system: 'urn:handoff:code-system:99LOCAL', code: 'X1' }])
  expect(code({ 3: 'X1^^2.16.840.1.113883.6.90' })?.codings).toEqual([{ system: 'urn:oid:2.16.840.1.113883.6.90', code: 'X1' }])
  expect(code({ 3: '^depressed & anxious' })).toEqual({ codings: [], text: 'depressed & anxious' })
  expect(code({ 3: '', 4: 'depressed & anxious' })).toEqual({ codings: [], text: 'depressed & anxious' })
  expect(code({ 3: 'F32.2^^I10C', 4: 'Severe depression' })).toEqual({
    codings: [{ system: icd, code: 'F32.2' }],
    text: 'Severe depression',
  })
})

test('present on admission', () => {
  const onAdmission = (sent: string) => reading({ DG1: { 26: sent } }).diagnoses[0]?.onAdmission
  expect(['Y', 'N', 'U', 'W', ''].map(onAdmission)).toEqual([true, false, undefined, undefined, undefined])
})

test('coverages, first payer first', () => {
  const read = reading({
    IN1: {
      1: '1',
      2: 'HMO1^Lake HMO^99STB',
      3: '77^^^STB',
      4: 'Lake Health',
      8: 'G5',
      12: '20250101',
      13: '20251231',
      17: 'SEL',
      36: 'POL9',
      49: 'MEM4^^^STB',
    },
  })
  expect(read.coverages).toEqual([
    {
      rank: 1,
      plan: { codings: [{ system: 'urn:handoff:code-system:99STB', code: 'HMO1', display: 'Lake HMO' }] },
      payer: { name: 'Lake Health', identifiers: [{ system: 'https://stbrendan.example/mrn', value: '77' }] },
      memberId: 'MEM4',
      group: 'G5',
      relationship: { codings: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0063', code: 'SEL' }] },
      period: { start: '2025-01-01', end: '2025-12-31' },
    },
  ])
  expect(reading({ IN1: { 1: '1', 36: 'POL9' } }).coverages).toEqual([{ rank: 1, memberId: 'POL9' }])
  expect(reading({ IN1: { 1: '1' } }).coverages).toEqual([])
})
