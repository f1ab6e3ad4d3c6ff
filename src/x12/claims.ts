/**
 * Which lines go together in a claim: those of one session, or of one month's count, with the same payer and people. A claim is whole or not
 * there at all: a replacement (frequency 7) takes the place of all of the earlier claim, so it says again what still stands of that, and
 * nothing standing any more makes it a void one (8). No payer replaces a claim of another's: that is void to the one, and a first to the other.
 */
import type { BillingItem } from '../domain/billing-item.ts'
import type { Lack } from '../domain/claim-lack.ts'
import { isWithoutPayer } from '../domain/coverage.ts'
import { isWithPayer, type LaterClaim, laterClaimOf } from '../domain/later-claim.ts'
import type { Decision } from './decisions.ts'
import { pieces } from './elements.ts'

/** `decisions`: of those who pay before `coverage`, in their order. */
export type ClaimLine = BillingItem & { readonly decisions?: readonly Decision[] }

/** A line of a session as it stands now. */
export interface Candidate {
  readonly item: ClaimLine
  /** The number that its claim was acknowledged with. */
  readonly claim?: string
  /** Its place in the feed. */
  readonly place: number
}

export interface Claim {
  readonly frequency: '1' | '7' | '8'
  /** The number of the claim that is replaced or made void. */
  readonly original?: string
  /** In the order of the feed; the first says what all of them share. */
  readonly lines: readonly ClaimLine[]
  /** The lines that the feed told of now, and the place of the last of them: there the claim is told. */
  readonly told: readonly BillingItem[]
  readonly place: number
  /** What is wrong with lines being together. */
  readonly lacks: readonly Lack[]
}

/** Service lines of one claim. ASC X12N/005010X222A1, loop 2400. */
const most = 50

/** All claims of one session, from all of its lines. */
export function claimsOf(candidates: readonly Candidate[]): readonly Claim[] {
  const inOrder = candidates.toSorted((a, b) => a.place - b.place).filter(({ item }) => hasPayer(item))
  const first = Map.groupBy(
    inOrder.filter(({ item }) => item.frequency === '1'),
    ({ item }) => JSON.stringify([shared(item), item.decisions?.map((one) => one.claim)]),
  )
  const answers = Map.groupBy(
    inOrder.filter(({ item }) => item.frequency === '7' || item.frequency === '8'),
    ({ item }) => (item.correctsClaim === undefined ? item.line : chainFrom(item.correctsClaim, inOrder).at(-1)!),
  )
  return [
    ...[...first.values()].flatMap((group) => pieces(group, most).map((lines) => claim('1', undefined, lines, lines))),
    ...[...answers.values()].flatMap((group) => answer(group, inOrder)),
  ]
}

export const hasPayer = ({ coverage }: BillingItem): boolean => !isWithoutPayer(coverage?.kind)

/** What a claim says once for all of its lines. */
const shared = ({
  client,
  coverage,
  billingProvider,
  renderer,
  supervising,
  facility,
  referral,
  diagnoses,
}: BillingItem): string =>
  JSON.stringify([
    ...[client, coverage, billingProvider, renderer, supervising, facility, referral].map((one) => one?.id),
    diagnoses,
  ])

/** The claim's number, and those that have replaced it since, one after the other. */
function chainFrom(number: string, all: readonly Candidate[]): readonly string[] {
  const chain = [number]
  for (let last: string | undefined = number; last !== undefined; ) {
    const before: string = last
    last = all.find(({ claim, item }) => item.correctsClaim === before && claim !== undefined && !chain.includes(claim))?.claim
    if (last !== undefined) chain.push(last)
  }
  return chain
}

/** A payer knows its own number of a claim, where it has told one. */
const payersNumber = (number: string | undefined, all: readonly Candidate[]): string | undefined =>
  all.find(({ claim, item }) => claim === number && item.payerClaim !== undefined)?.item.payerClaim ?? number

const standingStates: ReadonlySet<string> = new Set(['billed', 'accepted', 'rejected', 'paid', 'partial', 'denied'])

/** None where nothing is left of a claim that the payer has never taken. */
function answer(group: readonly Candidate[], all: readonly Candidate[]): readonly Claim[] {
  const { correctsClaim } = group[0]!.item
  const chain = correctsClaim === undefined ? [] : chainFrom(correctsClaim, all)
  const standing = all.filter(({ claim, item }) => standingStates.has(item.state) && claim !== undefined && chain.includes(claim))
  const renewed = group.filter(({ item }) => item.frequency === '7')
  const lines = [...standing, ...renewed].toSorted((a, b) => a.place - b.place)
  const before = all.filter(({ item }) => group.some((one) => one.item.corrects === item.line))
  const original = payersNumber(chain.at(-1), all)
  const moved = before.some(({ item }) => item.coverage?.id !== group[0]!.item.coverage?.id)
  // Rejected at the door (277CA): for the payer there is no claim to replace.
  const isUnknown = before.length > 0 && before.every(({ item }) => item.adjudication?.status === 'rejected')
  if (lines.length === 0) return isUnknown ? [] : [claim('8', original, group, group)]
  if (isUnknown) return [claim('1', undefined, lines, group)]
  if (!moved) return [claim('7', original, lines, group)]
  // Whoever had it keeps what still stands of it, or nothing; another payer never had any, but as one who pays later.
  const left = standing.length === 0 ? claim('8', original, before, group) : claim('7', original, standing, group)
  const later = before.map(({ item }) => laterClaimOf(item, group[0]!.item.coverage?.id)).find(isWithPayer)
  return [left, claim(later ? '7' : '1', later && numberOf(later), renewed, group, left.lacks)]
}

/** The one that the payer knows. */
const numberOf = ({ claimRef, payerClaimId }: LaterClaim): string | undefined => payerClaimId ?? claimRef

/** `frequency` (CLM05-3): 1 the first, 7 in place of another, 8 to make it void; `original`: the payer's number of that one (REF*F8). */
function claim(
  frequency: Claim['frequency'],
  original: string | undefined,
  lines: readonly Candidate[],
  told: readonly Candidate[],
  lacks: readonly Lack[] = [],
): Claim {
  const isMixed = new Set(lines.map(({ item }) => shared(item))).size > 1
  return {
    frequency,
    ...(original !== undefined && { original }),
    lines: lines.map(({ item }) => item),
    told: told.map(({ item }) => item),
    place: Math.max(...told.map(({ place }) => place)),
    lacks: [
      ...lacks,
      ...(frequency !== '1' && original === undefined ? [{ code: 'missing', path: 'correctsClaim' } as const] : []),
      ...(lines.length > most ? [{ code: 'too-many', path: 'lines' } as const] : []),
      ...(isMixed ? [{ code: 'invalid', path: 'lines' } as const] : []),
    ],
  }
}
