/**
 * The instants that a FHIR date, dateTime or instant covers by its precision, in milliseconds since 1970 UTC, both ends included.
 * Without a time zone UTC is meant, on both sides of a comparison.
 *
 * https://hl7.org/fhir/R4/search.html#date
 */

/** First instant covered; NaN if the text is no date. */
export function dateLo(text: string): number {
  return scan(text) ? lo : Number.NaN
}

/** Last instant covered; NaN if the text is no date. */
export function dateHi(text: string): number {
  return scan(text) ? hi : Number.NaN
}

/** Of a text from a URL, where an unescaped + arrives as a space: before an offset it can only have been its sign. */
export function dateRange(text: string): { readonly lo: number; readonly hi: number } | undefined {
  return scan(/ \d\d:\d\d$/.test(text) ? `${text.slice(0, -6)}+${text.slice(-5)}` : text) ? { lo, hi } : undefined
}

// Results of the last scan: it runs for every date that is indexed, so it makes no objects.
let lo = 0
let hi = 0

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, `YYYY-MM-DDThh:mm[:ss[.f…]][Z|±hh:mm]`. */
function scan(text: string): boolean {
  const n = text.length
  const year = digits(text, 0, 4)
  if (year < 1) return false
  if (n === 4) return set(daysBefore(year, 1) * day, daysBefore(year + 1, 1) * day)
  const month = text.charCodeAt(4) === 45 ? digits(text, 5, 2) : -1
  if (month < 1 || month > 12) return false
  if (n === 7) return set(daysBefore(year, month) * day, daysBefore(year, month + 1) * day)
  const date = text.charCodeAt(7) === 45 ? digits(text, 8, 2) : -1
  if (date < 1 || date > 28) {
    const length = daysBefore(year, month + 1) - daysBefore(year, month)
    if (date < 1 || date > length) return false
  }
  const midnight = (daysBefore(year, month) + date - 1) * day
  if (n === 10) return set(midnight, midnight + day)
  return scanTime(text, midnight)
}

function scanTime(text: string, midnight: number): boolean {
  const hours = text.charCodeAt(10) === 84 ? digits(text, 11, 2) : -1
  const minutes = text.charCodeAt(13) === 58 ? digits(text, 14, 2) : -1
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return false
  let time = midnight + hours * hour + minutes * minute
  let width = minute
  let at = 16
  if (text.charCodeAt(at) === 58) {
    const seconds = digits(text, 17, 2)
    if (seconds < 0 || seconds > 60) return false
    time += seconds * second
    width = second
    at = 19
    if (text.charCodeAt(at) === 46) {
      const start = ++at
      // Finer than a millisecond is cut off; every digit up to there narrows the range.
      for (; isDigit(text.charCodeAt(at)); at++) {
        if (width === 1) continue
        width /= 10
        time += (text.charCodeAt(at) - 48) * width
      }
      if (at === start) return false
    }
  }
  const offset = zone(text, at)
  return Number.isNaN(offset) ? false : set(time - offset, time - offset + width)
}

/** Milliseconds east of UTC of what is written from `at` to the end; NaN if that is no zone. */
function zone(text: string, at: number): number {
  if (at === text.length) return 0
  const sign = text.charCodeAt(at)
  if (sign === 90 && at + 1 === text.length) return 0
  if ((sign !== 43 && sign !== 45) || at + 6 !== text.length || text.charCodeAt(at + 3) !== 58) return Number.NaN
  const hours = digits(text, at + 1, 2)
  const minutes = digits(text, at + 4, 2)
  if (hours < 0 || hours > 14 || minutes < 0 || minutes > 59) return Number.NaN
  return (sign === 43 ? 1 : -1) * (hours * hour + minutes * minute)
}

function set(from: number, to: number): boolean {
  lo = from
  hi = to - 1
  return true
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57

/** The number in `length` digits from `at`; -1 if they are not all digits. */
function digits(text: string, at: number, length: number): number {
  let value = 0
  for (let i = at; i < at + length; i++) {
    const code = text.charCodeAt(i)
    if (!isDigit(code)) return -1
    value = value * 10 + code - 48
  }
  return value
}

const beforeMonth = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365]

/** Days from 1970-01-01 to the first of a month (13: of the next year) in the proleptic Gregorian calendar. */
function daysBefore(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const past = year - 1
  const days = past * 365 + Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400) - 719162
  return days + (beforeMonth[month - 1] ?? 0) + (leap && month > 2 ? 1 : 0)
}
