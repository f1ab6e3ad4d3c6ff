/** CMS's quarterly edits: its files, and what follows from them on a day. */
import { describe, expect, it } from 'vitest'
import { readPairs, readUnits } from '../../src/billing/claim-edit-files.ts'
import { type ClaimEdits, editsOfPayer, pairedOn, tooMany } from '../../src/billing/claim-edits.ts'
import { beside } from './facts.ts'

const tabs = (...rows: string[][]): string => rows.map((row) => row.join('\t')).join('\r\n')

describe('files', () => {
  it('of pairs, as Medicare and Medicaid lay them out, titles and other codes passed over', () => {
    const medicare = tabs(
      ['CPT only copyright 2025 American Medical Association.  All rights reserved.'],
      [
        'Column 1',
        'Column 2',
        '*=In existence prior to 1996',
        'Effective Date',
        'Deletion Date *=no data',
        'Modifier',
        'PTP Edit Rationale',
      ],
      ['90837', '90834', '', '20130101', '*', '0', 'Mutually exclusive procedures'],
      ['90791', '90785', '*', '19960101', '20141231', '1', 'More extensive procedure'],
      ['0001A', '0591T', '', '20210101', '*', '0', 'Misuse of Column Two code'],
    )
    expect(readPairs(medicare)).toEqual({
      edits: [
        { column1: '90837', column2: '90834', from: '2013-01-01', modifier: '0' },
        { column1: '90791', column2: '90785', from: '1996-01-01', until: '2014-12-31', modifier: '1' },
      ],
      passedOver: 1,
      unread: [],
    })
    expect(readPairs(tabs(['H2015', 'H2016', '20260101', '', '1', 'Standards']))).toMatchObject({
      edits: [{ column1: 'H2015', column2: 'H2016', from: '2026-01-01', modifier: '1' }],
    })
    expect(readPairs('90837\t90834\tsoon\t*\t0')).toEqual({ edits: [], passedOver: 0, unread: [1] })
  })

  it('of units, with commas inside quotation marks', () => {
    const text = [
      '"HCPCS/CPT Code","Practitioner Services MUE Values","MUE Adjudication Indicator","MUE Rationale"',
      '90791,1,"2 Date of Service Edit: Policy","Code Descriptor / CPT Instruction, read"',
      '"H2011","96","3 Date of Service Edit: Clinical","CMS, Policy"',
      'T1017,32',
      '0001A,1,2 Date of Service Edit: Policy,CMS Policy',
      '90792,many,2 Date of Service Edit: Policy,CMS Policy',
    ].join('\n')
    expect(readUnits(text)).toEqual({
      edits: [
        { code: '90791', units: 1, indicator: '2' },
        { code: 'H2011', units: 96, indicator: '3' },
        { code: 'T1017', units: 32, indicator: '1' },
      ],
      passedOver: 1,
      unread: [6],
    })
  })
})

describe('on a day', () => {
  const pair = { column1: '90837', column2: '90834', from: '2026-01-01', modifier: '0' as const }
  const edits = (...pairs: ClaimEdits['pairs']): ClaimEdits => ({ pairs, units: [] })

  it.each([
    ['one beside the other', pair, '2026-03-02', {}, '0'],
    ['before it begins', { ...pair, from: '2026-04-01' }, '2026-03-02', {}, undefined],
    ['on its last day', { ...pair, until: '2026-03-02' }, '2026-03-02', {}, '0'],
    ['after it', { ...pair, until: '2026-03-01' }, '2026-03-02', {}, undefined],
    ['deleted as of its beginning', { ...pair, from: '2026-03-02', until: '2026-03-02' }, '2026-03-02', {}, undefined],
    ['parted by a modifier', { ...pair, modifier: '1' as const }, '2026-03-02', {}, '1'],
    ['not in use', { ...pair, modifier: '9' as const }, '2026-03-02', {}, undefined],
    ['another day', pair, '2026-03-03', {}, undefined],
    ['another person', pair, '2026-03-02', { sameRenderer: false }, undefined],
  ])('%s', (_, edit, day, changes, wanted) => {
    const turned = { ...edit, column1: edit.column2, column2: edit.column1 }
    for (const pairs of [edits(edit), edits(turned)])
      for (const indicator of ['0', '1'] as const)
        expect(pairedOn(pairs, '90837', day, [beside('90834', changes), beside('90853')], indicator)).toEqual(
          indicator === wanted ? [beside('90834', changes)] : [],
        )
  })

  it('the quarter of the day counts, and a code that it no longer names is free', () => {
    const quarter = (from: string, units: number, indicator: '1' | '2' | '3' = '2') => ({
      ...{ code: 'T1017', from },
      edit: { code: 'T1017', units, indicator },
    })
    const units = [{ code: 'T1017', from: '2026-07-01' }, quarter('2026-01-01', 8), quarter('2026-04-01', 4, '1')]
    const asked = (day: string, count: number, thatDay: number) => tooMany({ pairs: [], units }, 'T1017', day, count, thatDay)
    expect(asked('2026-03-31', 8, 0)).toBeUndefined()
    expect(asked('2026-03-31', 4, 5)).toBe('2')
    expect(asked('2026-04-01', 4, 5)).toBeUndefined()
    expect(asked('2026-04-01', 5, 0)).toBe('1')
    expect(asked('2026-07-01', 99, 0)).toBeUndefined()
    expect(asked('2025-12-31', 99, 0)).toBeUndefined()
    expect(tooMany({ pairs: [], units }, 'H0038', '2026-03-31', 99, 0)).toBeUndefined()
  })

  it('of those who go by it', () => {
    expect(editsOfPayer('medicaid-mco')).toBe('medicaid')
    expect(editsOfPayer('commercial')).toBe('medicare')
    expect(editsOfPayer('self-pay')).toBeUndefined()
    expect(editsOfPayer(undefined)).toBeUndefined()
  })
})
