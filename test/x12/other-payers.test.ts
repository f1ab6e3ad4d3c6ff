/** Claims of those who are insured by somebody else's policy, or by two; and what the second payer is told. ASC X12N/005010X222A1 */
import { describe, expect, it } from 'vitest'
import type { BillingItem, NamedCoverage } from '../../src/domain/billing-item.ts'
import { claimsOf } from '../../src/x12/claims.ts'
import { nextClaimsOf } from '../../src/x12/next-payer.ts'
import { asFile, fileOf, inFeed, lineItem, mutual, numbered } from '../support/claims.ts'

const first = lineItem().coverage!
const between = (file: readonly string[], from: RegExp, to: RegExp) => {
  const start = file.findIndex((segment) => from.test(segment))
  return file.slice(start, start + file.slice(start).findIndex((segment) => to.test(segment)))
}

describe('a patient whom the payer knows by somebody else’s number', () => {
  const mother = { id: 'rel-1', family: 'Quintero', given: 'Luz' }
  const child: NamedCoverage = { ...first, relationship: 'child', subscriber: mother }

  it('stands below whoever holds the policy', () => {
    expect(between(fileOf([lineItem({ coverage: child })]), /^HL\*2/, /^CLM/)).toEqual([
      'HL*2*1*22*1',
      'SBR*P********MC',
      'NM1*IL*1*Quintero*Luz****MI*MCD-100',
      'NM1*PR*2*State Medicaid*****PI*12345',
      'HL*3*2*23*0',
      'PAT*19',
      'NM1*QC*1*Quintero*Rosa',
      'N3*12 Harbor Street*Apt 4',
      'N4*Lakeside*NY*14001',
      'DMG*D8*19840219*F',
    ])
  })

  it('and so does a brother, below the same', () => {
    const brother = { ...lineItem().client, id: 'cli-2', given: 'Omar', gender: 'male' }
    const claims = [lineItem().client, brother].flatMap((client, i) =>
      claimsOf(inFeed([lineItem({ line: `chg-${i}`, session: `ses-${i}`, client, coverage: child })])),
    )
    const levels = asFile(numbered(claims)).match(/(HL|CLM)\*[^~*]+(\*[^~*]*){3}/g)!
    expect(levels.map((one) => one.slice(0, 11))).toEqual([
      ...['HL*1**20*1', 'HL*2*1*22*1', 'HL*3*2*23*0', 'CLM*CLM1*97', 'HL*4*2*23*0', 'CLM*CLM2*97'],
    ])
  })
})

describe('a client with two payers', () => {
  it('the first is told of the second', () => {
    expect(between(fileOf([lineItem({ otherCoverages: [mutual] })]), /^PRV/, /^LX/).slice(1)).toEqual([
      'SBR*S*18*G-7******CI',
      'OI***Y***Y',
      'NM1*IL*1*Quintero*Rosa****MI*LM-9',
      'N3*12 Harbor Street*Apt 4',
      'N4*Lakeside*NY*14001',
      'NM1*PR*2*Lakeside Mutual*****PI*99',
    ])
  })

  it('by somebody else’s policy is told so', () => {
    const spouse = { ...mutual, relationship: 'spouse' as const, subscriber: { id: 'rel-2', family: 'Bell' } }
    expect(between(fileOf([lineItem({ otherCoverages: [spouse] })]), /^PRV/, /^LX/).slice(1)).toEqual([
      ...['SBR*S*01*G-7******CI', 'OI***Y***Y', 'NM1*IL*1*Bell*****MI*LM-9', 'NM1*PR*2*Lakeside Mutual*****PI*99'],
    ])
  })

  it('whose second is Medicare is told why', () => {
    const medicare = { ...mutual, kind: 'medicare' as const, medicareSecondBecause: 'working-aged' as const }
    expect(fileOf([lineItem({ otherCoverages: [medicare] })])).toContain('SBR*S*18*G-7**12****MB')
  })
})

describe('what the second payer is told', () => {
  const { frequency: _, ...standing } = lineItem({ otherCoverages: [mutual], state: 'partial', payerClaim: 'ICN-1' })
  const taken = (...all: readonly (readonly [string, string])[]) =>
    all.map(([code, amount]) => ({ code, amount: { amount, currency: 'USD' as const } }))
  const adjudication: NonNullable<BillingItem['adjudication']> = {
    status: 'partial',
    paid: { amount: '60.00', currency: 'USD' },
    reasonCodes: [],
    adjustments: taken(['CO-45', '22.50'], ['PR-2', '10.00'], ['PR-3', '5.00']),
    on: '2026-03-20',
  }
  const paid: BillingItem = { ...standing, adjudication }
  const told = (...items: BillingItem[]) => numbered(nextClaimsOf(inFeed(items, { 'chg-1': 'CLM-A', 'chg-2': 'CLM-A' })))

  it('the whole of what the first has decided', () => {
    const authorization = { id: 'aut-1', number: 'A-1' }
    const file = asFile(told({ ...paid, authorization })).split('~')
    expect(between(file, /^SBR\*S/, /^SE/)).toEqual([
      'SBR*S*18*G-7******CI',
      'NM1*IL*1*Quintero*Rosa****MI*LM-9',
      'N3*12 Harbor Street*Apt 4',
      'N4*Lakeside*NY*14001',
      'DMG*D8*19840219*F',
      'NM1*PR*2*Lakeside Mutual*****PI*99',
      'CLM*CLM1*97.5***11:B:1*Y*A*Y*Y',
      'HI*ABK:F322*ABF:Z5902',
      'NM1*82*1*Okafor*Nnamdi****XX*1871500009',
      'PRV*PE*PXC*1041C0700X',
      'SBR*P*18*******MC',
      'AMT*D*60',
      'OI***Y***Y',
      'NM1*IL*1*Quintero*Rosa****MI*MCD-100',
      'N3*12 Harbor Street*Apt 4',
      'N4*Lakeside*NY*14001',
      'NM1*PR*2*State Medicaid*****PI*12345',
      'REF*F8*ICN-1',
      'LX*1',
      'SV1*HC:H0004:HO*97.5*UN*3***1:2',
      'DTP*472*D8*20260302',
      'REF*6R*chg-1',
      'SVD*12345*60*HC:H0004:HO**3',
      'CAS*CO*45*22.5',
      'CAS*PR*2*10**3*5',
      'DTP*573*D8*20260320',
    ])
  })

  it('of a line that was denied, that nothing was paid', () => {
    const { paid: _paid, ...nothing } = adjudication
    const denied: BillingItem = {
      ...paid,
      state: 'denied',
      adjudication: { ...nothing, status: 'denied', adjustments: taken(['CO-50', '97.5']) },
    }
    const file = asFile(told(denied)).split('~')
    expect(file.filter((one) => /^(AMT|SVD|CAS)/.test(one))).toEqual(['AMT*D*0', 'SVD*12345*0*HC:H0004:HO**3', 'CAS*CO*50*97.5'])
  })

  it.each<[string, BillingItem, string]>([
    [
      'does not come to the charge',
      { ...paid, adjudication: { ...adjudication, adjustments: taken(['CO-45', '1.00']) } },
      'invalid',
    ],
    ['nobody has told', { ...paid, adjudication: { ...adjudication, adjustments: [] } }, 'missing'],
  ])('not what %s', (_, item, code) => {
    expect(told(item)[0]!.lacks).toEqual([{ code, path: 'adjudication.adjustments', line: 'chg-1' }])
  })

  it('nothing before the first has decided all of the claim', () => {
    const { adjudication: _a, ...open } = { ...paid, line: 'chg-2', state: 'accepted' as const }
    expect(told(paid, open)[0]!.lacks.map(({ path, line }) => [path, line])).toContainEqual(['adjudication.paid', 'chg-2'])
  })

  it('nothing where there is no second, or the first rejected it', () => {
    expect(told({ ...paid, otherCoverages: [] })).toEqual([])
    expect(told({ ...paid, state: 'rejected' })).toEqual([])
  })
})

describe('a session that somebody asked for', () => {
  const referring = { id: 'prc-7', family: 'Adeyemi', given: 'Ruth', npi: '1871500017' }
  it('names them, and the payer’s number of the referral', () => {
    const file = fileOf([lineItem({ referral: { id: 'ref-1', number: 'R-77', referring } })])
    expect(file.filter((one) => /^(REF\*9F|NM1\*DN)/.test(one))).toEqual([
      'REF*9F*R-77',
      'NM1*DN*1*Adeyemi*Ruth****XX*1871500017',
    ])
    expect(file.findIndex((one) => one.startsWith('NM1*DN'))).toBeLessThan(file.findIndex((one) => one.startsWith('NM1*82')))
  })
})
