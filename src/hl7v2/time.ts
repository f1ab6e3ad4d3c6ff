/**
 * HL7 v2 times (TS, DTM, DT: `YYYY[MM[DD[HH[MM[SS[.S…]]]]]][±ZZZZ]`) as FHIR dateTimes. What is partial stays partial; a time of day always
 * becomes an instant with an offset: its own, else that of the sender's time zone on that day.
 * https://www.hl7.eu/HL7v2x/v251/std251/ch02a.html#Heading29 · https://hl7.org/fhir/R4/datatypes.html#dateTime
 *
 * Time zones come from Intl: Temporal is not in every runtime that this has to run on.
 */
import { unlessThrown } from '../domain/problem.ts'

export interface Clockwork {
  /** IANA zone of the connection: `America/New_York`. */
  readonly timeZone?: string
  /** Offset to assume where there is no zone: that of MSH-7, which stands for the whole message. `-05:00` */
  readonly offset?: string
}

interface V2Time {
  /** `2025`, `2025-03`, `2025-03-10`, or an instant: `2025-03-10T23:40:00-04:00`. */
  readonly text: string
  readonly precision: 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second'
  /** Where the offset of an instant comes from; `utc`: from nowhere. */
  readonly offsetFrom?: 'sender' | 'zone' | 'message' | 'utc'
  /** Daylight saving: the clock showed this time twice (the first is taken), or never (moved on by the gap). */
  readonly oddity?: 'ambiguous' | 'skipped'
}

const DTM = /^(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:\.(\d{1,9}))?)?)?)?)?)?([+-]\d{4})?$/
/** TS.2, degree of precision, before version 2.3: digits that count. */
const digitsOf: Readonly<Record<string, number>> = { Y: 4, L: 6, D: 8, H: 10, M: 12, S: 14 }

/**
 * Reads a time; `undefined` if it is none (32 March, 25 o'clock, words). A pure function of its arguments and the time zone database.
 *
 * @param degree TS.2 of old versions: `D` says that only the day is meant, whatever digits follow
 */
export function readTime(value: string, clockwork: Clockwork = {}, degree?: string): V2Time | undefined {
  if (value.length > 40) return undefined
  const match = DTM.exec(value)
  if (!match) return undefined
  const [, year = '', month, day, hour, minute, second, fraction, sent] = match
  if (year < '1800' || !isDay(year, month, day)) return undefined
  const digits = (degree && digitsOf[degree.toUpperCase()]) || 14
  if (month === undefined || digits <= 4) return { text: year, precision: 'year' }
  if (day === undefined || digits <= 6) return { text: `${year}-${month}`, precision: 'month' }
  const date = `${year}-${month}-${day}`
  if (hour === undefined || digits <= 8) return { text: date, precision: 'day' }
  const [h, m, s] = [hour, minute ?? '00', second ?? '00']
  if (h > '23' || m > '59' || s > '59') return undefined
  const precision = minute === undefined ? 'hour' : second === undefined ? 'minute' : 'second'
  const time = `${h}:${m}:${s}${fraction === undefined ? '' : `.${fraction}`}`
  if (sent !== undefined) {
    const offset = `${sent.slice(0, 3)}:${sent.slice(3)}`
    return isOffset(offset) ? { text: `${date}T${time}${offset}`, precision, offsetFrom: 'sender' } : undefined
  }
  const zone = clockwork.timeZone === undefined ? undefined : zoneOf(clockwork.timeZone)
  if (zone === undefined) {
    const offsetFrom = clockwork.offset === undefined ? 'utc' : 'message'
    return { text: `${date}T${time}${clockwork.offset ?? 'Z'}`, precision, offsetFrom }
  }
  return { ...inZone(date, time, zone), precision, offsetFrom: 'zone' }
}

/** The offset that a time carries itself, as `-05:00`. */
export function offsetOf(value: string | undefined): string | undefined {
  if (value === undefined || !'+-'.includes(value.charAt(value.length - 5))) return undefined
  const time = readTime(value)
  return time?.offsetFrom === 'sender' ? time.text.slice(-6) : undefined
}

/** Whether this runtime knows the time zone. */
export const isTimeZone = (name: string): boolean => zoneOf(name) !== undefined

const daysOfMonths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function isDay(year: string, month = '01', day = '01'): boolean {
  const y = Number(year)
  const leap = month === '02' && ((y % 4 === 0 && y % 100 !== 0) || y % 400 === 0)
  const days = daysOfMonths[Number(month) - 1]
  return days !== undefined && day >= '01' && Number(day) <= (leap ? 29 : days)
}

/** FHIR allows -14:00 … +14:00. */
const isOffset = (offset: string): boolean => offset.slice(4) <= '59' && offset.slice(1) <= '14:00'

const DAY = 86_400_000

/**
 * A local time in a zone, as RFC 5545 (3.3.5) has it: of two instants the first, in a gap the offset from before it.
 */
function inZone(date: string, time: string, zone: Zone): Pick<V2Time, 'text' | 'oddity'> {
  const { steady, before, after, change } = zone.around(date)
  if (steady !== undefined) return { text: `${date}T${time}${steady}` }
  const local = Date.parse(`${date}T${time}Z`)
  const early = local - before < change
  const late = local - after >= change
  if (early) return { text: `${date}T${time}${offsetText(before)}`, ...(late && { oddity: 'ambiguous' }) }
  if (late) return { text: `${date}T${time}${offsetText(after)}` }
  const moved = new Date(local + after - before).toISOString()
  return { text: `${moved.slice(0, 19)}${time.slice(8)}${offsetText(after)}`, oddity: 'skipped' }
}

/** `-04:00`; local mean times of before the time zones are rounded to the minute. */
function offsetText(offset: number): string {
  const minutes = Math.round(Math.abs(offset) / 60_000)
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${offset < 0 && minutes > 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

/** Around one local day: what local time is ahead of UTC (ms) before and after the clocks change, and the instant when they do. */
interface Around {
  /** The offset as text, on nearly every day: the one on which no clock changes. */
  readonly steady?: string
  readonly before: number
  readonly after: number
  readonly change: number
}

interface Zone {
  /** `2025-03-10` */
  around(date: string): Around
}

/** Formatters are dear to make and offsets dear to ask for; neither ever changes. */
const zones = new Map<string, Zone>()
const mostDays = 5000

function zoneOf(timeZone: string): Zone | undefined {
  const known = zones.get(timeZone)
  if (known) return known
  const format = formatOf(timeZone)
  if (format === undefined) return undefined
  const days = new Map<string, Around>()
  const zone: Zone = {
    around(date) {
      const kept = days.get(date)
      if (kept) return kept
      if (days.size >= mostDays) days.clear()
      const found = lookAround(format, Date.parse(date))
      days.set(date, found)
      return found
    },
  }
  zones.set(timeZone, zone)
  return zone
}

/** A day before and two days after bracket every instant that a clock on that day may mean; the change is found by halving, to the second. */
function lookAround(format: Intl.DateTimeFormat, midnight: number): Around {
  let from = midnight - DAY
  let to = midnight + 2 * DAY
  const before = offsetAt(format, from)
  const after = offsetAt(format, to)
  if (before === after) return { steady: offsetText(before), before, after, change: to }
  while (to - from > 1000) {
    const middle = Math.floor((from + to) / 2000) * 1000
    if (offsetAt(format, middle) === before) from = middle
    else to = middle
  }
  return { before, after, change: to }
}

function offsetAt(format: Intl.DateTimeFormat, epoch: number): number {
  const parts: Record<string, number> = Object.fromEntries(
    format.formatToParts(epoch).map((part) => [part.type, Number(part.value)]),
  )
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  const local = new Date(0)
  local.setUTCFullYear(year, month - 1, day)
  local.setUTCHours(hour, minute, second)
  return local.getTime() - epoch
}

/** Writes the clock of a zone in numbers; `undefined` if there is no such zone. */
function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  const numeric = 'numeric'
  const fields = { year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric, second: numeric } as const
  return unlessThrown(() => new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', ...fields }))
}
