/** Lines as they may come, good and bad, for what holds of all claims. */
import fc from 'fast-check'
import type { BillingItem } from '../../src/domain/billing-item.ts'
import { claimsOf } from '../../src/x12/claims.ts'
import { inFeed, lineItem, mutual } from './claims.ts'

const school = {
  ...{ id: 'loc-1', name: 'Lakeside School' },
  address: { lines: ['9 School Road'], city: 'Lakeside', state: 'NY', postalCode: '14001-2233' },
}
const referral = { id: 'ref-1', number: 'R-77', referring: { id: 'prc-7', family: 'Adeyemi', npi: '1871500017' } }
const subscriber = { id: 'rel-1', family: 'Quintero', given: 'Luz' }
const name = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('Quintero', 'O’Brien', 'Núñez', 'van der Berg', 'Smith-Jones, Jr.') },
  { weight: 1, arbitrary: fc.string({ maxLength: 70, unit: 'grapheme' }) },
)
const amount = fc.integer({ min: 0, max: 1_000_000 }).map((cents) => String(cents / 100))
const item = fc
  .record({
    family: name,
    person: fc.integer({ min: 1, max: 3 }),
    session: fc.integer({ min: 1, max: 4 }),
    amount,
    units: fc.constantFrom('1', '3', '10', '2.5', '0'),
    modifiers: fc.uniqueArray(fc.constantFrom('HO', 'HN', 'HQ', 'GT', '95', 'U1'), { maxLength: 4 }),
    diagnoses: fc.uniqueArray(fc.constantFrom('F32.2', 'F41.1', 'Z59.02', 'F43.10', 'F10.20'), { minLength: 1 }),
    number: fc.option(fc.constantFrom('A-1', 'A-2', 'A*3'), { nil: undefined }),
    isSupervised: fc.boolean(),
    isAtSchool: fc.boolean(),
    isInsuredTwice: fc.boolean(),
    isReferred: fc.boolean(),
    isChild: fc.boolean(),
    answers: fc.constantFrom('1', '1', '1', '7', '8'),
  })
  .map(
    ({
      family,
      person,
      session,
      amount,
      units,
      modifiers,
      diagnoses,
      number,
      isSupervised,
      isAtSchool,
      isInsuredTwice,
      isReferred,
      isChild,
      answers,
    }): Partial<BillingItem> => ({
      ...{ session: `ses-${session}`, units, modifiers, diagnoses },
      charge: { amount, currency: 'USD' },
      pointers: diagnoses.slice(0, 4).map((_, i) => i + 1),
      client: { ...lineItem().client, id: `cli-${person}`, family },
      ...(number !== undefined && { authorization: { id: 'aut-1', number } }),
      ...(isSupervised && { supervising: { id: 'prl-9', family: 'Bauer', npi: '1245319599' } }),
      ...(isInsuredTwice && { otherCoverages: [mutual] }),
      ...(isReferred && { referral }),
      ...(isChild && { coverage: { ...lineItem().coverage!, id: 'cov-9', relationship: 'child', subscriber } }),
      ...(isAtSchool && { placeOfService: '03', facility: school }),
      ...(answers !== '1' && { frequency: answers as '7' | '8', correctsClaim: `ICN-${session}`, corrects: 'chg-0' }),
      ...(answers === '8' && { state: 'void' }),
    }),
  )
/** Lines of some sessions of some people, in the order of the feed. */
export const items = fc
  .array(item, { minLength: 1, maxLength: 60 })
  .map((all) => all.map((changes, i) => lineItem({ ...changes, line: `chg-${i}` })))

export const claimsIn = (all: readonly BillingItem[]) =>
  [...Map.groupBy(all, ({ session }) => session).values()].flatMap((one) => claimsOf(inFeed(one)))
