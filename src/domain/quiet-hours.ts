/** Hours of a client's day in which nothing is sent by itself: `21:00:00` to `08:00:00` goes over midnight. */
import { z } from 'zod'
import { isTimeZone } from './calendar.ts'

/** A FHIR time, on the client's own clock. https://hl7.org/fhir/R4/datatypes.html#time */
export const Time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/)
export const QuietHours = z.object({ from: Time, to: Time })
export type QuietHours = z.infer<typeof QuietHours>

const daySeconds = 86_400

/** Seconds since midnight on the clocks of a zone; of UTC where it is unknown. */
function secondOfDay(moment: number, zone: string | undefined): number {
  const timeZone = zone !== undefined && isTimeZone(zone) ? zone : 'UTC'
  const options = { hourCycle: 'h23', hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone } as const
  return secondsOf(new Intl.DateTimeFormat('en', options).format(moment))
}

const secondsOf = (time: string): number => {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number)
  return (hours * 60 + minutes) * 60 + seconds
}

/** Milliseconds since 1970: the moment itself, or the end of the quiet hours that it falls in. Hours from and to the same time are none. */
export function afterQuiet(moment: number, quiet: QuietHours | undefined, zone: string | undefined): number {
  if (!quiet) return moment
  const [from, to] = [secondsOf(quiet.from), secondsOf(quiet.to)]
  const isQuiet = (second: number): boolean => (from <= to ? from <= second && second < to : from <= second || second < to)
  let end = moment
  // Where a clock is put back, the end comes a second time.
  for (let second = secondOfDay(end, zone); isQuiet(second); second = secondOfDay(end, zone)) {
    end += ((to - second + daySeconds) % daySeconds) * 1000 - (end % 1000)
  }
  return end
}
