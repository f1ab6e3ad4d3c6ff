/** The days of the story, counted back from now: the hospital tells of it two days late, as hospitals do. */
import { addDays, localDate } from '../domain/calendar.ts'

/** Toledo, Ohio. */
export const zone = 'America/New_York'

export interface Days {
  /** Local dates, at the hospital. */
  readonly admitted: string
  readonly discharged: string
  /** The day after the discharge, when Rosa and her counsellor met. */
  readonly met: string
  readonly today: string
}

export function daysBefore(now: number): Days {
  const today = localDate(new Date(now).toISOString(), zone)!
  return { admitted: addDays(today, -10), discharged: addDays(today, -2), met: addDays(today, -1), today }
}

/** An instant with the offset that the zone had then: `2026-03-02T14:20:00-05:00`. */
export function instant(date: string, time: string): string {
  // The offset at noon: none of our hours lies near a change of clocks.
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(
    Date.parse(`${date}T17:00:00Z`),
  )
  const offset = parts.find(({ type }) => type === 'timeZoneName')!.value.slice('GMT'.length)
  return `${date}T${time}:00${offset}`
}

/** The same as HL7 v2 writes it: `20260302142000-0500`. */
export const hl7Time = (moment: string): string =>
  moment.replaceAll(/[-:T]/g, (sign, at: number) => (sign === '-' && at > 10 ? sign : ''))

/** `Thursday, 19 November` */
export const spoken = (date: string): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', weekday: 'long', day: 'numeric', month: 'long' }).format(Date.parse(date))
