/**
 * Days on somebody's calendar. Deadlines after a discharge are counted in calendar days of the facility's time zone, or in business days
 * of the organization's calendar: never in hours, so that daylight saving changes nothing.
 */

const formats = new Map<string, Intl.DateTimeFormat>()
/** One zone has many names, by letters in either case. */
const mostZones = 1000

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  const known = formats.get(zone)
  if (known) return known
  try {
    const options = { calendar: 'iso8601', numberingSystem: 'latn', year: 'numeric', month: '2-digit', day: '2-digit' } as const
    const format = new Intl.DateTimeFormat('en', { ...options, timeZone: zone })
    if (formats.size >= mostZones) formats.clear()
    formats.set(zone, format)
    return format
  } catch {
    return undefined
  }
}

/** Is it an IANA time zone that this machine knows? */
export const isTimeZone = (name: string): boolean => formatOf(name) !== undefined

/** Milliseconds since 1970 of a FHIR dateTime; a date without a time is its first moment in UTC. `undefined` if it is none. */
export function epoch(moment: string): number | undefined {
  const time = Date.parse(moment.length === 4 ? `${moment}-01` : moment)
  return Number.isNaN(time) ? undefined : time
}

/**
 * The day on which a moment falls in the zone. Without a zone (or with one unknown here) the day as it was written, at the offset it was
 * written with; a date is that day; a year or a month is no day.
 */
export function localDate(moment: string, zone?: string): string | undefined {
  if (moment.length === 10 || zone === undefined) return dayIn(moment, zone)
  // Rules ask for the same few days over and over, and a time zone is slow to tell.
  const name = `${zone} ${moment}`
  const known = told.get(name)
  if (known !== undefined) return known
  const day = dayIn(moment, zone)
  if (told.size >= mostTold) told.clear()
  if (day !== undefined) told.set(name, day)
  return day
}

const told = new Map<string, string>()
const mostTold = 1000

function dayIn(moment: string, zone?: string): string | undefined {
  const written = moment.slice(0, 10)
  if (written.length < 10 || epoch(written) === undefined) return undefined
  const format = moment.length === 10 || zone === undefined ? undefined : formatOf(zone)
  const time = epoch(moment)
  if (!format || time === undefined) return written
  const parts = Object.fromEntries(format.formatToParts(time).map((part) => [part.type, part.value]))
  return `${parts.year!.padStart(4, '0')}-${parts.month}-${parts.day}`
}

/** A day of 24 hours, in milliseconds. */
export const dayMs = 86_400_000
const dayNumber = (date: string): number => Date.parse(date) / dayMs
const dateOf = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10)

/** The date so many calendar days later (or earlier). */
export const addDays = (date: string, days: number): string => dateOf(dayNumber(date) + days)

/** The same day so many months earlier, or the last of that month where it has no such day. */
export function monthsBefore(date: string, months: number): string {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number)
  const first = new Date(Date.UTC(year, month - 1 - months, 1)).toISOString().slice(0, 7)
  const last = lastDayOf(first)
  return last < `${first}-${String(day).padStart(2, '0')}` ? last : `${first}-${String(day).padStart(2, '0')}`
}

/** The Sunday on or before a date: its week begins there. */
export const weekOf = (date: string): string => addDays(date, -weekday(date))

/** The last day of a month: `2026-02` has `2026-02-28`. */
export const lastDayOf = (month: string): string => {
  const [year = 0, number = 0] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10)
}

/** Calendar days from one date to the other; negative if the other is earlier. */
export const daysBetween = (from: string, to: string): number => dayNumber(to) - dayNumber(from)

/** 0 is Sunday. */
const weekday = (date: string): number => (((dayNumber(date) + 4) % 7) + 7) % 7

/** An organization's own days off, besides Saturdays and Sundays. */
export interface BusinessCalendar {
  readonly isHoliday: (date: string) => boolean
}

/** The date so many business days later: the day itself does not count. */
export function addBusinessDays(date: string, days: number, calendar: BusinessCalendar = federalCalendar): string {
  let day = date
  for (let left = days; left > 0; ) {
    day = addDays(day, 1)
    const free = weekday(day) === 0 || weekday(day) === 6 || calendar.isHoliday(day)
    if (!free) left--
  }
  return day
}

/** Fixed holidays as [month, day]; on a Saturday they are kept on Friday, on a Sunday on Monday. 5 U.S.C. 6103 */
const fixed = [
  [1, 1],
  [6, 19],
  [7, 4],
  [11, 11],
  [12, 25],
] as const
/** The others as [month, weekday, which one of the month; -1 the last]. */
const moving = [
  [1, 1, 3],
  [2, 1, 3],
  [5, 1, -1],
  [9, 1, 1],
  [10, 1, 2],
  [11, 4, 4],
] as const

/** Federal holidays of the United States that are kept in this year, in their order. */
export function federalHolidays(year: number): readonly string[] {
  const date = (ofYear: number, month: number, day: number) => dateOf(Date.UTC(ofYear, month - 1, day) / dayMs)
  const kept = (ofYear: number) =>
    fixed.map(([month, day]) => {
      const real = date(ofYear, month, day)
      return addDays(real, weekday(real) === 6 ? -1 : weekday(real) === 0 ? 1 : 0)
    })
  const nth = ([month, day, which]: (typeof moving)[number]) => {
    const first = which > 0 ? date(year, month, 1) : date(year, month + 1, 1)
    const toDay = (day - weekday(first) + 7) % 7
    return addDays(first, toDay + 7 * (which > 0 ? which - 1 : -1))
  }
  // New Year's Day of the next year may be kept on 31 December.
  const own = [...kept(year), ...kept(year + 1)].filter((day) => day.startsWith(`${year}-`))
  return [...new Set([...own, ...moving.map(nth)])].sort()
}

const holidaysOf = new Map<number, ReadonlySet<string>>()

/** Business days of an organization that has set no calendar of its own. */
export const federalCalendar: BusinessCalendar = {
  isHoliday(date) {
    const year = Number(date.slice(0, 4))
    let days = holidaysOf.get(year)
    if (!days) {
      days = new Set(federalHolidays(year))
      holidaysOf.set(year, days)
    }
    return days.has(date)
  },
}

/** A calendar of the days listed, and no others. */
export function calendarOf(holidays: readonly string[]): BusinessCalendar {
  const days = new Set(holidays)
  return { isHoliday: (date) => days.has(date) }
}

/** Full years of age on a day, as far as a partial birth date tells: the greatest that is possible. */
export function oldestAgeOn(birthDate: string, on: string): number {
  const born = birthDate.length === 10 ? birthDate : birthDate.length === 7 ? `${birthDate}-01` : `${birthDate}-01-01`
  return yearsBetween(born, on)
}

/** The same: the least that is possible. */
export function youngestAgeOn(birthDate: string, on: string): number {
  const born = birthDate.length === 10 ? birthDate : birthDate.length === 7 ? `${birthDate}-31` : `${birthDate}-12-31`
  return yearsBetween(born, on)
}

function yearsBetween(born: string, on: string): number {
  const years = Number(on.slice(0, 4)) - Number(born.slice(0, 4))
  return on.slice(5) < born.slice(5) ? years - 1 : years
}

/** The same time of day so many business days after an instant, by the zone's days; undefined where that is no day. */
export function afterBusinessDays(instant: string, days: number, zone?: string): string | undefined {
  const [from, day] = [epoch(instant), localDate(instant, zone)]
  if (from === undefined || day === undefined) return undefined
  return new Date(from + daysBetween(day, addBusinessDays(day, days)) * dayMs).toISOString()
}
