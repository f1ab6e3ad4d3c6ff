/**
 * Codes that are not billed beside each other, in the manner of CMS's procedure-to-procedure edits: the core of behavioural health, not the
 * quarterly tables. Those that nothing lifts hold the line that comes second; those that payers see differently are told as a warning.
 * https://www.cms.gov/medicare/coding-billing/national-correct-coding-initiative-ncci-edits
 */
import { addDays } from '../domain/calendar.ts'
import type { ConflictId } from '../domain/line-checks.ts'
import type { LineWarning } from '../domain/service-line.ts'

/** What another line of the client's bills. */
export interface BilledBeside {
  /** Its id. */
  readonly line: string
  readonly code: string
  /** `2026-03-02`: the first day of its service. */
  readonly day: string
  readonly sameRenderer: boolean
  /** Is it billed by the same organization? */
  readonly sameAgency: boolean
  readonly samePayer: boolean
}

interface Pair {
  readonly id: ConflictId
  readonly codes: readonly string[]
  readonly beside: readonly string[]
  readonly within: 'day' | 'month'
  /** Only where the same person held both. */
  readonly sameRenderer?: true
  /** Only where another organization bills the other. */
  readonly otherAgency?: true
  /** Only where the same coverage pays for both. */
  readonly samePayer?: true
}

const interviews = ['90791', '90792']
const therapy = ['90832', '90834', '90837']
const therapyBesideVisit = ['90833', '90836', '90838']
const crisis = ['90839', '90840']
const family = ['90846', '90847']
const conflicts: readonly Pair[] = [
  { id: 'C01', codes: interviews, beside: crisis, within: 'day', sameRenderer: true },
  { id: 'C02', codes: interviews, beside: [...therapy, ...therapyBesideVisit], within: 'day', sameRenderer: true },
  { id: 'C03', codes: therapy, beside: therapyBesideVisit, within: 'day', sameRenderer: true },
  { id: 'C04', codes: therapy, beside: crisis, within: 'day' },
  { id: 'C07', codes: ['90785'], beside: [...crisis, ...family], within: 'day', sameRenderer: true },
  { id: 'C16', codes: ['99484', 'G0323'], beside: ['99492', '99493', '99494', 'G2214'], within: 'month', sameRenderer: true },
]

const byUnits = ['H0036', 'H2014', 'H2015', 'H2017', 'H0038']
const byDay = ['H0037', 'H2016', 'H2018', 'H0039', 'H0040']
const warnings: readonly (Pair & { readonly warning: LineWarning })[] = [
  { id: 'C05', codes: therapy, beside: family, within: 'day', warning: 'separate-sessions' },
  { id: 'C06', codes: ['90846'], beside: ['90847'], within: 'day', warning: 'family-twice' },
  {
    ...{ id: 'C13', codes: ['T1016', 'T1017'], beside: ['T2022', 'T2023'], within: 'month', samePayer: true },
    warning: 'case-management-twice',
  },
  { id: 'C14', codes: ['T1017'], beside: ['T1017'], within: 'month', otherAgency: true, warning: 'other-agency' },
  { id: 'C15', codes: byUnits, beside: byDay, within: 'day', warning: 'day-rate' },
]

/** Those of the others that keep this code from being billed on this day. */
export const conflictsWith = (code: string, day: string, others: readonly BilledBeside[]): readonly BilledBeside[] =>
  others.filter((one) => conflicts.some((pair) => meets(pair, code, day, one)) || isCallNearVisit(code, day, one))

/** Each rule of codes beside each other that concerns this one, and whether one of the others meets it. */
export const rulesBeside = (
  code: string,
  day: string,
  others: readonly BilledBeside[],
): readonly { readonly id: ConflictId; readonly denies: boolean; readonly met: boolean }[] => [
  ...[...conflicts, ...warnings].flatMap((pair) => {
    const met = others.some((one) => meets(pair, code, day, one))
    return against(pair, code).length > 0 ? [{ id: pair.id, denies: !('warning' in pair), met }] : []
  }),
  ...(calls.includes(code)
    ? [{ id: 'C17' as const, denies: true, met: others.some((one) => isCallNearVisit(code, day, one)) }]
    : []),
]

/** What a payer may object to in this code beside the others. */
export const warningsBeside = (code: string, day: string, others: readonly BilledBeside[]): readonly LineWarning[] => [
  ...warnings.flatMap((pair) => (others.some((one) => meets(pair, code, day, one)) ? [pair.warning] : [])),
  ...(others.some((one) => isCallNearVisit(code, day, one)) ? (['part-of-visit'] as const) : []),
]

/** May one of these codes be questioned because of the other, in one month? */
export const mayBeQuestioned = (code: string, other: string): boolean =>
  warnings.some((pair) => pair.within === 'month' && against(pair, code).includes(other))

const against = ({ codes, beside }: Pair, code: string): readonly string[] =>
  codes.includes(code) ? beside : beside.includes(code) ? codes : []

function meets(pair: Pair, code: string, day: string, one: BilledBeside): boolean {
  const length = pair.within === 'day' ? 10 : 7
  return (
    against(pair, code).includes(one.code) &&
    one.day.slice(0, length) === day.slice(0, length) &&
    (pair.sameRenderer === undefined || one.sameRenderer) &&
    (pair.otherAgency === undefined || !one.sameAgency) &&
    (pair.samePayer === undefined || one.samePayer)
  )
}

const calls = ['98966', '98967', '98968']
/** Days around a call in which what the same person does may be what it was about. */
export const aroundCall = { before: 7, after: 1 } as const

/** May a call on this day be a part of what was done on the other? */
export const mayBePartOf = (code: string, day: string, other: string): boolean =>
  calls.includes(code) && other >= addDays(day, -aroundCall.before) && other <= addDays(day, aroundCall.after)

/** A call that follows upon a visit of the week before, or leads to one by the next day, belongs to that visit. */
function isCallNearVisit(code: string, day: string, one: BilledBeside): boolean {
  const isVisit = one.sameRenderer && !calls.includes(one.code) && /^\d/.test(one.code)
  return isVisit && mayBePartOf(code, day, one.day)
}
