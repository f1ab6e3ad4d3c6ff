/** Claim edits are records, kept under a programme, pairs or units, and a code. */
import { type ClaimEdits, noEdits } from '../../billing/claim-edits.ts'
import type { PairEdit, Programme, QuarterlyUnits } from '../../domain/claim-edits.ts'
import { askAll, type Steps } from '../../store/store.ts'

/** Kind of the records. */
export const claimEditRecord = 'claim-edits'
export const claimEditKey = (programme: Programme, of: 'pairs' | 'units', code: string): string => `${programme}:${of}:${code}`

/** What is loaded of a programme for these codes. */
export function* claimEditsFor(programme: Programme | undefined, codes: readonly string[]): Steps<ClaimEdits> {
  if (programme === undefined || codes.length === 0) return noEdits
  const read = function* <E>(of: 'pairs' | 'units'): Steps<readonly E[]> {
    const texts = yield* askAll(
      codes.map((code) => ({ ask: 'record' as const, kind: claimEditRecord, key: claimEditKey(programme, of, code) })),
    )
    return texts.flatMap((text) => (text === undefined ? [] : (JSON.parse(text) as E[])))
  }
  return { pairs: yield* read<PairEdit>('pairs'), units: yield* read<QuarterlyUnits>('units') }
}
