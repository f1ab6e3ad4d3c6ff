/** Whoever else insures the patient, and what they have paid already: loop 2320. ASC X12N/005010X222A1 */
import type { BillingItem, NamedCoverage } from '../domain/billing-item.ts'
import type { Checked } from './checked.ts'
import { address } from './elements.ts'
import type { Segment } from './segment.ts'
import { insurance, insured, isOwnNumber, payer, payersInOrder, relationshipOf } from './subscriber.ts'

/** What the payer before has decided of the claim. */
export interface PaidBefore {
  /** Of its coverage. */
  readonly id: string
  readonly paid: string
  readonly payerClaim?: string | undefined
}

/** Each payer before the one who gets the claim must have decided. */
export function otherPayers(check: Checked, item: BillingItem, before: readonly PaidBefore[]): readonly Segment[] {
  const { coverage, otherCoverages } = item
  const inOrder = payersInOrder(item)
  const own = inOrder.findIndex(({ id }) => id === coverage?.id)
  return otherCoverages.flatMap((other, i) => {
    const decided = before.find(({ id }) => id === other.id)
    const at = `otherCoverages.${i}`
    if (!decided && inOrder.indexOf(other) < own) check.lack('pays-first', at)
    return otherPayer(check, at, item, other, decided)
  })
}

function otherPayer(
  check: Checked,
  at: string,
  item: BillingItem,
  other: NamedCoverage,
  decided: PaidBefore | undefined,
): readonly Segment[] {
  if (other.relationship === undefined) check.lack('missing', `${at}.relationship`)
  const number = check.may('payerClaim', decided?.payerClaim, { most: 50 })
  return [
    insurance(check, at, item, other, relationshipOf(other)),
    ...(decided ? [['AMT', 'D', decided.paid] as const] : []),
    ['OI', '', '', 'Y', '', '', 'Y'],
    insured(check, at, item, other.relationship === undefined ? undefined : other),
    ...(isOwnNumber(other) && item.client.address ? address(check, 'client.address', item.client.address) : []),
    payer(check, at, other),
    ...(number === '' ? [] : [['REF', 'F8', number] as const]),
  ]
}
