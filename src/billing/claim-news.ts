/** What a billing system tells of the claim that a line went out with. */
import type { ServiceLine } from '../domain/service-line.ts'

/** Events of the line's machine that bring such news. */
export const claimEvents = { billed: 'bill', accepted: 'accept', rejected: 'reject', paid: 'pay', denied: 'deny' } as const
export type ClaimState = keyof typeof claimEvents
export const claimStates = Object.keys(claimEvents) as ClaimState[]

export interface ClaimNews {
  /** The version of the line that was billed. */
  readonly version: number
  readonly claim: string | undefined
  readonly reason: string | undefined
}

/** The line with the news; its state has moved already. Which version was billed, is told once. */
export const withNews = (line: ServiceLine, { version, claim, reason }: ClaimNews): ServiceLine => ({
  ...line,
  billedVersion: line.billedVersion ?? version,
  ...(claim !== undefined && { claimRef: claim }),
  ...(reason !== undefined && { adjudicationReason: reason }),
})

/** Is the news about the claim that the line knows of? What the line does not know contradicts nothing. */
export const sameClaim = (line: ServiceLine, { version, claim }: ClaimNews): boolean =>
  (line.billedVersion ?? version) === version && (claim === undefined || (line.claimRef ?? claim) === claim)
