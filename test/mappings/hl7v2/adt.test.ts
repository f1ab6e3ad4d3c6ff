import { expect, test } from 'vitest'
import { adtEvents } from '../../../mappings/hl7v2/adt.ts'
import { dischargeMessage } from '../../support/hl7v2.ts'
import { odd, reading, refusal, stBrendan, unclaimed } from './support.ts'

test('Rosa Quintero leaves the psychiatric unit: every fact of it, and nothing odd', () => {
  expect(reading()).toEqual({
    event: 'discharge',
    source: 'adt',
    trigger: 'A03',
    messageId: 'SB-1001',
    sender: { application: 'CAREADT', facility: 'STBRENDAN' },
    recordedAt: '2025-03-10T23:44:00-04:00',
    sentAt: '2025-03-10T23:45:00-04:00',
    test: false,
    patient: {
      identifiers: [
        {
          system: 'https://stbrendan.example/mrn',
          value: '778812',
          type: { codings: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }] },
        },
      ],
      names: [{ use: 'official', family: 'QUINTERO', given: ['ROSA', 'M'] }],
      birthDate: '1984-02-19',
      gender: 'female',
      contacts: [{ system: 'phone', value: '+1 419 5550142', use: 'home' }],
      addresses: [
        { use: 'home', lines: ['14 HARBOR ST', 'APT 3'], city: 'TOLEDO', state: 'OH', postalCode: '43604', country: 'USA' },
      ],
    },
    visit: {
      number: { system: 'https://stbrendan.example/mrn', value: 'V90017' },
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
      psychiatric: true,
      admittedAt: '2025-03-02T08:15:00-05:00',
      dischargedAt: '2025-03-10T23:40:00-04:00',
      timeZone: 'America/New_York',
      disposition: { system: 'https://www.nubc.org/CodeSystem/PatDischargeStatus', code: '01', display: 'Home' },
      attending: {
        external: {
          system: 'http://hl7.org/fhir/sid/us-npi',
          value: '1871500000',
          resourceType: 'Practitioner',
          display: 'DR NNAMDI OKAFOR',
        },
      },
      location: 'PSY4 / 412 / B',
      facility: { id: 'org-stbrendan' },
      admitReason: { codings: [], text: 'suicidal ideation' },
    },
    diagnoses: [
      {
        code: {
          codings: [
            {
              system: 'http://hl7.org/fhir/sid/icd-10-cm',
              code: 'F32.2',
              display: 'Major depressive disorder, single episode, severe',
            },
          ],
        },
        role: 'principal',
      },
    ],
    coverages: [],
    issues: [],
  })
})

test.each([
  ['A01', 'admit'],
  ['A02', 'update'],
  ['A03', 'discharge'],
  ['A04', 'register'],
  ['A05', 'pre-admit'],
  ['A06', 'update'],
  ['A07', 'update'],
  ['A08', 'update'],
  ['A11', 'cancel-admit'],
  ['A13', 'cancel-discharge'],
])('%s is %s', (trigger, event) => {
  expect(reading({ MSH: { 9: `ADT^${trigger}` } })).toMatchObject({ trigger, event })
  expect(reading({ MSH: { 9: `adt^${trigger.toLowerCase()}` } })).toMatchObject({ trigger, event })
  expect(adtEvents[trigger]).toBe(event)
})

test('version 2.1 has its trigger event in EVN-1', () => {
  expect(reading({ MSH: { 9: 'ADT', 12: '2.1' }, EVN: { 1: 'A01' } }).event).toBe('admit')
})

test.each([
  ['P', false],
  ['T', true],
  ['D', true],
  ['t^x', true],
])('MSH-11 %s: a test is %s', (processing, test) => {
  expect(reading({ MSH: { 11: processing } })).toMatchObject({ test, issues: [] })
})

test('without MSH-11, or with another, it is production, and flagged', () => {
  for (const processing of ['', 'X', 'PT']) {
    const read = reading({ MSH: { 11: processing } })
    expect([read.test, odd(read)]).toEqual([false, ['MSH-11']])
  }
})

test('a discharge without its time takes that of the event, of its record, of the message, and says so', () => {
  const without = (EVN: Record<number, string>, MSH = {}) => reading({ PV1: { 45: '' }, EVN, MSH })
  expect(without({ 6: '20250310230000' }).visit.dischargedAt).toBe('2025-03-10T23:00:00-04:00')
  expect(without({}).visit.dischargedAt).toBe('2025-03-10T23:44:00-04:00')
  expect(without({ 2: '' }).visit.dischargedAt).toBe('2025-03-10T23:45:00-04:00')
  expect(without({}).issues).toEqual([
    { path: 'PV1-45', message: 'no discharge time; EVN-2 stands for it', severity: 'warning', condition: '101' },
  ])
  const never = without({ 2: '' }, { 7: '' })
  expect(never.visit.dischargedAt).toBeUndefined()
  expect(odd(never)).toEqual(['PV1-45'])
})

test('a discharge time that is none, or taken back, is no better than a missing one', () => {
  expect(reading({ PV1: { 45: '99999999' } })).toMatchObject({ visit: { dischargedAt: '2025-03-10T23:44:00-04:00' } })
  expect(odd(reading({ PV1: { 45: '99999999' } }))).toEqual(['PV1-45', 'PV1-45'])
  expect(reading({ PV1: { 45: '""' } }).visit.dischargedAt).toBe('2025-03-10T23:44:00-04:00')
})

test('only a discharge needs a discharge time', () => {
  for (const trigger of ['A01', 'A08', 'A13']) {
    const read = reading({ MSH: { 9: `ADT^${trigger}` }, PV1: { 45: '' } })
    expect([read.visit.dischargedAt, odd(read)]).toEqual([undefined, []])
  }
})

test('an update may take back what was said: null, not absent', () => {
  const { visit } = reading({
    MSH: { 9: 'ADT^A08' },
    PV1: { 3: '""', 7: '""', 36: '""', 37: '""', 44: '""', 45: '""' },
    PV2: { 3: '""' },
  })
  const taken = { location: null, attending: null, disposition: null, destination: null, admittedAt: null, dischargedAt: null }
  expect(visit).toMatchObject({ ...taken, admitReason: null })
  const silent = reading({ MSH: { 9: 'ADT^A08' }, PV1: { 3: '', 7: '', 36: '', 44: '', 45: '' }, PV2: undefined }).visit
  expect(Object.keys(silent).sort()).toEqual(['class', 'facility', 'number', 'psychiatric', 'timeZone'])
})

test('a partial discharge date stays partial', () => {
  expect(reading({ PV1: { 45: '20250310' } }).visit.dischargedAt).toBe('2025-03-10')
})

test('a discharge in the hour that was twice is the first of them, and flagged; in the hour that never was, moved on', () => {
  const twice = reading({ PV1: { 45: '20251102013000' } })
  expect([twice.visit.dischargedAt, odd(twice)]).toEqual(['2025-11-02T01:30:00-04:00', ['PV1-45']])
  const never = reading({ PV1: { 45: '20250309023000' } })
  expect([never.visit.dischargedAt, odd(never)]).toEqual(['2025-03-09T03:30:00-04:00', ['PV1-45']])
})

test('a sender that no connection claims: offsets as sent, namespaces as names of our own, and marked', () => {
  const read = unclaimed({ PID: { 3: '1^^^STB^MR~2^^^&1.2.840.1&ISO' } })
  expect(read.patient.identifiers.map((one) => one.system)).toEqual(['urn:handoff:authority:STB', 'urn:oid:1.2.840.1'])
  expect(read.visit.dischargedAt).toBe('2025-03-10T23:40:00-04:00')
  expect(read.visit.timeZone).toBeUndefined()
  expect(read.visit.facility).toEqual({
    external: {
      system: 'urn:ietf:rfc:3986',
      value: 'urn:handoff:authority:STBRENDAN',
      resourceType: 'Organization',
      display: 'STBRENDAN',
    },
  })
  expect(odd(read)).toEqual(['MSH-3'])
})

test('with no offset anywhere, times are read as UTC, and flagged once', () => {
  const read = unclaimed({ MSH: { 7: '20250310234500' } })
  expect(read.visit.dischargedAt).toBe('2025-03-10T23:40:00Z')
  expect(odd(read)).toEqual(['MSH-3', 'MSH-7'])
})

test('a time zone that does not exist is flagged, and the offset of the message counts', () => {
  const read = reading({}, { ...stBrendan, timeZone: 'America/Nowhere' })
  expect(read.visit).toMatchObject({ dischargedAt: '2025-03-10T23:40:00-04:00' })
  expect(read.visit.timeZone).toBeUndefined()
  expect(odd(read)).toEqual(['MSH-7'])
})

test('everything that a message lacks is told at once', () => {
  const problem = refusal('MSH|^~\\&|A|B|||20250310||||P|2.5\rEVN||20250310\r')
  expect(problem.code).toBe('unreadable')
  expect(problem.issues.map((issue) => issue.path)).toEqual(['MSH-9', 'MSH-10', 'PID', 'PV1'])
  expect(refusal({ MSH: { 9: 'ADT' }, EVN: undefined, PID: { 3: '' } }).issues.map((issue) => issue.path)).toEqual([
    'MSH-9.2',
    'PID-3',
  ])
})

test('a patient identifier without an authority is none to go by', () => {
  for (const [PID, path] of [
    [{ 3: '' }, 'PID-3'],
    [{ 3: '""' }, 'PID-3'],
    [{ 3: '^^^STB' }, 'PID-3'],
    [{ 3: '1^^^^MR~2' }, 'PID-3.4'],
    [{ 3: '1^^^""^MR' }, 'PID-3.4'],
  ] as const) {
    expect(refusal({ PID })).toMatchObject({ code: 'unreadable', issues: [{ path, condition: '101' }] })
  }
})

test('one identifier with an authority is enough; those without are kept, without a system', () => {
  const { identifiers } = reading({ PID: { 3: '1~2^^^STB~3^^^^MR' } }).patient
  expect(identifiers.map(({ system, value }) => [system, value])).toEqual([
    [undefined, '1'],
    ['https://stbrendan.example/mrn', '2'],
    [undefined, '3'],
  ])
})

test('a control id that is longer than the standard allows is no key', () => {
  expect(reading({ MSH: { 10: 'x'.repeat(199) } }).messageId).toHaveLength(199)
  expect(refusal({ MSH: { 10: 'x'.repeat(200) } })).toMatchObject({ issues: [{ path: 'MSH-10', condition: '104' }] })
})

test.each([
  [{ 9: 'ORU^R01' }, 'MSH-9.1', '200'],
  [{ 9: 'ADT^A40' }, 'MSH-9.2', '201'],
  [{ 9: 'ADT^constructor' }, 'MSH-9.2', '201'],
  [{ 12: '3.0' }, 'MSH-12', '203'],
  [{ 12: '2.5\u00b2' }, 'MSH-12', '203'],
])('what is not ours to read is not supported: %j', (MSH, path, condition) => {
  expect(refusal({ MSH })).toMatchObject({ code: 'not-supported', issues: [{ path, condition }] })
})

test('every version 2 is read, and one without version too', () => {
  for (const version of ['2.1', '2.2', '2.3', '2.3.1', '2.4', '2.5', '2.5.1', '2.6', '2.7.1', '2.8.2', '2.9', '2.5.1^USA', '']) {
    expect(reading({ MSH: { 12: version } }).issues).toEqual([])
  }
})

test('what was odd in the message itself stays with the reading', () => {
  expect(reading(`${dischargeMessage()}not a segment\r`).issues).toEqual([
    { path: 'MSH', message: '1 lines are no segments and were left out', severity: 'warning' },
  ])
})
