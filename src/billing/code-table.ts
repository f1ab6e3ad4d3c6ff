/** Looking a procedure code up on a date of service. */
import { procedureCodes } from './codes.ts'

/**
 * How time becomes units:
 * - `quarter-hour`: by the payer's own rule (`units.ts`).
 * - `full`: a unit for every `minutes` fully reached; `midpoint`: for every `minutes` of which more than half has passed.
 * - `band`: one unit if the minutes lie between `least` and `most`; `must-reach`: one unit once `least` is reached.
 * - `beyond`: one unit at `least`, and one more for every further `minutes`.
 * - `once`, `day`: one unit; `minute`: the minutes; `month`: counted by the month, never by the session; a rate for the month has one minute as its `least`.
 */
type UnitRule = 'quarter-hour' | 'full' | 'midpoint' | 'band' | 'must-reach' | 'beyond' | 'once' | 'day' | 'minute' | 'month'

export interface ProcedureCode {
  readonly code: string
  readonly rule: UnitRule
  /** Minutes of a unit. */
  readonly minutes?: number
  /** Least and most minutes, both included. */
  readonly least?: number
  readonly most?: number
  /** Most units a day. */
  readonly perDay?: number
  /** Whoever pays: the minutes of a day are added up. */
  readonly sumOfDay?: true
  /** Of a programme that runs on so many days a week. */
  readonly daysAWeek?: number
  /** Billed only beside another code. */
  readonly addOn?: true
  /** The codes of a session beside which it is. */
  readonly addsTo?: readonly string[]
  /** The add-on that counts the time beyond. */
  readonly continuedBy?: string
  /** First and last day in force. */
  readonly from?: string
  readonly until?: string
  readonly label: string
}

/** Of the table of codes and of what its rules mean: another one wherever either changes. */
export const codesEdition = '2026.1'

const byCode = Map.groupBy(procedureCodes, (row) => row.code)

/** The meaning of a code on a day; undefined if it has none, or is not in force then. */
export function procedureCode(code: string, day: string): ProcedureCode | undefined {
  return byCode
    .get(code)
    ?.find((row) => (row.from === undefined || row.from <= day) && (row.until === undefined || day <= row.until))
}

/** Are minutes of many sessions added up for it over a month? */
export const isCountedByMonth = ({ rule, addOn, least }: ProcedureCode): boolean =>
  rule === 'month' && addOn !== true && least !== undefined

/** Is there such a code at all, on whatever day? */
export const isKnownCode = (code: string): boolean => byCode.has(code)
