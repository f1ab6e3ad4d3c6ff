/** Does the start come before the end, as far as both are known? https://hl7.org/fhir/R4/datatypes.html#Period */
import { epoch } from './calendar.ts'

/** Moments as moments; where one is but a (partial) date, both at its precision. What is absent is in order. */
export function inOrder(start: string | undefined, end: string | undefined): boolean {
  if (start === undefined || end === undefined) return true
  if (start.length > 10 && end.length > 10) return epoch(start)! <= epoch(end)!
  const length = Math.min(start.length, end.length)
  return start.slice(0, length) <= end.slice(0, length)
}
