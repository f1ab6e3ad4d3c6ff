/**
 * Codes that are not billed beside each other, in the manner of CMS's procedure-to-procedure edits: the core of behavioural health, not the
 * quarterly tables. Those alone that no modifier lifts. https://www.cms.gov/medicare/coding-billing/national-correct-coding-initiative-ncci-edits
 */
interface Conflict {
  readonly codes: readonly string[]
  readonly beside: readonly string[]
  readonly within: 'day' | 'month'
  /** Only where the same person held both. */
  readonly sameRenderer?: true
}

const interviews = ['90791', '90792']
const therapy = ['90832', '90834', '90837']
const therapyBesideVisit = ['90833', '90836', '90838']
const crisis = ['90839', '90840']
const conflicts: readonly Conflict[] = [
  { codes: interviews, beside: crisis, within: 'day', sameRenderer: true },
  { codes: interviews, beside: [...therapy, ...therapyBesideVisit], within: 'day', sameRenderer: true },
  { codes: therapy, beside: therapyBesideVisit, within: 'day', sameRenderer: true },
  { codes: therapy, beside: crisis, within: 'day' },
  { codes: ['99484', 'G0323'], beside: ['99492', '99493', '99494', 'G2214'], within: 'month', sameRenderer: true },
]

/** What another line of the client's bills. */
export interface BilledBeside {
  readonly code: string
  /** `2026-03-02`: the first day of its service. */
  readonly day: string
  readonly sameRenderer: boolean
}

/** Does one of the others keep this code from being billed on this day? */
export const conflictsWith = (code: string, day: string, others: readonly BilledBeside[]): boolean =>
  conflicts.some(({ codes, beside, within, sameRenderer }) => {
    const against = codes.includes(code) ? beside : beside.includes(code) ? codes : []
    const length = within === 'day' ? 10 : 7
    return others.some(
      (one) =>
        against.includes(one.code) &&
        one.day.slice(0, length) === day.slice(0, length) &&
        (sameRenderer === undefined || one.sameRenderer),
    )
  })
