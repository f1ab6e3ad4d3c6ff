import { expect, test } from 'vitest'
import { odd, reading } from './support.ts'

const patient = (PID: Record<number, string>) => reading({ PID }).patient

test('identifier systems: what the connection says, else OID or UUID, else a name of our own', () => {
  const systems = (sent: string) => patient({ 3: sent }).identifiers.map((one) => one.system)
  expect(systems('1^^^STB&2.16.840.1.113883.19.5&ISO')).toEqual(['https://stbrendan.example/mrn'])
  expect(systems('1^^^OTHER&2.16.840.1.113883.19.5&ISO')).toEqual(['urn:oid:2.16.840.1.113883.19.5'])
  expect(systems('1^^^OTHER&2.16.840.1.113883.19.5')).toEqual(['urn:oid:2.16.840.1.113883.19.5'])
  expect(systems('1^^^&7E2F3B0C-6C1F-4D55-9C1E-0123456789AB&GUID')).toEqual(['urn:uuid:7e2f3b0c-6c1f-4d55-9c1e-0123456789ab'])
  expect(systems('1^^^EAST SIDE & CO')).toEqual(['urn:handoff:authority:EAST%20SIDE'])
  expect(systems('1^^^OTHER&not an oid&DNS')).toEqual(['urn:handoff:authority:OTHER'])
  expect(systems('1^^^&lab.example&DNS')).toEqual(['urn:handoff:authority:lab.example'])
  expect(systems('1^^^constructor')).toEqual(['urn:handoff:authority:constructor'])
})

test('a connection may name an authority by its universal id', () => {
  const read = reading({ PID: { 3: '1^^^X&1.2.3&ISO' } }, { assigningAuthorities: { '1.2.3': 'https://x.example' } })
  expect(read.patient.identifiers[0]?.system).toBe('https://x.example')
})

test('an OID as long as the line is a name, and takes no time', () => {
  const long = `1${'.1'.repeat(50_000)}x`
  expect(patient({ 3: `1^^^STB~2^^^&${long}&ISO` }).identifiers[1]?.system).toBe(`urn:handoff:authority:${long}`)
})

test('identifiers keep their type and period', () => {
  expect(patient({ 3: '1^^^STB^MR^^20200101^20251231' }).identifiers).toEqual([
    {
      system: 'https://stbrendan.example/mrn',
      value: '1',
      type: { codings: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }] },
      period: { start: '2020-01-01', end: '2025-12-31' },
    },
  ])
})

test('PID-19 is a social security number if it can be one', () => {
  const numbers = (sent: string) =>
    patient({ 19: sent })
      .identifiers.slice(1)
      .map(({ system, value }) => [system, value])
  expect(numbers('123-45-6789')).toEqual([['http://hl7.org/fhir/sid/us-ssn', '123456789']])
  expect(['999-99-9999', '000000000', '12345', 'REFUSED', ''].map(numbers)).toEqual([[], [], [], [], []])
})

test('names by their use, with all their parts', () => {
  expect(patient({ 5: 'QUINTERO^ROSA^M^JR^MS^PHD^L~DIAZ^ROSA^^^^^M~^ROSITA^^^^^N~^^^^MS' }).names).toEqual([
    { use: 'official', family: 'QUINTERO', given: ['ROSA', 'M'], prefix: 'MS', suffix: 'JR PHD' },
    { use: 'maiden', family: 'DIAZ', given: ['ROSA'] },
    { use: 'nickname', given: ['ROSITA'] },
  ])
})

test('a known name type that FHIR has no word for says nothing; an unknown one is flagged', () => {
  expect(odd(reading({ PID: { 5: 'QUINTERO^ROSA^^^^^A' } }))).toEqual([])
  expect(odd(reading({ PID: { 5: 'QUINTERO^ROSA^^^^^Q' } }))).toEqual(['PID-5.7'])
})

test('apostrophes, escapes and accents of names come through', () => {
  expect(patient({ 5: "O'BRIEN-NÚÑEZ^MARY\\T\\ANN" }).names[0]).toMatchObject({ family: "O'BRIEN-NÚÑEZ", given: ['MARY&ANN'] })
})

test.each([
  ['F', 'female'],
  ['m', 'male'],
  ['O', 'other'],
  ['A', 'other'],
  ['N', 'other'],
  ['U', 'unknown'],
])('sex %s is %s', (sent, gender) => {
  expect(patient({ 8: sent }).gender).toBe(gender)
})

test('an unknown sex stays out and is flagged, never called "other"', () => {
  const read = reading({ PID: { 8: 'X' } })
  expect([read.patient.gender, odd(read)]).toEqual([undefined, ['PID-8.1']])
})

test('births are days, as precise as they were sent', () => {
  const born = (sent: string) => patient({ 7: sent }).birthDate
  expect(['1984', '198402', '19840219', '198402192359', '19840219235900-1000'].map(born)).toEqual([
    ...['1984', '1984-02', '1984-02-19', '1984-02-19', '1984-02-19'],
  ])
  const none = reading({ PID: { 7: '00000000' } })
  expect([none.patient.birthDate, odd(none)]).toEqual([undefined, ['PID-7']])
})

test('deaths: when, or whether', () => {
  expect(patient({ 29: '20250310120000' }).deceased).toBe('2025-03-10T12:00:00-04:00')
  expect(patient({ 29: '202503', 30: 'N' }).deceased).toBe('2025-03')
  expect(patient({ 30: 'Y' }).deceased).toBe(true)
  expect(patient({ 30: 'n' }).deceased).toBe(false)
  expect(patient({}).deceased).toBeUndefined()
  expect(odd(reading({ PID: { 30: '1' } }))).toEqual(['PID-30'])
})

test('telephones and mail in all the ways they are sent', () => {
  const contact = (sent: string) => patient({ 13: sent }).contacts[0]
  expect(contact('(419)555-0142')).toEqual({ system: 'phone', value: '(419)555-0142', use: 'home' })
  expect(contact('^PRN^PH^^^419^5550142^77')).toEqual({ system: 'phone', value: '419 5550142 X77', use: 'home' })
  expect(contact('^PRS^CP^^^^^^^^^419-555-0142')).toEqual({ system: 'phone', value: '419-555-0142', use: 'mobile' })
  expect(contact('^NET^Internet^rosa@example.org')).toEqual({ system: 'email', value: 'rosa@example.org' })
  expect(contact('rosa@example.org^NET^Internet')).toEqual({ system: 'email', value: 'rosa@example.org' })
  expect(contact('^^^rosa@example.org')).toEqual({ system: 'email', value: 'rosa@example.org', use: 'home' })
  expect(contact('5550142^WPN^FX')).toEqual({ system: 'fax', value: '5550142', use: 'work' })
  expect(contact('5550142^VHN^PH')).toEqual({ system: 'phone', value: '5550142' })
  expect(contact('^PRN^PH')).toBeUndefined()
  expect(patient({ 13: '', 14: '5550142' }).contacts).toEqual([{ system: 'phone', value: '5550142', use: 'work' }])
  expect(odd(reading({ PID: { 13: '5550142^HOME^PIGEON' } }))).toEqual(['PID-13.3', 'PID-13.2'])
})

test('addresses with a street in parts, and without', () => {
  const address = (sent: string) => patient({ 11: sent }).addresses[0]
  expect(address('14 HARBOR ST&HARBOR ST&14^APT 3^TOLEDO^OH^43604^USA^BI^^LUCAS')).toEqual({
    use: 'billing',
    lines: ['14 HARBOR ST', 'HARBOR ST', '14', 'APT 3'],
    city: 'TOLEDO',
    county: 'LUCAS',
    state: 'OH',
    postalCode: '43604',
    country: 'USA',
  })
  expect(address('^^TOLEDO')).toEqual({ lines: [], city: 'TOLEDO' })
  expect(address('^^^^^^H')).toBeUndefined()
})
