/**
 * CMS's quarterly claim edits (NCCI) as they were loaded: pairs of codes of which one is not paid beside the other on the same day by the same
 * person, and the most units of a code. Numbers alone, of codes that can be billed here; Medicare and Medicaid have tables of their own.
 * https://www.cms.gov/medicare/coding-billing/national-correct-coding-initiative-ncci-edits
 */
import type { PairEdit, Programme, QuarterlyUnits } from '../domain/claim-edits.ts'
import type { CoverageKind } from '../domain/service-line.ts'
import type { BilledBeside } from './conflicts.ts'

/** What is loaded for the codes of a session, from the table of whoever pays. */
export interface ClaimEdits {
  readonly pairs: readonly PairEdit[]
  readonly units: readonly QuarterlyUnits[]
}
export const noEdits: ClaimEdits = { pairs: [], units: [] }

const programmeOf: Readonly<Record<CoverageKind, Programme | undefined>> = {
  ...{ medicare: 'medicare', 'medicare-advantage': 'medicare', dual: 'medicare', commercial: 'medicare', tricare: 'medicare' },
  ...{ 'medicaid-ffs': 'medicaid', 'medicaid-mco': 'medicaid' },
  ...{ va: undefined, 'self-pay': undefined, sliding: undefined, grant: undefined },
}
/** Whose tables a payer goes by: commercial ones follow Medicare's. */
export const editsOfPayer = (kind: CoverageKind | undefined): Programme | undefined =>
  kind === undefined ? undefined : programmeOf[kind]

/** Those of the others, by the same person on this day, that a pair parts from this code. `0`: whatever is done; `1`: unless a modifier does. */
export function pairedOn(
  edits: ClaimEdits,
  code: string,
  day: string,
  others: readonly BilledBeside[],
  indicator: '0' | '1',
): readonly BilledBeside[] {
  const paired = new Set(
    edits.pairs.flatMap(({ column1, column2, from, until, modifier }) => {
      // One that was deleted as of the day it began never was.
      const inForce = from <= day && (until === undefined || (day <= until && from !== until))
      if (modifier !== indicator || !inForce) return []
      return code === column1 ? [column2] : code === column2 ? [column1] : []
    }),
  )
  return others.filter((one) => one.sameRenderer && one.day === day && paired.has(one.code))
}

/** Are these more units than the quarter allows? `2`: in no case; `1` and `3`: unless it is explained. `thatDay`: of other sessions. */
export function tooMany(
  edits: ClaimEdits,
  code: string,
  day: string,
  units: number,
  thatDay: number,
): '1' | '2' | '3' | undefined {
  const quarters = edits.units.filter((one) => one.code === code && one.from <= day)
  const edit = quarters.toSorted((a, b) => (a.from < b.from ? 1 : -1))[0]?.edit
  if (!edit) return undefined
  return units + (edit.indicator === '1' ? 0 : thatDay) > edit.units ? edit.indicator : undefined
}
