/** CMS's quarterly edits: its files, and what follows from them on a day. */
import { describe, expect, it } from 'vitest'
import { readPairs, readUnits } from '../../src/billing/claim-edit-files.ts'
import { type ClaimEdits, editsOfPayer, pairedOn, tooMany } from '../../src/billing/claim-edits.ts'
import { beside } from './facts.ts'

const tabs = (...rows: string[][]): string => rows.map((row) => row.join('\t')).join('\r\n')

/** As the files come: the copyright, a title, and headings that run over four rows. */
const headings = [
  ['"CPT only copyright 2025 American Medical Association.  All rights reserved."'],
  ['Column1/Column2 Edits'],
  ['Column 1', 'Column 2', '*=in existence', 'Effective', 'Deletion', 'Modifier', 'PTP Edit Rationale'],
  ['', '', 'prior to 1996', 'Date', 'Date', '0=not allowed', ''],
  ['', '', '', '', '*=no data', '1=allowed', ''],
  ['', '', '', '', '', '9=not applicable', ''],
]

describe('a file of pairs', () => {
  it('of Medicare: tabs, an asterisk for what is old, and for no deletion', () => {
    const text = tabs(
      ...headings,
      ['0001A', '0591T', '', '20220101', '20231231', '1', 'CPT Manual or CMS manual coding instruction'],
      ['90791', '90785', '*', '19960101', '*', '1', 'More extensive procedure'],
      ['90837', '90834', '', '20130101', '20251231', '0', 'Mutually exclusive procedures'],
      ['90837', '90834', '', '20260101', '*', '0', 'Mutually exclusive procedures'],
      // Told twice: it never was as it was first told, and is as it is told then.
      ['90847', '90846', '', '19960101', '19960101', '9', 'Standards of medical / surgical practice'],
      ['90847', '90846', '*', '19960101', '*', '0', 'Standards of medical / surgical practice'],
    )
    const read = readPairs(text)
    expect(read).toEqual({
      edits: [
        { column1: '90791', column2: '90785', from: '1996-01-01', modifier: '1' },
        { column1: '90837', column2: '90834', from: '2013-01-01', until: '2025-12-31', modifier: '0' },
        { column1: '90837', column2: '90834', from: '2026-01-01', modifier: '0' },
        { column1: '90847', column2: '90846', from: '1996-01-01', until: '1996-01-01', modifier: '9' },
        { column1: '90847', column2: '90846', from: '1996-01-01', modifier: '0' },
      ],
      passedOver: 1,
      unread: [],
      isOfOthers: false,
    })
    const paired = (code: string, other: string, day: string) =>
      pairedOn({ pairs: read.edits, units: [] }, code, day, [beside(other, { day })], '0').length
    expect(['2012-12-31', '2013-01-01', '2025-12-31', '2026-01-01'].map((day) => paired('90837', '90834', day))).toEqual([
      0, 1, 1, 1,
    ])
    expect(paired('90846', '90847', '2026-03-02')).toBe(1)
  })

  it('of Medicaid, which has one column less; or from a workbook, with commas', () => {
    const wanted = { column1: 'H2015', column2: 'H2016', from: '2026-01-01', modifier: '1' }
    const medicaid = tabs(
      ['Column 1', 'Column 2', 'EffDt', 'DelDt', 'Modifier Indicator', 'PTP Edit Rationale'],
      ['H2015', 'H2016', '20260101', '', '1', 'Standards'],
    )
    expect(readPairs(medicaid).edits).toEqual([wanted])
    const [first, ...rest] = headings
    const workbook = [
      [...first!, '', '', '', '', '', ''],
      ...rest,
      ['H2015', 'H2016', '', '20260101', '*', '1', '"Misuse, and more"'],
    ]
    expect(readPairs(workbook.map((row) => row.join(',')).join('\n'))).toMatchObject({ edits: [wanted], unread: [] })
  })

  it.each([
    ['a date that is none', '90837\t90834\t\tsoon\t*\t0\tPolicy'],
    ['an indicator that is none', '90837\t90834\t\t20260101\t*\t2\tPolicy'],
    ['no indicator', '90837\t90834\t\t20260101\t*'],
  ])('with %s names the line', (_, row) => {
    expect(readPairs(`Column 1\tColumn 2\n${row}\n`)).toEqual({ edits: [], passedOver: 0, unread: [2], isOfOthers: false })
  })
})

describe('a file of units', () => {
  const notice =
    '"Current Procedural Terminology © 2025 American Medical Association.\nAll rights reserved. Fee schedules, and more",,,'
  const heading = (whose: string) => `"HCPCS/\nCPT Code",${whose} Services MUE Values,MUE Adjudication Indicator,MUE Rationale`

  it('of practitioners: a notice and headings of several lines, and what a claim, or a day, may have', () => {
    const text = [
      notice,
      heading('Practitioner'),
      '90791,1,"2 Date of Service Edit: Policy","Code Descriptor / CPT Instruction, read"',
      '"H2011","96","3 Date of Service Edit: Clinical","CMS, Policy"',
      'H2014,8,1 Line Edit,CMS Policy',
      'H0038,16,3,Clinical: Data',
      '0001A,1,2 Date of Service Edit: Policy,CMS Policy',
      '90792,many,2 Date of Service Edit: Policy,CMS Policy',
    ].join('\r\n')
    expect(readUnits(text)).toEqual({
      edits: [
        { code: '90791', units: 1, indicator: '2' },
        { code: 'H2011', units: 96, indicator: '3' },
        { code: 'H2014', units: 8, indicator: '1' },
        { code: 'H0038', units: 16, indicator: '3' },
      ],
      passedOver: 1,
      unread: [10],
      isOfOthers: false,
    })
  })

  it('of Medicaid, whose edits are of lines', () => {
    expect(readUnits('HCPCS/CPT Code,MUE Values,MUE Rationale\nT1017,32,Clinical: Data\nT1016,24')).toMatchObject({
      edits: [
        { code: 'T1017', units: 32, indicator: '1' },
        { code: 'T1016', units: 24, indicator: '1' },
      ],
    })
  })

  it.each(['Outpatient Hospital', 'DME Supplier'])('of others, as its heading says: %s', (whose) => {
    expect(readUnits(`${notice}\n${heading(whose)}\n90791,1,2 Date of Service Edit: Policy,Policy`).isOfOthers).toBe(true)
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
