/** Claim edits are records, kept under a programme, pairs or units, and a code. */
import { type ClaimEdits, noEdits } from '../../billing/claim-edits.ts'
import type { PairEdit, Programme, QuarterlyUnits } from '../../domain/claim-edits.ts'
import type { Steps } from '../../store/store.ts'
import { Kept } from '../kept.ts'

/** Both of one kind: their keys tell them apart. */
export const claimEdits = {
  pairs: new Kept<readonly PairEdit[]>('claim-edits'),
  units: new Kept<readonly QuarterlyUnits[]>('claim-edits'),
}
export const claimEditKey = (programme: Programme, of: 'pairs' | 'units', code: string): string => `${programme}:${of}:${code}`

/** What is loaded of a programme for these codes. */
export function* claimEditsFor(programme: Programme | undefined, codes: readonly string[]): Steps<ClaimEdits> {
  if (programme === undefined || codes.length === 0) return noEdits
  const keys = (of: 'pairs' | 'units') => codes.map((code) => claimEditKey(programme, of, code))
  const pairs = yield* claimEdits.pairs.ofEach(keys('pairs'))
  const units = yield* claimEdits.units.ofEach(keys('units'))
  return { pairs: pairs.flatMap((some) => some ?? []), units: units.flatMap((some) => some ?? []) }
}
