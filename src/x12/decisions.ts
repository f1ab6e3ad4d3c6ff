/** What the payers before have decided of each line: loop 2430. ASC X12N/005010X222A1 */
import type { Adjudication } from '../domain/adjudication.ts'
import { centsOf, dollars, unitsOf } from './amounts.ts'
import type { Checked } from './checked.ts'
import type { Claim, ClaimLine } from './claims.ts'
import { day, pieces } from './elements.ts'
import type { PaidBefore } from './other-payers.ts'
import type { Segment } from './segment.ts'
import { payerIdOf } from './subscriber.ts'

/** What one payer has decided of a line, if it has. */
export interface Decision {
  readonly coverageId: string
  /** The biller's number of that claim, and the payer's. */
  readonly claim?: string | undefined
  readonly payerClaim?: string | undefined
  readonly adjudication?: Adjudication | undefined
  /** Where the feed tells of it. */
  readonly path: string
}

const paidOf = ({ adjudication }: Decision): bigint | undefined =>
  adjudication?.paid ? centsOf(adjudication.paid.amount) : adjudication?.status === 'denied' ? 0n : undefined

/** What each payer before this one has paid for the lines of a claim, in all. */
export const paidBefore = ({ lines }: Claim): readonly PaidBefore[] =>
  (lines[0]?.decisions ?? []).map(({ coverageId: id }) => {
    const decisions = lines.flatMap((line) => line.decisions?.filter(({ coverageId }) => coverageId === id) ?? [])
    const paid = decisions.reduce((sum, one) => sum + (paidOf(one) ?? 0n), 0n)
    const payerClaim = decisions.find((one) => one.payerClaim !== undefined)?.payerClaim
    return { id, paid: dollars(paid), payerClaim }
  })

/** Adjustments of one group that a CAS holds, and how many CAS a line does. */
const [perGroup, mostGroups] = [6, 5]

export const decisionLoops = (check: Checked, item: ClaimLine, charge: bigint): readonly Segment[] =>
  (item.decisions ?? []).flatMap((decision) => decisionLoop(check, item, decision, charge))

/** What was paid and what was not come to the charge: whoever pays next works it out of both. */
function decisionLoop(check: Checked, item: ClaimLine, decision: Decision, charge: bigint): readonly Segment[] {
  const { otherCoverages, code, modifiers, units = '' } = item
  const { adjudication, coverageId, path } = decision
  const paid = paidOf(decision)
  if (paid === undefined) check.lack('missing', `${path}.paid`)
  const taken = (adjudication?.adjustments ?? []).map(({ code: reason, amount }) => ({ reason, cents: signed(amount.amount) }))
  const total = taken.reduce((sum, { cents }) => sum + cents, paid ?? 0n)
  if (paid !== undefined && total !== charge) check.lack(taken.length === 0 ? 'missing' : 'invalid', `${path}.adjustments`)
  const groups = [...Map.groupBy(taken, ({ reason }) => reason.slice(0, 2))].flatMap(([group, all]) =>
    pieces(all, perGroup).map((some): Segment => {
      const trios = some.flatMap(({ reason, cents }) => [
        reason.slice(3),
        cents < 0n ? `-${dollars(-cents)}` : dollars(cents),
        '',
      ])
      return ['CAS', group, ...trios]
    }),
  )
  if (groups.length > mostGroups) check.lack('too-many', `${path}.adjustments`)
  const by = payerIdOf(otherCoverages.find(({ id }) => id === coverageId)?.payer) ?? ''
  return [
    ['SVD', by, dollars(paid ?? 0n), ['HC', code, ...modifiers], '', unitsOf(units) ?? ''],
    ...groups,
    ['DTP', '573', 'D8', day(check, `${path}.on`, adjudication?.on)],
  ]
}

const signed = (amount: string): bigint => (amount.startsWith('-') ? -(centsOf(amount.slice(1)) ?? 0n) : (centsOf(amount) ?? 0n))
