/** Claims that a payer has decided, for whoever pays next: the same lines at the same charges, with what was decided of each. */
import { type Candidate, type Claim, claim } from './claims.ts'
import { payersInOrder } from './subscriber.ts'

/** Whether the payer has taken the line: what was rejected at the door it never had. */
const taken: ReadonlySet<string> = new Set(['billed', 'accepted', 'paid', 'partial', 'denied'])

/** Of all lines of one session. None where nobody pays next. */
export function nextClaimsOf(candidates: readonly Candidate[]): readonly Claim[] {
  const inOrder = candidates.toSorted((a, b) => a.place - b.place).filter(({ item }) => taken.has(item.state))
  const decided = Map.groupBy(inOrder, ({ claim: number, item }) => JSON.stringify([number, item.coverage?.id]))
  return [...decided.values()].flatMap((lines) => {
    const renewed = lines.flatMap((line) => forNext(line) ?? [])
    const by = lines[0]!.item.coverage?.id
    return by === undefined || renewed.length < lines.length
      ? []
      : [{ ...claim('1', undefined, renewed, renewed), decidedBy: by }]
  })
}

function forNext({ item, ...line }: Candidate): Candidate | undefined {
  const { coverage, otherCoverages, referral, authorization: _, ...rest } = item
  const inOrder = payersInOrder(item)
  const next = inOrder[inOrder.findIndex(({ id }) => id === coverage?.id) + 1]
  if (coverage === undefined || next === undefined) return undefined
  const others = [coverage, ...otherCoverages.filter(({ id }) => id !== next.id)]
  // Numbers of a referral and of an authorization are the first payer's.
  const referred = referral && { id: referral.id, ...(referral.referring && { referring: referral.referring }) }
  return { ...line, item: { ...rest, coverage: next, otherCoverages: others, ...(referred && { referral: referred }) } }
}
