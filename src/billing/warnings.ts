/** What a payer, or an auditor, may ask about a line: it is told with the line, and does not hold it. */
import { weekOf } from '../domain/calendar.ts'
import type { LineWarning } from '../domain/service-line.ts'
import { pairedOn, tooMany } from './claim-edits.ts'
import { procedureCode } from './code-table.ts'
import { warningsBeside } from './conflicts.ts'
import { diagnosesOn, diagnosisWarnings } from './diagnoses.ts'
import { type BillingFacts, holds } from './facts.ts'

/** What a payer may question about a line of this code and day; none of it holds the line back. */
export const warningsOf = (facts: BillingFacts, code: string, day: string, units: number): readonly LineWarning[] => [
  ...warningsBeside(code, day, facts.billedBeside),
  ...(pairedOn(facts.edits, code, day, facts.billedBeside, '1').length > 0 ? (['modifier-wanted'] as const) : []),
  ...(isUnlikely(facts, code, day, units) ? (['units-over'] as const) : []),
  ...(facts.overlapping.some(({ isBilled }) => !isBilled) ? (['times-overlap'] as const) : []),
  ...(facts.inHospital.some((stay) => holds(stay, day)) ? (['in-hospital'] as const) : []),
  ...(isInCustody(facts, day) ? (['in-custody'] as const) : []),
  ...(comesTooSeldom(facts, code, day) ? (['programme-days'] as const) : []),
  ...diagnosisWarnings(code, diagnosesOn(day, facts.diagnoses)),
]

/** CMS place of service of prisons and jails. */
const prison = '09'
const isInCustody = ({ inCustody, session, placeOfLocation }: BillingFacts, day: string): boolean =>
  (session.modality === 'in-person' && (session.placeOfService ?? placeOfLocation) === prison) ||
  inCustody.some((span) => holds(span, day))

/** Another day may still come: the warning goes with it. */
function comesTooSeldom({ billedBeside }: BillingFacts, code: string, day: string): boolean {
  const { daysAWeek = 0 } = procedureCode(code, day) ?? {}
  const others = billedBeside.filter((one) => one.code === code && one.sameAgency && weekOf(one.day) === weekOf(day))
  return new Set([day, ...others.map((one) => one.day)]).size < daysAWeek
}

const isUnlikely = ({ edits, unitsThatDay }: BillingFacts, code: string, day: string, units: number): boolean =>
  ['1', '3'].includes(tooMany(edits, code, day, units, unitsThatDay(code, day)) ?? '')
