/** What became of the claim to a payer after the line's own: told by acknowledgements that name its coverage. */
import { z } from 'zod'
import { Adjudication } from './adjudication.ts'
import { type ClaimState, claimStates } from './claim-states.ts'
import { Id, Text } from './kernel.ts'
import { stateMachine } from './state-machine.ts'

export const LaterClaim = z.object({
  /** Of the client's: whose payer it went to. */
  coverageId: Id,
  state: z.enum(claimStates),
  /** The biller's number of that claim, and the payer's. */
  claimRef: Text.optional(),
  payerClaimId: Text.optional(),
  adjudication: Adjudication.optional(),
  adjudicationReason: Text.optional(),
})
export type LaterClaim = z.infer<typeof LaterClaim>

const untold = 'untold'
type State = ClaimState | typeof untold

/** Payers hand claims on to each other: an answer may be the first that is heard of one. What was rejected at the door may go again. */
export const laterClaimMachine = stateMachine({
  states: [untold, ...claimStates],
  events: {
    bill: { from: [untold, 'rejected'], to: 'billed' },
    accept: { from: [untold, 'billed'], to: 'accepted' },
    reject: { from: [untold, 'billed'], to: 'rejected' },
    pay: { from: [untold, 'accepted', 'billed'], to: 'paid' },
    'pay-in-part': { from: [untold, 'accepted', 'billed'], to: 'partial' },
    deny: { from: [untold, 'accepted', 'billed'], to: 'denied' },
  },
})

export const laterClaimOf = (
  { laterClaims }: { readonly laterClaims: readonly LaterClaim[] },
  coverage: string | undefined,
): LaterClaim | undefined => laterClaims.find(({ coverageId }) => coverageId === coverage)

export const stateOf = (claim: LaterClaim | undefined): State => claim?.state ?? untold

/** The payer has it: what was rejected at the door it never had. */
export const isWithPayer = (claim: LaterClaim | undefined): claim is LaterClaim =>
  claim !== undefined && claim.state !== 'rejected'
