/** What a payer, or an auditor, may ask about a line: it is told with the line, and does not hold it. */
import { epoch } from '../domain/calendar.ts'
import type { LineWarning } from '../domain/service-line.ts'
import type { Session } from '../domain/session.ts'
import { pairedOn, tooMany } from './claim-edits.ts'
import { warningsBeside } from './conflicts.ts'
import { type BillingFacts, type HeldBeside, holds } from './facts.ts'

/** Case management, and what carries on from it, is given by a plan. */
const byPlan: ReadonlySet<string> = new Set(['T1016', 'T1017', 'G0019', 'G0022', 'G0023', 'G0024', 'G0140', 'G0146'])

export const warningsOf = (facts: BillingFacts, code: string, day: string, units: number): readonly LineWarning[] => [
  ...warningsBeside(code, day, facts.billedBeside),
  ...(pairedOn(facts.edits, code, day, facts.billedBeside) === '1' ? (['modifier-wanted'] as const) : []),
  ...(isUnlikely(facts, code, day, units) ? (['units-over'] as const) : []),
  ...(facts.heldBeside.some((one) => overlaps(facts.session, one)) ? (['times-overlap'] as const) : []),
  ...(facts.inHospital.some((stay) => holds(stay, day)) ? (['in-hospital'] as const) : []),
  ...(byPlan.has(code) && !facts.plans.some((plan) => holds(plan, day)) ? (['no-plan'] as const) : []),
]

const isUnlikely = ({ edits, unitsThatDay }: BillingFacts, code: string, day: string, units: number): boolean =>
  ['1', '3'].includes(tooMany(edits, code, day, units, unitsThatDay(code, day)) ?? '')

/** Nobody is in two places; those of one group are together, in sessions of their own. */
function overlaps({ actual, group }: Session, other: HeldBeside): boolean {
  if (!actual?.start || !actual.end) return false
  if (group !== undefined && group.groupSessionId === other.group) return false
  return epoch(actual.start)! < epoch(other.end)! && epoch(other.start)! < epoch(actual.end)!
}
