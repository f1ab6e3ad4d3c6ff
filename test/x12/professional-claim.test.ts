/** Claims as payers read them: one of each kind, and what keeps a line out of them. ASC X12N/005010X222A1 */
import { describe, expect, it, test } from 'vitest'
import type { BillingItem } from '../../src/domain/billing-item.ts'
import { claimsOf } from '../../src/x12/claims.ts'
import { asFile, fileOf, inFeed, lineItem, numbered } from '../support/claims.ts'

/** Of the file only these segments. */
const told = (items: readonly BillingItem[], ids: string, claims?: Record<string, string>): readonly string[] =>
  fileOf(items, claims).filter((segment) => ids.split(' ').includes(segment.split('*')[0]!))

describe('a claim', () => {
  it('of a session in person, from envelope to envelope', () => {
    expect(fileOf([lineItem()])).toEqual([
      'ISA*00*          *00*          *ZZ*HARBOR1        *ZZ*LAKECLEAR      *260302*1504*^*00501*000000042*0*P*:',
      'GS*HC*HARBOR1*LAKECLEAR*20260302*1504*42*X*005010X222A1',
      'ST*837*0001*005010X222A1',
      'BHT*0019*00*REF-1*20260302*1504*CH',
      'NM1*41*2*Harbor Street Counseling*****46*HARBOR1',
      'PER*IC**TE*7165550100',
      'NM1*40*2*Lakeside Clearinghouse*****46*LAKECLEAR',
      'HL*1**20*1',
      'NM1*85*2*Harbor Street Counseling*****XX*1234567893',
      'N3*1 Harbor Street',
      'N4*Lakeside*NY*140012233',
      'REF*EI*123456789',
      'HL*2*1*22*0',
      'SBR*P*18*******MC',
      'NM1*IL*1*Quintero*Rosa****MI*MCD-100',
      'N3*12 Harbor Street*Apt 4',
      'N4*Lakeside*NY*14001',
      'DMG*D8*19840219*F',
      'NM1*PR*2*State Medicaid*****PI*12345',
      'CLM*CLM1*97.5***11:B:1*Y*A*Y*Y',
      'HI*ABK:F322*ABF:Z5902',
      'NM1*82*1*Okafor*Nnamdi****XX*1871500009',
      'PRV*PE*PXC*1041C0700X',
      'LX*1',
      'SV1*HC:H0004:HO*97.5*UN*3***1:2',
      'DTP*472*D8*20260302',
      'REF*6R*chg-1',
      'SE*26*0001',
      'GE*1*42',
      'IEA*1*000000042',
    ])
  })

  test.each([
    ['by video, at the client’s home', { placeOfService: '10', modifiers: ['HO', 'GT'] }, '10:B:1', 'HC:H0004:HO:GT'],
    ['by telephone, elsewhere', { placeOfService: '02', modifiers: ['HO', '93'] }, '02:B:1', 'HC:H0004:HO:93'],
    ['of a group', { placeOfService: '53', modifiers: ['HN', 'U1', 'HQ', 'GT'] }, '53:B:1', 'HC:H0004:HN:U1:HQ:GT'],
    ['by a number of CPT', { code: '90837', modifiers: [], units: '1' }, '11:B:1', 'HC:90837'],
  ])('of a session %s', (_, changes, place, procedure) => {
    const [claim, line] = told([lineItem(changes)], 'CLM SV1')
    expect(claim!.split('*')[5]).toBe(place)
    expect(line!.split('*')[1]).toBe(procedure)
  })

  it('of a month of care management names its days', () => {
    const { session: _, ...month } = lineItem({ code: '99492', modifiers: [], units: '1' })
    expect(told([{ ...month, serviceFrom: '2026-02-01', serviceTo: '2026-02-28' }], 'DTP')).toEqual([
      'DTP*472*RD8*20260201-20260228',
    ])
  })

  it('says what it comes to, and each add-on beside what it adds to', () => {
    const items = [
      lineItem(),
      lineItem({ line: 'chg-2', code: '90785', modifiers: [], units: '1', charge: { amount: '14.05', currency: 'USD' } }),
    ]
    expect(told(items, 'CLM LX SV1')).toEqual([
      'CLM*CLM1*111.55***11:B:1*Y*A*Y*Y',
      ...['LX*1', 'SV1*HC:H0004:HO*97.5*UN*3***1:2', 'LX*2', 'SV1*HC:90785*14.05*UN*1***1:2'],
    ])
  })

  it('bears the number of its authorization once, or each line its own', () => {
    const numbers = (...all: (string | undefined)[]) =>
      told(
        all.map((number, i) =>
          lineItem({ line: `chg-${i}`, authorization: { id: 'aut-1', ...(number !== undefined && { number }) } }),
        ),
        'CLM LX REF',
      ).filter((segment) => !/^REF\*(EI|6R)/.test(segment))
    expect(numbers('A-1', 'A-1').slice(1)).toEqual(['REF*G1*A-1', 'LX*1', 'LX*2'])
    expect(numbers('A-1', 'A-2', undefined).slice(1)).toEqual(['LX*1', 'REF*G1*A-1', 'LX*2', 'REF*G1*A-2', 'LX*3'])
  })

  it('names the group, or the plan where there is no group', () => {
    const coverage = { ...lineItem().coverage!, kind: 'commercial' as const, planName: 'Lakeside Gold' }
    expect(told([lineItem({ coverage })], 'SBR')).toEqual(['SBR*P*18**Lakeside Gold*****CI'])
    expect(told([lineItem({ coverage: { ...coverage, groupNumber: 'G-1' } })], 'SBR')).toEqual(['SBR*P*18*G-1******CI'])
  })

  it('writes names as payers have them: without accents, with plain quotes', () => {
    const client = { ...lineItem().client, family: 'O’Núñez–Ågren', given: ' Zoë  Marie ' }
    expect(told([lineItem({ client })], 'NM1')[3]).toBe("NM1*IL*1*O'Nunez-Agren*Zoe Marie****MI*MCD-100")
  })

  const who = { id: 'prl-9', family: 'Bauer', given: 'Ida', npi: '1245319599', taxonomy: '103T00000X' }
  it('names who answers for the renderer', () => {
    expect(told([lineItem({ supervising: who })], 'NM1').at(-1)).toBe('NM1*DQ*1*Bauer*Ida****XX*1245319599')
    expect(told([lineItem({ supervising: lineItem().renderer! })], 'NM1').at(-1)).toMatch(/^NM1\*82/)
  })

  it('tells where it was given, if that is not the agency’s own place', () => {
    const { address } = lineItem().billingProvider!
    const facility = { id: 'loc-1', name: 'Lakeside School', address: { ...address!, lines: ['9 School Road'] } }
    const where = (changes: Partial<BillingItem>) => told([lineItem({ facility, ...changes })], 'NM1 N3 N4').slice(10)
    expect(where({ placeOfService: '03' })).toEqual(['NM1*77*2*Lakeside School', 'N3*9 School Road', 'N4*Lakeside*NY*140012233'])
    expect(where({ facility: { ...facility, npi: '1234567893' } })[0]).toBe('NM1*77*2*Lakeside School*****XX*1234567893')
    expect(where({ placeOfService: '10' })).toEqual([])
    expect(where({ facility: { ...facility, address: address! } })).toEqual([])
    expect(where({ facility: { id: 'loc-2', name: 'Room 3' } })).toEqual([])
  })

  it('lists those of one person under one subscriber, and everybody under the agency', () => {
    const claims = ['ses-1', 'ses-2', 'ses-3'].flatMap((session, i) => {
      const client = { ...lineItem().client, ...(i === 2 && { id: 'cli-2', family: 'Bell' }) }
      return claimsOf(inFeed([lineItem({ line: `chg-${i}`, session, client })]))
    })
    const levels = asFile(numbered(claims))
      .split('~')
      .filter((segment) => /^(HL|CLM)/.test(segment))
    expect(levels.map((segment) => segment.slice(0, 11))).toEqual([
      ...['HL*1**20*1', 'HL*2*1*22*0', 'CLM*CLM1*97', 'CLM*CLM2*97', 'HL*3*1*22*0', 'CLM*CLM3*97'],
    ])
  })
})

it('a claim has fifty lines at the most, the rest is another one', () => {
  const claims = claimsOf(inFeed(Array.from({ length: 51 }, (_, i) => lineItem({ line: `chg-${i}` }))))
  expect(claims.map(({ lines }) => lines.length)).toEqual([50, 1])
})

describe('what answers an earlier claim', () => {
  const old = lineItem({ state: 'corrected' })
  const { frequency: _, ...standing } = lineItem({ line: 'chg-2', state: 'paid', code: '90785', modifiers: [], units: '1' })
  const renewed = lineItem({ line: 'chg-3', frequency: '7', corrects: 'chg-1', correctsClaim: 'ICN-7', units: '2' })

  it('replaces it whole: what was corrected, and what still stands', () => {
    const { frequency: __, ...corrected } = old
    expect(told([corrected, standing, renewed], 'CLM REF SV1', { 'chg-1': 'ICN-7', 'chg-2': 'ICN-7' })).toEqual([
      'REF*EI*123456789',
      'CLM*CLM1*195***11:B:7*Y*A*Y*Y',
      'REF*F8*ICN-7',
      'SV1*HC:90785*97.5*UN*1***1:2',
      'REF*6R*chg-2',
      'SV1*HC:H0004:HO*97.5*UN*2***1:2',
      'REF*6R*chg-3',
    ])
  })

  const gone = lineItem({ line: 'chg-3', state: 'void', frequency: '8', corrects: 'chg-1', correctsClaim: 'ICN-7' })
  it('makes it void once nothing of it stands', () => {
    expect(told([gone], 'CLM')).toEqual(['CLM*CLM1*97.5***11:B:8*Y*A*Y*Y'])
    expect(told([standing, gone], 'CLM SV1', { 'chg-2': 'ICN-7' })).toEqual([
      'CLM*CLM1*97.5***11:B:7*Y*A*Y*Y',
      'SV1*HC:90785*97.5*UN*1***1:2',
    ])
  })

  it('speaks of the claim that stands, where the first has been replaced already', () => {
    const { frequency: __, ...second } = lineItem({ ...renewed, state: 'accepted' })
    const third = lineItem({ line: 'chg-4', state: 'void', frequency: '8', corrects: 'chg-2', correctsClaim: 'ICN-7' })
    expect(told([second, third], 'CLM REF', { 'chg-3': 'ICN-8' }).slice(1)).toEqual([
      'CLM*CLM1*97.5***11:B:7*Y*A*Y*Y',
      'REF*F8*ICN-8',
      'REF*6R*chg-3',
    ])
  })

  it('is a first claim, or none, where the payer has rejected the earlier one', () => {
    const adjudication = { status: 'rejected' as const, reasonCodes: [], adjustments: [] }
    const { frequency: __, ...corrected } = lineItem({ state: 'corrected', adjudication })
    const rejected = { ...standing, state: 'rejected' as const, adjudication }
    const numbers = { 'chg-1': 'ICN-7', 'chg-2': 'ICN-7' }
    expect(told([corrected, rejected, renewed], 'CLM REF', numbers)).toEqual([
      ...['REF*EI*123456789', 'CLM*CLM1*195***11:B:1*Y*A*Y*Y', 'REF*6R*chg-2', 'REF*6R*chg-3'],
    ])
    expect(claimsOf(inFeed([corrected, gone], numbers))).toEqual([])
  })

  it('names the payer’s own number of it, where that is known', () => {
    const { frequency: __, ...corrected } = lineItem({ state: 'corrected', payerClaim: 'PAYER-1' })
    expect(told([corrected, renewed], 'REF', { 'chg-1': 'ICN-7' })[1]).toBe('REF*F8*PAYER-1')
  })

  it('is void to whoever had it, and a first claim to another payer', () => {
    const { frequency: __, ...corrected } = lineItem({ state: 'corrected', coverage: { ...lineItem().coverage!, id: 'cov-0' } })
    const claims = claimsOf(inFeed([corrected, renewed], { 'chg-1': 'ICN-7' }))
    expect(claims.map(({ frequency, original, lines }) => [frequency, original, lines[0]!.line, lines[0]!.coverage!.id])).toEqual(
      [
        ['8', 'ICN-7', 'chg-1', 'cov-0'],
        ['1', undefined, 'chg-3', renewed.coverage!.id],
      ],
    )
    expect(claims.map(({ place }) => place)).toEqual([claims[0]!.place, claims[0]!.place])
  })

  it('is not told without the number of what it answers', () => {
    const lacks = (...items: BillingItem[]) => numbered(claimsOf(inFeed(items))).map((loops) => loops.lacks)
    const { correctsClaim: ___, ...unnumbered } = gone
    expect(lacks(unnumbered)).toEqual([[{ code: 'missing', path: 'correctsClaim' }]])
  })
})

describe('a line stays out, and says why', () => {
  const { client, coverage, renderer, billingProvider } = lineItem() as Required<BillingItem>
  const mail = billingProvider.address!
  const without = <T extends object>(of: T, name: keyof T): T => {
    const { [name]: _, ...rest } = of
    return rest as T
  }
  const cases: readonly (readonly [string, string, Partial<BillingItem>])[] = [
    ['missing', 'coverage.payer.identifiers', { coverage: { ...coverage, payer: { ...coverage.payer!, identifiers: [] } } }],
    ['missing', 'coverage.memberId', { coverage: without(coverage, 'memberId') }],
    ['missing', 'coverage.relationship', { coverage: without(coverage, 'relationship') }],
    ['missing', 'coverage.subscriber', { coverage: { ...coverage, relationship: 'child' } }],
    ['missing', 'coverage.subscriber', { coverage: { ...coverage, relationship: 'child', subscriberId: 'MCD-100' } }],
    ['missing', 'coverage.subscriber.family', { coverage: { ...coverage, relationship: 'child', subscriber: { id: 'rel-1' } } }],
    [
      'pays-first',
      'otherCoverages.0',
      { coverage: { ...coverage, priority: 2 }, otherCoverages: [{ ...coverage, id: 'cov-0' }] },
    ],
    ['missing', 'otherCoverages.0.payer.name', { otherCoverages: [{ ...coverage, id: 'cov-2', payer: undefined as never }] }],
    ['missing', 'otherCoverages.0.relationship', { otherCoverages: [{ ...without(coverage, 'relationship'), id: 'cov-2' }] }],
    [
      'missing',
      'otherCoverages.0.medicareSecondBecause',
      { otherCoverages: [{ ...coverage, id: 'cov-2', priority: 2, kind: 'medicare' }] },
    ],
    ['too-long', 'referral.number', { referral: { id: 'ref-1', number: '9'.repeat(51) } }],
    ['missing', 'client.birthDate', { client: without(client, 'birthDate') }],
    ['invalid', 'client.birthDate', { client: { ...client, birthDate: '1984-02' } }],
    ['missing', 'client.gender', { client: without(client, 'gender') }],
    ['missing', 'client.family', { client: { ...client, family: ' \n ' } }],
    ['character', 'client.family', { client: { ...client, family: 'Quin*tero' } }],
    ['character', 'client.family', { client: { ...client, family: 'Quin~GE' } }],
    ['character', 'client.given', { client: { ...client, given: 'Ros:a' } }],
    ['character', 'client.given', { client: { ...client, given: 'Ros^a' } }],
    ['character', 'client.family', { client: { ...client, family: '李' } }],
    ['character', 'client.family', { client: { ...client, family: 'Ro\u0000sa' } }],
    ['too-long', 'client.family', { client: { ...client, family: 'x'.repeat(61) } }],
    ['too-long', 'client.given', { client: { ...client, given: 'x'.repeat(36) } }],
    ['missing', 'client.address.lines', { client: { ...client, address: { ...mail, lines: [] } } }],
    ['too-many', 'client.address.lines', { client: { ...client, address: { ...mail, lines: ['1', '2', '3'] } } }],
    ['invalid', 'client.address.state', { client: { ...client, address: { ...mail, state: 'ny' } } }],
    ['invalid', 'client.address.postalCode', { client: { ...client, address: { ...mail, postalCode: '1400' } } }],
    [
      'invalid',
      'billingProvider.address.postalCode',
      { billingProvider: { ...billingProvider, address: { ...mail, postalCode: '14001' } } },
    ],
    [
      'invalid',
      'billingProvider.address.lines',
      { billingProvider: { ...billingProvider, address: { ...mail, lines: ['P.O. Box 7'] } } },
    ],
    ['missing', 'billingProvider.npi', { billingProvider: without(billingProvider, 'npi') }],
    ['missing', 'billingProvider.taxId', { billingProvider: without(billingProvider, 'taxId') }],
    ['invalid', 'billingProvider.taxId', { billingProvider: { ...billingProvider, taxId: '12-345678X' } }],
    ['missing', 'renderer.npi', { renderer: without(renderer, 'npi') }],
    ['invalid', 'renderer.npi', { renderer: { ...renderer, npi: '1871500008' } }],
    ['missing', 'renderer.taxonomy', { renderer: without(renderer, 'taxonomy') }],
    ['invalid', 'renderer.taxonomy', { renderer: { ...renderer, taxonomy: 'counselor' } }],
    ['missing', 'charge', { charge: undefined as never }],
    ['invalid', 'charge', { charge: { amount: '-1', currency: 'USD' } }],
    ['invalid', 'charge', { charge: { amount: '1.005', currency: 'USD' } }],
    ['invalid', 'charge', { charge: { amount: '100000000', currency: 'USD' } }],
    ['invalid', 'units', { units: '0' }],
    ['invalid', 'units', { units: '0.0001' }],
    ['missing', 'diagnoses', { diagnoses: [], pointers: [1] }],
    ['invalid', 'diagnoses.0', { diagnoses: ['sad'], pointers: [1] }],
    ['invalid', 'pointers', { pointers: [3] }],
    ['missing', 'pointers', { pointers: [] }],
    ['too-many', 'pointers', { diagnoses: ['F32.2', 'F41.1', 'F43.1', 'F33.1', 'F34.1'], pointers: [1, 2, 3, 4, 5] }],
    ['missing', 'placeOfService', { placeOfService: undefined as never }],
    ['too-long', 'authorization.number', { authorization: { id: 'aut-1', number: '9'.repeat(51) } }],
    ['too-long', 'line', { line: 'x'.repeat(31) }],
  ]
  test.each(cases)('%s: %s', (code, path, changes) => {
    const [claim] = numbered(claimsOf(inFeed([lineItem(changes)])))
    expect(claim!.lacks.map((lack) => `${lack.code} ${lack.path}`)).toContain(`${code} ${path}`)
  })

  test.each([
    [
      'a dependent with a number of their own',
      { coverage: { ...coverage, relationship: 'child' as const, subscriberId: 'MCD-001' } },
    ],
    [
      'an address abroad',
      { client: { ...client, address: { lines: ['1 Rue du Lac'], city: 'Genf', postalCode: '1200', country: 'CH' } } },
    ],
    ['a charge of nothing', { charge: { amount: '0', currency: 'USD' as const } }],
  ])('not so %s', (_, changes) => {
    expect(numbered(claimsOf(inFeed([lineItem(changes)])))[0]!.lacks).toEqual([])
  })

  it('who pays for themselves gets no claim', () => {
    expect(claimsOf(inFeed([lineItem({ coverage: { ...coverage, kind: 'self-pay' } })]))).toEqual([])
  })
})
