/** Minutes into units. Payers differ for 15-minute codes. */
import type { Counting, QuarterHourRule } from '../domain/payer-rule.ts'
import type { ProcedureCode } from './code-table.ts'

/** Units of so many whole minutes; 0 where they do not reach the first. Negative or broken minutes are none. */
export function units(code: ProcedureCode, minutes: number, rule: QuarterHourRule): number {
  if (!Number.isFinite(minutes) || minutes <= 0) return 0
  const counted = uncapped(code, Math.floor(minutes), rule)
  return code.perDay === undefined ? counted : Math.min(counted, code.perDay)
}

function uncapped(code: ProcedureCode, minutes: number, rule: QuarterHourRule): number {
  const { least = 0, most = Number.POSITIVE_INFINITY, minutes: unit = 15 } = code
  if (minutes < least) return 0
  switch (code.rule) {
    case 'quarter-hour':
      // Of a quarter of an hour more than half has passed after eight whole minutes.
      return rule === 'full' ? Math.floor(minutes / 15) : Math.floor((minutes + 7) / 15)
    case 'full':
      return Math.floor(minutes / unit)
    case 'midpoint':
      return Math.floor(minutes / unit) + (minutes % unit > unit / 2 ? 1 : 0)
    case 'beyond':
      return Math.floor((minutes - least) / unit) + 1
    case 'band':
      return minutes <= most ? 1 : 0
    case 'must-reach':
    case 'once':
    case 'day':
      return 1
    case 'minute':
      return minutes
    case 'month':
      return 0
  }
}

/** Timed work of another session of a client's: billed, or too few minutes to be billed by themselves. */
export interface TimedBeside {
  readonly code: string
  readonly day: string
  readonly minutes: number
  readonly units: number
  readonly sameRenderer: boolean
  /** Is it counted by the quarter hour, and not by the day? */
  readonly inQuarters: boolean
}

/**
 * Units of a session beside others of its day. Where the day's minutes are added up, the sum decides how many units there are in all: those
 * that others have are gone, and none is more than its own time begun.
 */
export function unitsBeside(
  code: ProcedureCode,
  minutes: number,
  { quarterHour, sumOfDay }: Counting,
  others: readonly TimedBeside[],
): number {
  const own = units(code, minutes, quarterHour)
  const adds = sumOfDay || code.sumOfDay === true
  if (code.rule !== 'quarter-hour' && !code.sumOfDay) return own
  const counted = others.filter((one) =>
    adds ? one.code === code.code : quarterHour === 'medicare8' && one.sameRenderer && one.inQuarters,
  )
  if (counted.length === 0) return own
  const sum = (of: (one: TimedBeside) => number): number => counted.reduce((total, one) => total + of(one), 0)
  const left = units(code, minutes + sum((one) => one.minutes), quarterHour) - sum((one) => one.units)
  return Math.max(0, Math.min(left, Math.ceil(minutes / 15)))
}

/** Most units that one client can have of it in one day. */
export const dailyLimit = ({ rule, perDay }: ProcedureCode): number => perDay ?? (rule === 'day' ? 1 : Number.POSITIVE_INFINITY)
