/**
 * A monthly bundle: minutes of care management that one organization bills for a client by the calendar month. It is computed from signed sessions that name a code
 * counted by the month; each session's minutes go to one bundle alone.
 */
import { z } from 'zod'
import { Id, list, Minutes, Month, RefTo, Text } from './kernel.ts'
import { labelFields } from './labels.ts'
import { ProcedureCode } from './service-line.ts'
import { minutesDirect, type Session } from './session.ts'

const bundleStates = ['accumulating', 'reached', 'closed-short', 'charged', 'entered-in-error'] as const

export const Contribution = z.object({ sessionId: Id, minutes: Minutes })
export type Contribution = z.infer<typeof Contribution>

export const MonthlyBundle = z.object({
  clientId: Id,
  /** `2026-03`, on the calendar where the service was given. */
  month: Month,
  code: ProcedureCode,
  /** Who bills it: minutes given for another organization are another bundle. */
  billingOrg: RefTo('Organization').optional(),
  contributions: list(Contribution),
  thresholdMinutes: Minutes,
  statusReason: Text.optional(),
  ...labelFields,
  state: z.enum(bundleStates),
})
export type MonthlyBundle = z.infer<typeof MonthlyBundle>

/** Minutes that count for the month: care management is no less so when the client is not there. */
export const countedMinutes = (session: Session): number => (minutesDirect(session) ?? 0) + (session.minutesIndirect ?? 0)

export const minutesOf = ({ contributions }: Pick<MonthlyBundle, 'contributions'>): number =>
  contributions.reduce((sum, { minutes }) => sum + minutes, 0)

/** Is the month over on this day? Then its lines are made. */
export const isMonthOver = ({ month }: Pick<MonthlyBundle, 'month'>, today: string): boolean => today.slice(0, 7) > month

/** How the bundle stands: the threshold must be reached in full, and what did not reach it when the month is over never will. */
export function bundleState(bundle: MonthlyBundle, today: string): MonthlyBundle['state'] {
  if (bundle.state === 'entered-in-error') return bundle.state
  if (minutesOf(bundle) >= bundle.thresholdMinutes) return bundle.state === 'charged' ? 'charged' : 'reached'
  return isMonthOver(bundle, today) ? 'closed-short' : 'accumulating'
}
