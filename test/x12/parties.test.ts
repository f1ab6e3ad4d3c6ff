/** Whom a file of claims is from, and for: as the configuration says, else for a trial what follows from the claims. */
import { describe, expect, it, test } from 'vitest'
import type { BillingItem } from '../../src/domain/billing-item.ts'
import { ClaimParties } from '../../src/domain/claim-parties.ts'
import { claimsOf } from '../../src/x12/claims.ts'
import { partiesOf } from '../../src/x12/parties.ts'
import { inFeed, lineItem, parties } from '../support/claims.ts'

const told = (agreed: ClaimParties | undefined, ...items: Partial<BillingItem>[]) =>
  partiesOf(
    items.flatMap((changes, i) => claimsOf(inFeed([lineItem({ ...changes, session: `ses-${i}` })]))),
    agreed,
  )
const { coverage } = lineItem()
const other = { ...coverage!, payer: { id: 'org-3', name: 'Lakeside Mutual', identifiers: [{ value: '99' }] } }

describe('a file', () => {
  it('goes out as agreed, whoever pays', () => {
    expect(told(parties, {}, { coverage: other })).toEqual({ ok: true, value: parties })
  })

  it('of one payer’s claims is a trial, from the agency, to the payer', () => {
    expect(told(undefined, {}, {})).toEqual({
      ok: true,
      value: {
        submitter: { id: '123456789', qualifier: '30', name: 'Harbor Street Counseling', contact: { phone: '7165550100' } },
        receiver: { id: '12345', qualifier: 'ZZ', name: 'State Medicaid' },
        usage: 'test',
      },
    })
  })

  it('for several payers wants to be told where to go', () => {
    const answer = told(undefined, {}, { coverage: other })
    expect(answer).toMatchObject({ ok: false, problem: { code: 'rule-broken', issues: [{ path: 'claims.receiver' }] } })
  })

  it('wants to be told who answers for it, where nothing is on record', () => {
    const { phone: _, ...silent } = lineItem().billingProvider!
    const answer = told(undefined, { billingProvider: silent })
    expect(answer).toMatchObject({ ok: false, problem: { issues: [{ path: 'claims.submitter.contact' }] } })
  })
})

describe('what has been agreed', () => {
  const { submitter, receiver } = parties
  test.each([
    ['an id too long for ISA06', { ...parties, receiver: { ...receiver, id: '1234567890123456' } }],
    ['a name with a separator', { ...parties, receiver: { ...receiver, name: 'A*B' } }],
    ['nobody to ask', { ...parties, submitter: { ...submitter, contact: {} } }],
    ['a telephone that is none', { ...parties, submitter: { ...submitter, contact: { phone: '555' } } }],
    ['a word that nobody knows', { ...parties, gateway: 'x' }],
  ])('has not %s', (_, given) => {
    expect(ClaimParties.safeParse(given).success).toBe(false)
  })

  it('is a trial until it is said', () => {
    expect(ClaimParties.parse({ submitter, receiver }).usage).toBe('test')
  })
})
