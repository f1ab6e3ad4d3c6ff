/** Writes interchanges of claims into a folder, for a validator that is no package of ours: as various as the tests have them. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import type { BillingItem } from '../../src/domain/billing-item.ts'
import { claimsOf } from '../../src/x12/claims.ts'
import { nextClaimsOf } from '../../src/x12/next-payer.ts'
import { asFile, inFeed, lineItem, mutual, numbered, tower } from '../support/claims.ts'
import { claimsIn, items } from '../support/some-claims.ts'

/** As its payer has decided: all of it taken off, or left to the client. */
const decided = ({ frequency: _, ...item }: BillingItem): BillingItem => ({
  ...item,
  state: 'denied',
  adjudication: {
    ...{ status: 'denied', reasonCodes: [], on: '2026-03-20' },
    adjustments: item.charge ? [{ code: Number(item.units) > 2 ? 'PR-1' : 'CO-50', amount: item.charge }] : [],
  },
})
const toNext = (all: readonly BillingItem[]) =>
  [...Map.groupBy(all, ({ session }) => session).values()].flatMap((one) => nextClaimsOf(inFeed(one.map(decided))))
/** Mutual, too, and then Tower Life is told of both. */
const toThird = (all: readonly BillingItem[]) =>
  toNext(
    all.map((item) => {
      const { adjudication } = decided(item)
      const told = { coverageId: mutual.id, state: 'denied', claimRef: 'CLM-2', payerClaimId: 'LM-1' } as const
      const laterClaims = [{ ...told, ...(adjudication && { adjudication }) }]
      return { ...item, otherCoverages: [mutual, tower], laterClaims }
    }),
  )

const [folder = '.', count = '50'] = process.argv.slice(2)
const some = fc.sample(items, { numRuns: Number(count), seed: 20260302 })
const files = [
  ...[claimsOf(inFeed([lineItem()])), toNext([lineItem({ otherCoverages: [mutual] })]), toThird([lineItem()])],
  ...some.flatMap((all) => [claimsIn(all), toNext(all), toThird(all)]),
]
for (const [i, claims] of files.entries()) {
  const whole = numbered(claims).filter(({ lacks }) => lacks.length === 0)
  if (whole.length > 0) writeFileSync(join(folder, `${i}.x12`), asFile(whole))
}
