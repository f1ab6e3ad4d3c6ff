/** What a billing system tells of the claim that a line went out with. */
import { type Adjudication, reasonCodesIn } from '../domain/adjudication.ts'
import type { ServiceLine } from '../domain/service-line.ts'

export interface ClaimNews {
  /** The version of the line that was billed. */
  readonly version: number
  readonly claim?: string | undefined
  /** The payer's own number, where it is another one. */
  readonly payerClaim?: string | undefined
  readonly paid?: Adjudication['paid']
  readonly reason?: string | undefined
  readonly reasonCodes?: readonly string[] | undefined
  readonly adjustments?: readonly { readonly code: string; readonly amount: string }[] | undefined
  readonly on?: string | undefined
}

/** The line with the news; its state has moved already. Which version was billed, is told once. */
export function withNews(line: ServiceLine, { version, reason, ...news }: ClaimNews): ServiceLine {
  const claimRef = line.claimRef ?? news.claim
  const payerClaimId = line.payerClaimId ?? news.payerClaim ?? (line.state === 'billed' ? undefined : news.claim)
  const adjudication = adjudicationOf(line, { reason, ...news })
  return {
    ...line,
    billedVersion: line.billedVersion ?? version,
    ...(claimRef !== undefined && { claimRef }),
    ...(payerClaimId !== undefined && { payerClaimId }),
    ...(adjudication && { adjudication }),
    ...(reason !== undefined && { adjudicationReason: reason }),
  }
}

/** What was paid, and why not all of it, stays until something else is said of it. */
function adjudicationOf(
  { state, adjudication }: ServiceLine,
  { paid = adjudication?.paid, reason, reasonCodes, on = adjudication?.on, ...told }: Omit<ClaimNews, 'version'>,
): Adjudication | undefined {
  if (state !== 'accepted' && state !== 'rejected' && state !== 'paid' && state !== 'denied' && state !== 'partial')
    return adjudication
  const adjustments = told.adjustments?.map(({ code, amount }) => ({ code, amount: { amount, currency: 'USD' as const } }))
  const said = reasonCodes ?? (reason === undefined ? undefined : reasonCodesIn(reason)) ?? adjustments?.map(({ code }) => code)
  return {
    status: state,
    ...(paid && { paid }),
    reasonCodes: said ?? adjudication?.reasonCodes ?? [],
    adjustments: adjustments ?? adjudication?.adjustments ?? [],
    ...(on !== undefined && { on }),
  }
}

/** Is the news about the claim that the line knows of? What the line does not know contradicts nothing. */
export const sameClaim = (line: ServiceLine, { version, claim, payerClaim, paid }: ClaimNews): boolean =>
  (line.billedVersion ?? version) === version &&
  agrees(line.claimRef, claim) &&
  agrees(line.payerClaimId, payerClaim) &&
  agrees(cents(line.adjudication?.paid), cents(paid))

const cents = (paid: Adjudication['paid']): string | undefined => paid && Number(paid.amount).toFixed(2)

const agrees = (known: string | undefined, told: string | undefined): boolean =>
  known === undefined || told === undefined || known === told
