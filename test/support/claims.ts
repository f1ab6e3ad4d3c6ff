/** Lines as the billing feed tells them, with all that a claim wants; tests change what they are about. Everybody is invented. */
import type { BillingItem, NamedCoverage } from '../../src/domain/billing-item.ts'
import type { ClaimParties } from '../../src/domain/claim-parties.ts'
import { type Candidate, type Claim, claimsOf } from '../../src/x12/claims.ts'
import { interchange } from '../../src/x12/interchange.ts'
import { type Loops, loopsOf } from '../../src/x12/professional-claim.ts'

export const lineItem = (changes: Partial<BillingItem> = {}): BillingItem => ({
  ...{ line: 'chg-1', version: 1, state: 'ready', at: '2026-03-02T15:04:05Z', frequency: '1', session: 'ses-1' },
  ...{ codeSystem: 'HCPCS', code: 'H0004', modifiers: ['HO'], units: '3', minutes: 50, unitRule: 'full' },
  ...{
    serviceFrom: '2026-03-02',
    serviceTo: '2026-03-02',
    placeOfService: '11',
    diagnoses: ['F32.2', 'Z59.02'],
    pointers: [1, 2],
  },
  charge: { amount: '97.50', currency: 'USD' },
  laterClaims: [],
  warnings: [],
  checks: [],
  client: {
    ...{ id: 'cli-1', family: 'Quintero', given: 'Rosa', birthDate: '1984-02-19', gender: 'female' },
    address: { lines: ['12 Harbor Street', 'Apt 4'], city: 'Lakeside', state: 'NY', postalCode: '14001' },
  },
  coverage: {
    ...{ id: 'cov-1', kind: 'medicaid-ffs', memberId: 'MCD-100', relationship: 'self', priority: 1 },
    payer: { id: 'org-2', name: 'State Medicaid', identifiers: [{ system: 'urn:oid:2.16.840.1.113883.6.300', value: '12345' }] },
  },
  otherCoverages: [],
  renderer: { id: 'prc-1', family: 'Okafor', given: 'Nnamdi', npi: '1871500009', taxonomy: '1041C0700X' },
  billingProvider: {
    ...{ id: 'org-1', name: 'Harbor Street Counseling', npi: '1234567893', taxId: '12-3456789', phone: '(716) 555-0100' },
    address: { lines: ['1 Harbor Street'], city: 'Lakeside', state: 'NY', postalCode: '14001-2233' },
    identifiers: [],
  },
  ...changes,
})

/** A second payer. */
export const mutual: NamedCoverage = {
  ...{ id: 'cov-2', kind: 'commercial', memberId: 'LM-9', relationship: 'self', groupNumber: 'G-7', priority: 2 },
  payer: { id: 'org-3', name: 'Lakeside Mutual', identifiers: [{ value: '99' }] },
}

/** And a third one. */
export const tower: NamedCoverage = {
  ...{ id: 'cov-3', kind: 'commercial', memberId: 'TL-7', relationship: 'self', priority: 3 },
  payer: { id: 'org-4', name: 'Tower Life', identifiers: [{ value: '88' }] },
}

/** In the order of the feed. */
export const inFeed = (items: readonly BillingItem[], claims: Readonly<Record<string, string>> = {}): readonly Candidate[] =>
  items.map((item, place) => ({ item, place, ...(claims[item.line] !== undefined && { claim: claims[item.line]! }) }))

export const parties: ClaimParties = {
  submitter: { id: 'HARBOR1', qualifier: 'ZZ', name: 'Harbor Street Counseling', contact: { phone: '7165550100' } },
  receiver: { id: 'LAKECLEAR', qualifier: 'ZZ', name: 'Lakeside Clearinghouse' },
  usage: 'production',
}

export const numbered = (claims: readonly Claim[]): readonly Loops[] => claims.map((claim, i) => loopsOf(claim, `CLM${i + 1}`))

export const asFile = (claims: readonly Loops[]): string =>
  interchange(claims, { parties, at: '2026-03-02T15:04:05Z', control: 42, reference: 'REF-1' })

/** Segments of the file of one session's lines, a line each. */
export const fileOf = (items: readonly BillingItem[], claims?: Readonly<Record<string, string>>): readonly string[] =>
  asFile(numbered(claimsOf(inFeed(items, claims))))
    .split('~')
    .filter((segment) => segment !== '')
