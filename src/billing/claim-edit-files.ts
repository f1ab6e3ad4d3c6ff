/**
 * The files in which CMS publishes claim edits, by the quarter: tables parted by tabs (pairs) or commas (units, and workbooks saved as text),
 * below lines of copyright and headings that run over several rows. Of a row the codes, dates, numbers and indicators are read, and of these
 * only rows about codes that can be billed here; words are left where they are. The layouts are told on
 * https://www.cms.gov/medicare/coding-billing/national-correct-coding-initiative-ncci-edits/medicare-ncci-procedure-procedure-ptp-edits
 * and its neighbour medicare-ncci-medically-unlikely-edits-mues.
 */
import type { PairEdit, UnitEdit } from '../domain/claim-edits.ts'
import { isKnownCode } from './code-table.ts'

export interface ReadEdits<E> {
  readonly edits: readonly E[]
  /** Rows about other codes. */
  readonly passedOver: number
  /** Lines that name a code and are no row that can be read, from 1. */
  readonly unread: readonly number[]
  /** Is it a table of others: of hospitals, or of suppliers? Claims that go out from here are practitioners'. */
  readonly isOfOthers: boolean
}

/** Tables of units say in their heading whose they are; those of pairs by the names of their files alone. */
const headingOfOthers = /\b(Outpatient Hospital|DME Supplier)\b.{0,40}\bMUE Value/

const isCode = (cell: string | undefined): boolean => cell !== undefined && /^[0-9A-Z]\d{3}[0-9A-Z]$/.test(cell)

/** Cells of a line: a comma inside quotation marks parts nothing. */
function cellsOf(line: string): readonly string[] {
  if (line.includes('\t')) return line.split('\t').map((cell) => cell.trim().replaceAll('"', ''))
  return line
    .split('"')
    .map((part, i) => (i % 2 === 1 ? part.replaceAll(',', ' ') : part))
    .join('')
    .split(',')
    .map((cell) => cell.trim())
}

/** `20260101` as `2026-01-01`; an asterisk, or nothing, is no date. */
const dateOf = (cell: string | undefined): string | undefined => {
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)$/.exec(cell ?? '') ?? []
  return year === undefined ? undefined : `${year}-${month}-${day}`
}

function readRows<E>(text: string, codes: number, rowOf: (cells: readonly string[]) => E | undefined): ReadEdits<E> {
  const edits: E[] = []
  const unread: number[] = []
  let passedOver = 0
  text.split('\n').forEach((line, at) => {
    const cells = cellsOf(line.replace(/\r$/, ''))
    if (!cells.slice(0, codes).every(isCode)) return
    if (!cells.slice(0, codes).every(isKnownCode)) {
      passedOver++
      return
    }
    const edit = rowOf(cells)
    if (edit === undefined) unread.push(at + 1)
    else edits.push(edit)
  })
  return { edits, passedOver, unread, isOfOthers: headingOfOthers.test(text) }
}

/**
 * Column 1, column 2, (Medicare: an asterisk for what is older than 1996), effective date, deletion date (an asterisk: none), modifier
 * indicator, rationale. The deletion date is the last day in force: in the tables it ends a quarter, and what comes instead begins on the
 * next day. Where it is the effective date (indicator 9), the edit never was. One pair may have several rows.
 */
export const readPairs = (text: string): ReadEdits<PairEdit> =>
  readRows(text, 2, (cells) => {
    const at = cells.findIndex((cell, i) => i >= 2 && dateOf(cell) !== undefined)
    const [from, until, modifier] = [dateOf(cells[at]), dateOf(cells[at + 1]), cells[at + 2]]
    if (at < 0 || from === undefined || (modifier !== '0' && modifier !== '1' && modifier !== '9')) return undefined
    return { column1: cells[0]!, column2: cells[1]!, from, ...(until !== undefined && { until }), modifier }
  })

/**
 * Code, units, adjudication indicator (`1 Line Edit`, `2 Date of Service Edit: Policy`, `3 Date of Service Edit: Clinical`; Medicaid has none:
 * its edits are of lines), rationale.
 */
export const readUnits = (text: string): ReadEdits<UnitEdit> =>
  readRows(text, 1, ([code, units = '', indicator = '']) => {
    const told = /^[123](?!\S)/.exec(indicator)?.[0] ?? '1'
    return /^\d{1,5}$/.test(units) ? { code: code!, units: Number(units), indicator: told as UnitEdit['indicator'] } : undefined
  })
