/** What a billing system tells of a line that it pulled. */
import { z } from 'zod'
import { Payment, ReasonCode, TakenOff } from './adjudication.ts'
import { claimStates, isDecided } from './claim-states.ts'
import { Id, LocalDate } from './kernel.ts'

/** `version` is the one that the feed showed, and that was billed. */
export const Acknowledgement = z
  .strictObject({
    line: Id,
    version: z.int().min(1),
    state: z.enum(claimStates),
    /** Of `otherCoverages`, where it is not the line's own payer who says so, but one who pays after it. */
    coverage: Id.optional(),
    /** The claim's own number, with the biller or the payer. */
    claim: z.string().min(1).max(100).optional(),
    /** The payer's number, where it is another one than `claim`. */
    payerClaim: z.string().min(1).max(100).optional(),
    /** With `paid` and `partial`: in whole cents, as it was written. */
    paid: Payment.optional(),
    /** Why it was rejected or denied: codes as they came, or words. */
    reason: z.string().min(1).max(1000).optional(),
    /** Of the remittance; without them those that `reason` consists of. */
    reasonCodes: z.array(ReasonCode).max(50).optional(),
    /** What was not paid of the charge, by its reasons; and when that was decided. The next payer is told both. */
    adjustments: z.array(TakenOff).max(30).optional(),
    on: LocalDate.optional(),
  })
  .refine(({ paid, state }) => paid === undefined || state === 'paid' || state === 'partial', {
    message: 'is told with paid or partial alone',
    path: ['paid'],
  })
  .refine(({ adjustments, state }) => adjustments === undefined || isDecided(state), {
    message: 'are told with paid, partial or denied alone',
    path: ['adjustments'],
  })
export type Acknowledgement = z.infer<typeof Acknowledgement>
