/**
 * Codes that are not billed beside each other, in the manner of CMS's procedure-to-procedure edits: the core of behavioural health, not the
 * quarterly tables. Those that nothing lifts hold the line that comes second; those that payers see differently are told as a warning.
 * https://www.cms.gov/medicare/coding-billing/national-correct-coding-initiative-ncci-edits
 */
import { addDays } from '../domain/calendar.ts'
import type { LineWarning } from '../domain/service-line.ts'

/** What another line of the client's bills. */
export interface BilledBeside {
  readonly code: string
  /** `2026-03-02`: the first day of its service. */
  readonly day: string
  readonly sameRenderer: boolean
  /** Is it billed by the same organization? */
  readonly sameAgency: boolean
}

interface Pair {
  readonly codes: readonly string[]
  readonly beside: readonly string[]
  readonly within: 'day' | 'month'
  /** Only where the same person held both. */
  readonly sameRenderer?: true
  /** Only where another organization bills the other. */
  readonly otherAgency?: true
}

const interviews = ['90791', '90792']
const therapy = ['90832', '90834', '90837']
const therapyBesideVisit = ['90833', '90836', '90838']
const crisis = ['90839', '90840']
const family = ['90846', '90847']
const conflicts: readonly Pair[] = [
  { codes: interviews, beside: crisis, within: 'day', sameRenderer: true },
  { codes: interviews, beside: [...therapy, ...therapyBesideVisit], within: 'day', sameRenderer: true },
  { codes: therapy, beside: therapyBesideVisit, within: 'day', sameRenderer: true },
  { codes: therapy, beside: crisis, within: 'day' },
  { codes: ['90785'], beside: [...crisis, ...family], within: 'day', sameRenderer: true },
  { codes: ['99484', 'G0323'], beside: ['99492', '99493', '99494', 'G2214'], within: 'month', sameRenderer: true },
]

const byUnits = ['H0036', 'H2014', 'H2015', 'H2017', 'H0038']
const byDay = ['H0037', 'H2016', 'H2018', 'H0039', 'H0040']
const warnings: readonly (Pair & { readonly warning: LineWarning })[] = [
  { codes: therapy, beside: family, within: 'day', warning: 'separate-sessions' },
  { codes: ['90846'], beside: ['90847'], within: 'day', warning: 'family-twice' },
  { codes: ['T1016', 'T1017'], beside: ['T2022', 'T2023'], within: 'month', warning: 'case-management-twice' },
  { codes: ['T1017'], beside: ['T1017'], within: 'month', otherAgency: true, warning: 'other-agency' },
  { codes: byUnits, beside: byDay, within: 'day', warning: 'day-rate' },
]

/** Does one of the others keep this code from being billed on this day? */
export const conflictsWith = (code: string, day: string, others: readonly BilledBeside[]): boolean =>
  conflicts.some((pair) => meets(pair, code, day, others)) || isCallNearVisit(code, day, others)

/** What a payer may object to in this code beside the others. */
export const warningsBeside = (code: string, day: string, others: readonly BilledBeside[]): readonly LineWarning[] =>
  warnings.flatMap((pair) => (meets(pair, code, day, others) ? [pair.warning] : []))

function meets(
  { codes, beside, within, sameRenderer, otherAgency }: Pair,
  code: string,
  day: string,
  others: readonly BilledBeside[],
) {
  const against = codes.includes(code) ? beside : beside.includes(code) ? codes : []
  const length = within === 'day' ? 10 : 7
  return others.some(
    (one) =>
      against.includes(one.code) &&
      one.day.slice(0, length) === day.slice(0, length) &&
      (sameRenderer === undefined || one.sameRenderer) &&
      (otherAgency === undefined || !one.sameAgency),
  )
}

const calls = ['98966', '98967', '98968']
/** Days around a call in which what the same person does may be what it was about. */
export const aroundCall = { before: 7, after: 1 } as const

/** A call that follows upon a visit of the week before, or leads to one by the next day, belongs to that visit. */
function isCallNearVisit(code: string, day: string, others: readonly BilledBeside[]): boolean {
  const visits = others.filter((one) => one.sameRenderer && !calls.includes(one.code) && /^\d/.test(one.code))
  return (
    calls.includes(code) &&
    visits.some((one) => one.day >= addDays(day, -aroundCall.before) && one.day <= addDays(day, aroundCall.after))
  )
}
