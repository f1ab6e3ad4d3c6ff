/** Minutes into units. Payers differ for 15-minute codes; where nothing is known of a payer, `full` bills least. */
import type { QuarterHourRule } from '../domain/payer-rule.ts'
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
      return rule === 'medicare8' ? Math.floor((minutes + 7) / 15) : Math.floor(minutes / 15)
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

/** Most units that one client can have of it in one day. */
export const dailyLimit = ({ rule, perDay }: ProcedureCode): number => perDay ?? (rule === 'day' ? 1 : Number.POSITIVE_INFINITY)
