/** What holds of every interchange, whatever lines it is made of; read back by a reader that knows nothing of the writer. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { centsOf, dollars, unitsOf } from '../../src/x12/amounts.ts'
import { claimsOf } from '../../src/x12/claims.ts'
import { asFile, inFeed, lineItem, numbered } from '../support/claims.ts'
import { claimsIn, items } from '../support/some-claims.ts'
import { loops, only, readInterchange } from '../support/x12.ts'

const isWhole = ({ lacks }: { lacks: readonly unknown[] }): boolean => lacks.length === 0

describe('an interchange', () => {
  it('counts right, adds up, and holds its limits', () => {
    fc.assert(
      fc.property(items, (all) => {
        const whole = numbered(claimsIn(all)).filter(isWhole)
        fc.pre(whole.length > 0)
        const text = asFile(whole)
        expect(text).toMatch(/^[\x20-\x7e]+$/)
        expect(asFile(numbered(claimsIn(all)).filter(isWhole))).toBe(text)
        const { segments, component } = readInterchange(text)
        expect(segments[0]).toHaveLength(17)
        expect(only(segments, 'SE')).toEqual(['SE', String(segments.length - 4), only(segments, 'ST')[2]])
        expect(only(segments, 'GE')).toEqual(['GE', '1', only(segments, 'GS')[6]])
        expect(only(segments, 'IEA')).toEqual(['IEA', '1', only(segments, 'ISA')[13]])
        expect(segments.slice(1).filter((segment) => segment.at(-1) === '' || !/^[A-Z0-9]{2,3}$/.test(segment[0]!))).toEqual([])

        const claims = loops(segments, 'CLM', 'HL', 'SE')
        expect(new Set(claims.map(([clm]) => clm![1])).size).toBe(claims.length)
        for (const claim of claims) {
          const lines = loops(claim, 'LX')
          expect(lines.map(([lx]) => lx![1])).toEqual(lines.map((_, i) => String(i + 1)))
          expect(lines.length).toBeLessThanOrEqual(50)
          const [, , total] = only(claim, 'CLM')
          expect(lines.reduce((sum, line) => sum + centsOf(only(line, 'SV1')[2]!)!, 0n)).toBe(centsOf(total!))
          const diagnoses = only(claim, 'HI').length - 1
          expect(diagnoses).toBeLessThanOrEqual(12)
          for (const line of lines) {
            const pointers = only(line, 'SV1')[7]!.split(component).map(Number)
            expect(pointers.length).toBeLessThanOrEqual(4)
            expect(Math.max(...pointers)).toBeLessThanOrEqual(diagnoses)
          }
        }
        const levels = segments.filter(([id]) => id === 'HL')
        expect(levels.map(([, id]) => id)).toEqual(levels.map((_, i) => String(i + 1)))
      }),
    )
  })

  it('tells each line once, or says what it lacks', () => {
    fc.assert(
      fc.property(items, (all) => {
        const claims = claimsIn(all)
        const told = claims.flatMap((claim) => claim.told.map(({ line }) => ({ line, isFirst: claim.frequency === '1' })))
        expect([...new Set(told.map(({ line }) => line))].sort()).toEqual(all.map(({ line }) => line).sort())
        // Twice where it leaves one payer for another.
        expect(new Set(told.map((one) => JSON.stringify(one))).size).toBe(told.length)
        const drafts = numbered(claims)
        const whole = drafts.filter(isWhole)
        const segments = whole.length > 0 ? readInterchange(asFile(whole)).segments : []
        const inFile = segments.flatMap(([id, kind, value]) => (id === 'REF' && kind === '6R' ? [value!] : []))
        const expected = claims.filter((_, i) => isWhole(drafts[i]!)).flatMap(({ lines }) => lines.map(({ line }) => line))
        expect(inFile.toSorted()).toEqual(expected.toSorted())
      }),
    )
  })

  it('bears nothing of a name that is no name', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80, unit: 'binary' }), (family) => {
        const [claim] = numbered(claimsOf(inFeed([lineItem({ client: { ...lineItem().client, family } })])))
        if (!isWhole(claim!)) {
          expect(claim!.lacks.map(({ path }) => path)).toEqual(['client.family'])
          return
        }
        const plain = readInterchange(asFile([claim!])).segments
        expect(plain).toHaveLength(30)
        expect(plain[14]![3]!.length).toBeLessThanOrEqual(60)
      }),
    )
  })
})

describe('amounts', () => {
  it('are what they were', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 9_999_999_999n }), (cents) => {
        expect(centsOf(dollars(cents))).toBe(cents)
      }),
    )
    expect(['0', '10', '10.50', '0.05', '1200.00'].map((text) => dollars(centsOf(text)!))).toEqual([
      '0',
      '10',
      '10.5',
      '0.05',
      '1200',
    ])
  })

  it('of units keep their decimals', () => {
    expect(['3', '2.50', '0.125', '010'].map(unitsOf)).toEqual(['3', '2.5', '0.125', '10'])
  })
})
