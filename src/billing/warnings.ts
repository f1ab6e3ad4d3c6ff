/** What a payer, or an auditor, may ask about a line: it is told with the line, and does not hold it. */
import type { LineWarning } from '../domain/service-line.ts'
import { pairedOn, tooMany } from './claim-edits.ts'
import { warningsBeside } from './conflicts.ts'
import { type BillingFacts, holds } from './facts.ts'

export const warningsOf = (facts: BillingFacts, code: string, day: string, units: number): readonly LineWarning[] => [
  ...warningsBeside(code, day, facts.billedBeside),
  ...(pairedOn(facts.edits, code, day, facts.billedBeside, '1').length > 0 ? (['modifier-wanted'] as const) : []),
  ...(isUnlikely(facts, code, day, units) ? (['units-over'] as const) : []),
  ...(facts.overlapping.some(({ isBilled }) => !isBilled) ? (['times-overlap'] as const) : []),
  ...(facts.inHospital.some((stay) => holds(stay, day)) ? (['in-hospital'] as const) : []),
]

const isUnlikely = ({ edits, unitsThatDay }: BillingFacts, code: string, day: string, units: number): boolean =>
  ['1', '3'].includes(tooMany(edits, code, day, units, unitsThatDay(code, day)) ?? '')
