/** What a billing system tells of a claim that a line went out with: to its own payer, or to one who pays after it. */
import { type Adjudication, reasonCodesIn } from '../domain/adjudication.ts'
import type { LaterClaim } from '../domain/later-claim.ts'
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
export const withNews = (line: ServiceLine, news: ClaimNews): ServiceLine => ({
  ...withClaimNews(line, news),
  billedVersion: line.billedVersion ?? news.version,
})

type Claimed = Pick<ServiceLine | LaterClaim, 'state' | 'claimRef' | 'payerClaimId' | 'adjudication' | 'adjudicationReason'>

/** The same of any claim. */
export function withClaimNews<T extends Claimed>(line: T, { version: _, reason, ...news }: ClaimNews): T {
  const claimRef = line.claimRef ?? news.claim
  const payerClaimId = line.payerClaimId ?? news.payerClaim ?? (line.state === 'billed' ? undefined : news.claim)
  const adjudication = adjudicationOf(line, { reason, ...news })
  return {
    ...line,
    ...(claimRef !== undefined && { claimRef }),
    ...(payerClaimId !== undefined && { payerClaimId }),
    ...(adjudication && { adjudication }),
    ...(reason !== undefined && { adjudicationReason: reason }),
  }
}

/** What was paid, and why not all of it, stays until something else is said of it. */
function adjudicationOf(
  { state, adjudication }: Claimed,
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
export const sameClaim = (
  line: Claimed & Pick<ServiceLine, 'billedVersion'>,
  { version, claim, payerClaim, paid }: ClaimNews,
): boolean =>
  (line.billedVersion ?? version) === version &&
  agrees(line.claimRef, claim) &&
  agrees(line.payerClaimId, payerClaim) &&
  agrees(cents(line.adjudication?.paid), cents(paid))

const cents = (paid: Adjudication['paid']): string | undefined => paid && Number(paid.amount).toFixed(2)

const agrees = (known: string | undefined, told: string | undefined): boolean =>
  known === undefined || told === undefined || known === told
