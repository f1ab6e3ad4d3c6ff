/** Tables as text: whatever is in a cell comes out of it again, and nothing in it is a formula. */
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
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

  it('says what was said', () => {
    const cell = fc.string({ unit: 'binary' }).filter((text) => !/^[=+\-@＝＋－＠\t\r\n]/.test(text))
    const rows = fc.array(fc.tuple(cell, cell, cell))
    fc.assert(
      fc.property(rows, (items) => {
        expect(parse(csv(columns, items)).slice(1)).toEqual(items)
      }),
    )
  })
})
