/** How far a claim has come, as billing systems tell it: by these events of its line. */
export const claimEvents = {
  ...{ billed: 'bill', accepted: 'accept', rejected: 'reject', paid: 'pay', denied: 'deny', partial: 'pay-in-part' },
} as const
export type ClaimState = keyof typeof claimEvents
export const claimStates = Object.keys(claimEvents) as ClaimState[]

const decided: ReadonlySet<string> = new Set<ClaimState>(['paid', 'partial', 'denied'])
/** The payer has said what it pays, if anything. */
export const isDecided = (state: string): boolean => decided.has(state)
