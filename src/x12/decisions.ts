/** What the payer before has decided of each line: loop 2430. ASC X12N/005010X222A1 */
import type { BillingItem } from '../domain/billing-item.ts'
import { centsOf, dollars, unitsOf } from './amounts.ts'
import type { Checked } from './checked.ts'
import type { Claim } from './claims.ts'
import { day } from './elements.ts'
import type { PaidBefore } from './other-payers.ts'
import type { Segment } from './segment.ts'
import { payerIdOf } from './subscriber.ts'

const paidOf = ({ adjudication }: BillingItem): bigint | undefined =>
  adjudication?.paid ? centsOf(adjudication.paid.amount) : adjudication?.status === 'denied' ? 0n : undefined

/** What the payer before this one has paid for the lines of a claim, in all; undefined where none has decided. */
export function paidBefore({ decidedBy, lines }: Claim): PaidBefore | undefined {
  if (decidedBy === undefined) return undefined
  const paid = lines.reduce((sum, line) => sum + (paidOf(line) ?? 0n), 0n)
  return { id: decidedBy, paid: dollars(paid), payerClaim: lines.find(({ payerClaim }) => payerClaim !== undefined)?.payerClaim }
}

/** Adjustments of one group that a CAS holds, and how many CAS a line does. */
const [perGroup, mostGroups] = [6, 5]

/** What was paid and what was not come to the charge: whoever pays next works it out of both. */
export function decisionLoop(check: Checked, item: BillingItem, { decidedBy }: Claim, charge: bigint): readonly Segment[] {
  if (decidedBy === undefined) return []
  const { adjudication, otherCoverages, code, modifiers, units = '' } = item
  const paid = paidOf(item)
  if (paid === undefined) check.lack('missing', 'adjudication.paid')
  const taken = (adjudication?.adjustments ?? []).map(({ code: reason, amount }) => ({ reason, cents: signed(amount.amount) }))
  const total = taken.reduce((sum, { cents }) => sum + cents, paid ?? 0n)
  if (paid !== undefined && total !== charge) check.lack(taken.length === 0 ? 'missing' : 'invalid', 'adjudication.adjustments')
  const groups = [...Map.groupBy(taken, ({ reason }) => reason.slice(0, 2))].flatMap(([group, all]) =>
    pieces(all).map((some): Segment => {
      const trios = some.flatMap(({ reason, cents }) => [
        reason.slice(3),
        cents < 0n ? `-${dollars(-cents)}` : dollars(cents),
        '',
      ])
      return ['CAS', group, ...trios]
    }),
  )
  if (groups.length > mostGroups) check.lack('too-many', 'adjudication.adjustments')
  const by = payerIdOf(otherCoverages.find(({ id }) => id === decidedBy)?.payer) ?? ''
  return [
    ['SVD', by, dollars(paid ?? 0n), ['HC', code, ...modifiers], '', unitsOf(units) ?? ''],
    ...groups,
    ['DTP', '573', 'D8', day(check, 'adjudication.on', adjudication?.on)],
  ]
}

const signed = (amount: string): bigint => (amount.startsWith('-') ? -(centsOf(amount.slice(1)) ?? 0n) : (centsOf(amount) ?? 0n))

const pieces = <T>(all: readonly T[]): readonly (readonly T[])[] =>
  all.length <= perGroup ? [all] : [all.slice(0, perGroup), ...pieces(all.slice(perGroup))]
