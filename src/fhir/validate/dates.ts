/**
 * date, dateTime, instant and time, scanned character by character: the syntax of https://hl7.org/fhir/R4/datatypes.html and the calendar.
 */

const isDigit = (code: number): boolean => code >= 48 && code <= 57

/** The two digits at `at` as a number; -1 if they are no digits (or beyond the end). */
function two(text: string, at: number): number {
  const tens = text.charCodeAt(at)
  const ones = text.charCodeAt(at + 1)
  return isDigit(tens) && isDigit(ones) ? (tens - 48) * 10 + ones - 48 : -1
}

const daysIn = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0

/** How many characters at the start are a date: 4 (year), 7 (month), 10 (day) or 0 (none). */
function dateLength(text: string): 0 | 4 | 7 | 10 {
  const century = two(text, 0)
  const rest = two(text, 2)
  const year = century * 100 + rest
  if (century < 0 || rest < 0 || year === 0) return 0
  if (text.charCodeAt(4) !== 45) return 4
  const month = two(text, 5)
  if (month < 1 || month > 12) return 0
  if (text.charCodeAt(7) !== 45) return 7
  const day = two(text, 8)
  const last = month === 2 && isLeap(year) ? 29 : daysIn[month - 1]!
  return day >= 1 && day <= last ? 10 : 0
}

/** Where the time of day that begins at `at` ends; 0 if there is none. Seconds are not optional; 60 is a leap second. */
function timeEnd(text: string, at: number): number {
  const hour = two(text, at)
  const minute = two(text, at + 3)
  const second = two(text, at + 6)
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return 0
  if (text.charCodeAt(at + 2) !== 58 || text.charCodeAt(at + 5) !== 58) return 0
  if (text.charCodeAt(at + 8) !== 46) return at + 8
  let end = at + 9
  while (isDigit(text.charCodeAt(end))) end++
  return end === at + 9 ? 0 : end
}

/** `Z`, or an offset up to 14:00, and nothing after it. */
function isZone(text: string, at: number): boolean {
  const sign = text.charCodeAt(at)
  if (sign === 90) return text.length === at + 1
  if ((sign !== 43 && sign !== 45) || text.length !== at + 6 || text.charCodeAt(at + 3) !== 58) return false
  const hours = two(text, at + 1)
  const minutes = two(text, at + 4)
  return hours >= 0 && minutes >= 0 && minutes <= 59 && (hours < 14 || (hours === 14 && minutes === 0))
}

export function isInstant(text: string): boolean {
  if (text.charCodeAt(10) !== 84 || dateLength(text) !== 10) return false
  const end = timeEnd(text, 11)
  return end !== 0 && isZone(text, end)
}

export function isDate(text: string): boolean {
  const length = dateLength(text)
  return length !== 0 && text.length === length
}

export const isDateTime = (text: string): boolean => (text.length > 10 ? isInstant(text) : isDate(text))

export function isTime(text: string): boolean {
  const end = timeEnd(text, 0)
  return end !== 0 && text.length === end
}
