/**
 * What is asked of a line before it is billed, by the numbers under which coordinators and billers know the rules: each that concerns its
 * code, and how it came out. `deny` holds the line; `warn` is told with it, until somebody answers for it by name, with a reason.
 */
import { z } from 'zod'
import { Text } from './kernel.ts'

/**
 * C01–C04, C07, C16: codes that exclude each other. C05, C06, C13–C15: codes that payers question beside each other. C08, C10–C12: an
 * add-on wants what it adds to. C09: once a day. C17: a call belongs to the visit near it. C18: what the code was for until 2026. C19: codes
 * that are over. C20: nobody is in two places. C21: in a hospital, or in custody. C22: a plan, and the client's word.
 */
export const conflictIds = [
  ...(['C01', 'C02', 'C03', 'C04', 'C05', 'C06', 'C07', 'C08', 'C09', 'C10', 'C11'] as const),
  ...(['C12', 'C13', 'C14', 'C15', 'C16', 'C17', 'C18', 'C19', 'C20', 'C21', 'C22'] as const),
] as const
export type ConflictId = (typeof conflictIds)[number]

export const checkOutcomes = ['pass', 'warn', 'deny'] as const

export const LineCheck = z.object({
  conflictId: z.enum(conflictIds),
  outcome: z.enum(checkOutcomes),
  /** Who answers for it: the client of this gateway that said so. */
  overriddenBy: Text.optional(),
  reason: Text.optional(),
})
export type LineCheck = z.infer<typeof LineCheck>

/**
 * Checks of a line that is ready, looked at again: what would hold it now does not any more, and what somebody answered for stays so as long
 * as the check comes out the same.
 */
export const lookedAtAgain = (checks: readonly LineCheck[], before: readonly LineCheck[]): readonly LineCheck[] =>
  checks.map((check) => {
    const old = before.find(({ conflictId }) => conflictId === check.conflictId)
    return old && (old.outcome === check.outcome || check.outcome === 'deny') ? old : check
  })
