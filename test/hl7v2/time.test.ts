import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isTimeZone, offsetOf, readTime } from '../../src/hl7v2/time.ts'

const newYork = { timeZone: 'America/New_York' }

test.each([
  ['2025', '2025', 'year'],
  ['202503', '2025-03', 'month'],
  ['20250310', '2025-03-10', 'day'],
  ['2025031023', '2025-03-10T23:00:00-04:00', 'hour'],
  ['202503102340', '2025-03-10T23:40:00-04:00', 'minute'],
  ['20250310234015', '2025-03-10T23:40:15-04:00', 'second'],
  ['20250310234015.1234', '2025-03-10T23:40:15.1234-04:00', 'second'],
])('%s is %s: what is partial stays partial', (value, text, precision) => {
  expect(readTime(value, newYork)).toMatchObject({ text, precision })
})

test('an offset that was sent wins over every zone, and stays as it was sent', () => {
  expect(readTime('20250310234000+0545', newYork)).toMatchObject({ text: '2025-03-10T23:40:00+05:45', offsetFrom: 'sender' })
  expect(readTime('20250310-0500', newYork)).toEqual({ text: '2025-03-10', precision: 'day' })
})

test('without a zone the offset of the message counts, without that UTC, and it shows', () => {
  expect(readTime('20250310234000', { offset: '-05:00' })).toMatchObject({
    text: '2025-03-10T23:40:00-05:00',
    offsetFrom: 'message',
  })
  expect(readTime('20250310234000')).toMatchObject({ text: '2025-03-10T23:40:00Z', offsetFrom: 'utc' })
  expect(readTime('20250310234000', { timeZone: 'Mars/Olympus' })).toMatchObject({ offsetFrom: 'utc' })
})

test('winter and summer have their own offsets', () => {
  expect(readTime('20250115120000', newYork)?.text).toBe('2025-01-15T12:00:00-05:00')
  expect(readTime('20250715120000', newYork)?.text).toBe('2025-07-15T12:00:00-04:00')
  expect(readTime('20250715120000', { timeZone: 'America/Phoenix' })?.text).toBe('2025-07-15T12:00:00-07:00')
  expect(readTime('20250715120000', { timeZone: 'UTC' })?.text).toBe('2025-07-15T12:00:00+00:00')
})

test('the night the clocks go forward: 02:30 never was, and moves on by the gap', () => {
  expect(readTime('20250309015959', newYork)).toEqual({
    text: '2025-03-09T01:59:59-05:00',
    precision: 'second',
    offsetFrom: 'zone',
  })
  expect(readTime('20250309023000', newYork)).toMatchObject({ text: '2025-03-09T03:30:00-04:00', oddity: 'skipped' })
  expect(readTime('20250309030000', newYork)).toEqual({
    text: '2025-03-09T03:00:00-04:00',
    precision: 'second',
    offsetFrom: 'zone',
  })
})

test('the night the clocks go back: 01:30 was twice, and is the first', () => {
  expect(readTime('20251102005959', newYork)).toMatchObject({ text: '2025-11-02T00:59:59-04:00' })
  expect(readTime('20251102013000', newYork)).toMatchObject({ text: '2025-11-02T01:30:00-04:00', oddity: 'ambiguous' })
  expect(readTime('20251102020000', newYork)).toEqual({
    text: '2025-11-02T02:00:00-05:00',
    precision: 'second',
    offsetFrom: 'zone',
  })
})

test('zones that move by half an hour, at midnight, or over the date line', () => {
  expect(readTime('20250406014500', { timeZone: 'Australia/Lord_Howe' })).toMatchObject({
    text: '2025-04-06T01:45:00+11:00',
    oddity: 'ambiguous',
  })
  expect(readTime('20251005021500', { timeZone: 'Australia/Lord_Howe' })).toMatchObject({
    text: '2025-10-05T02:45:00+11:00',
    oddity: 'skipped',
  })
  expect(readTime('20240908003000', { timeZone: 'America/Santiago' })).toMatchObject({
    text: '2024-09-08T01:30:00-03:00',
    oddity: 'skipped',
  })
  expect(readTime('20111230120000', { timeZone: 'Pacific/Apia' })).toMatchObject({
    text: '2011-12-31T12:00:00+14:00',
    oddity: 'skipped',
  })
})

test('TS.2 of old senders says how much of a time is meant', () => {
  expect(readTime('20250310000000', newYork, 'D')?.text).toBe('2025-03-10')
  expect(readTime('20250310000000', newYork, 'L')?.text).toBe('2025-03')
  expect(readTime('20250310000000', newYork, 'Y')?.text).toBe('2025')
  expect(readTime('20250310234000', newYork, 'constructor')?.text).toBe('2025-03-10T23:40:00-04:00')
})

test.each([
  ...[
    '',
    'yesterday',
    '25',
    '2025-03-10',
    '20251301',
    '20250230',
    '20230229',
    '20250310240000',
    '20250310236000',
    '20250310235960',
  ],
  ...['202503102', '00000000', '00010101000000', '20250310234000+1500', '20250310234000+0560', '20250310234000-', '٢٠٢٥'],
  '2'.repeat(1_000_000),
])('%.20s is no time', (value) => {
  expect(readTime(value, newYork)).toBeUndefined()
})

test('29 February is a day every fourth year, but not in 1900', () => {
  expect(readTime('20240229')?.text).toBe('2024-02-29')
  expect(readTime('20000229')?.text).toBe('2000-02-29')
  expect(readTime('19000229')).toBeUndefined()
})

test('an instant read in a zone is the very clock of that zone', () => {
  const zones = [
    'America/New_York',
    'Europe/London',
    'Australia/Lord_Howe',
    'America/St_Johns',
    'Asia/Kathmandu',
    'America/Sao_Paulo',
  ]
  const two = (n: number) => String(n).padStart(2, '0')
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.date({ min: new Date('1975-01-01'), max: new Date('2037-12-31'), noInvalidDate: true }),
      (timeZone, date) => {
        const digits = date.toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')
        const time = readTime(digits, { timeZone })!
        const format = new Intl.DateTimeFormat('en-US', {
          timeZone,
          hourCycle: 'h23',
          ...({
            year: 'numeric',
            month: 'numeric',
            day: 'numeric',
            hour: 'numeric',
            minute: 'numeric',
            second: 'numeric',
          } as const),
        })
        const at = Object.fromEntries(format.formatToParts(new Date(time.text)).map((part) => [part.type, Number(part.value)]))
        const clock = `${at.year}-${two(at.month!)}-${two(at.day!)}T${two(at.hour!)}:${two(at.minute!)}:${two(at.second!)}`
        expect(time.text.slice(0, 19)).toBe(clock)
        if (time.oddity !== 'skipped') expect(clock.replaceAll(/[-:T]/g, '')).toBe(digits)
      },
    ),
    { numRuns: 300 },
  )
})

test('the offset of a whole message is what MSH-7 carries', () => {
  expect(offsetOf('20250310234500-0400')).toBe('-04:00')
  expect([offsetOf('20250310234500'), offsetOf('20250310-0400'), offsetOf('x'), offsetOf(undefined)]).toEqual(
    Array(4).fill(undefined),
  )
})

test('time zones are known by name', () => {
  expect([isTimeZone('America/Denver'), isTimeZone('EST5EDT4'), isTimeZone('')]).toEqual([true, false, false])
})
