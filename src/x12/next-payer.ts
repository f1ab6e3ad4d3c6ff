/**
 * Claims that payers have decided, for whoever pays next: the same lines at the same charges, with what was decided of each. The lines of a
 * session stand there as that payer knows them, so that a claim of its own is replaced (7) or made void (8) there like any other.
 */
import type { BillingItem } from '../domain/billing-item.ts'
import { isWithPayer, type LaterClaim, laterClaimOf } from '../domain/later-claim.ts'
import { type Candidate, type Claim, claimsOf } from './claims.ts'
import type { Decision } from './decisions.ts'
import { payersInOrder } from './subscriber.ts'

/** Whether the payer before has taken the line: what was rejected at the door it never had. */
const taken: ReadonlySet<string> = new Set(['billed', 'accepted', 'paid', 'partial', 'denied'])

/** Of all lines of one session. None where nobody pays next. */
export function nextClaimsOf(candidates: readonly Candidate[]): readonly Claim[] {
  const lines = new Map(candidates.map((one) => [one.item.line, one]))
  const answered = ({ item }: Candidate) => (item.corrects === undefined ? undefined : lines.get(item.corrects))
  const next = new Set(candidates.flatMap((one) => payersNext(one.item, answered(one)?.item)))
  return [...next].flatMap((id) => claimsOf(candidates.flatMap((one) => asKnownTo(id, one, answered(one)) ?? [])))
}

/** By their coverages: the first who has not got it, and all who have got what is void. */
function payersNext(item: BillingItem, answered: BillingItem | undefined): readonly string[] {
  const later = laterPayers(item).map(({ id }) => id)
  if (item.state === 'void') return later.filter((id) => answered && isWithPayer(laterClaimOf(answered, id)))
  const first = taken.has(item.state) ? later.find((id) => !isWithPayer(laterClaimOf(item, id))) : undefined
  return first === undefined ? [] : [first]
}

const laterPayers = (item: BillingItem) => {
  const inOrder = payersInOrder(item)
  const own = inOrder.findIndex(({ id }) => id === item.coverage?.id)
  return own < 0 ? [] : inOrder.slice(own + 1)
}

/** Nothing where that payer has nothing to do with it, or not yet. */
function asKnownTo(id: string, candidate: Candidate, answered: Candidate | undefined): Candidate | undefined {
  const { item, place } = candidate
  const next = laterPayers(item).find((one) => one.id === id)
  const had = answered && laterClaimOf(answered.item, id)
  const claim = laterClaimOf(item, id)
  const standing = standingOf(item, claim, isWithPayer(had))
  if (item.coverage === undefined || next === undefined || standing === undefined) return undefined
  const { referral, frequency: _f, correctsClaim: _c, authorization: _n, payerClaim: _p, adjudication: _a, ...rest } = item
  // Numbers of a referral and of an authorization are the first payer's.
  const referred = referral && { id: referral.id, ...(referral.referring && { referring: referral.referring }) }
  const [number, corrected] = [claim, isWithPayer(had) ? had : undefined].map((one) => one?.claimRef ?? one?.payerClaimId)
  return {
    item: {
      ...{ ...rest, ...standing, coverage: next },
      otherCoverages: [item.coverage, ...item.otherCoverages.filter((other) => other.id !== id)],
      // What is void says again what the payers before had decided of it.
      decisions: decisionsBefore(id, item.state === 'void' && answered ? answered : candidate),
      ...(referred && { referral: referred }),
      ...(corrected !== undefined && { correctsClaim: corrected }),
      ...(claim?.payerClaimId !== undefined && { payerClaim: claim.payerClaimId }),
      ...(claim?.adjudication && { adjudication: claim.adjudication }),
    },
    place,
    ...(number !== undefined && { claim: number }),
  }
}

/** `had`: the payer has got a claim that the line corrects. */
function standingOf(
  { state }: BillingItem,
  claim: LaterClaim | undefined,
  had: boolean,
): Pick<BillingItem, 'state' | 'frequency'> | undefined {
  if (state === 'corrected') return { state }
  if (state === 'void') return had ? { state, frequency: '8' } : undefined
  if (!taken.has(state)) return undefined
  return isWithPayer(claim) ? { state: claim.state } : { state: 'ready', frequency: had ? '7' : '1' }
}

function decisionsBefore(id: string, { item, claim }: Candidate): readonly Decision[] {
  const later = laterPayers(item).map((one) => one.id)
  const own = { coverageId: item.coverage!.id, claim, payerClaim: item.payerClaim, adjudication: item.adjudication }
  return [
    { ...own, path: 'adjudication' },
    ...later.slice(0, later.indexOf(id)).map((coverageId) => {
      const { claimRef, payerClaimId, adjudication } = laterClaimOf(item, coverageId) ?? {}
      const at = item.laterClaims.findIndex((one) => one.coverageId === coverageId)
      const path = `laterClaims.${at < 0 ? item.laterClaims.length : at}.adjudication`
      return { coverageId, claim: claimRef, payerClaim: payerClaimId, adjudication, path }
    }),
  ]
}
