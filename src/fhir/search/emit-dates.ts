/** When something was: dates, instants, periods and timings as ranges. https://hl7.org/fhir/R4/search.html#date */
import { dateHi, dateLo } from './date-range.ts'
import { farFuture, farPast } from './index-row.ts'
import { type Emit, list, type Members, members } from './shapes.ts'

export const dateTime: Emit = (sink, param, value) => {
  if (typeof value !== 'string') return
  const lo = dateLo(value)
  if (Number.isNaN(lo)) sink.present(param)
  else sink.date(param, lo, dateHi(value))
}

/** "An instant is considered a fixed point in time … an interval with an effective width of 0." https://hl7.org/fhir/R4/search.html#date */
export const instant: Emit = (sink, param, value) => {
  if (typeof value !== 'string') return
  const at = dateLo(value)
  if (Number.isNaN(at)) sink.present(param)
  else sink.date(param, at, at)
}

/** An absent end is open; so is an unreadable one. */
function startOf(period: Members): number {
  const lo = typeof period.start === 'string' ? dateLo(period.start) : Number.NaN
  return Number.isNaN(lo) ? farPast : lo
}

function endOf(period: Members): number {
  const hi = typeof period.end === 'string' ? dateHi(period.end) : Number.NaN
  return Number.isNaN(hi) ? farFuture : hi
}

export const period: Emit = (sink, param, value) => {
  const found = members(value)
  if (found === undefined) return
  const lo = startOf(found)
  const hi = endOf(found)
  if (lo > hi || (lo === farPast && hi === farFuture)) sink.present(param)
  else sink.date(param, lo, hi)
}

/** Only the outer limits matter: "the specified scheduling details are ignored". */
export const timing: Emit = (sink, param, value) => {
  const found = members(value)
  if (found === undefined) return
  let lo = farFuture
  let hi = farPast
  for (const event of list(found.event)) {
    if (typeof event !== 'string' || Number.isNaN(dateLo(event))) continue
    lo = Math.min(lo, dateLo(event))
    hi = Math.max(hi, dateHi(event))
  }
  const bounds = members(members(found.repeat)?.boundsPeriod)
  if (bounds !== undefined) {
    lo = Math.min(lo, startOf(bounds))
    hi = Math.max(hi, endOf(bounds))
  }
  if (lo > hi || (lo === farPast && hi === farFuture)) sink.present(param)
  else sink.date(param, lo, hi)
}
