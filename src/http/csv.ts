/** Tables as text. https://www.rfc-editor.org/rfc/rfc4180 */

export type Cell = string | number | undefined

/**
 * Rows after a header, lines ended by CR LF. What a spreadsheet would take for a formula is kept from being one by an apostrophe before it;
 * so is what looks as if it had one already, and whoever takes off the first of them has what was said.
 */
export function csv<T>(columns: readonly (readonly [name: string, cell: (item: T) => Cell])[], items: readonly T[]): string {
  const rows = [columns.map(([name]) => name), ...items.map((item) => columns.map(([, cell]) => field(cell(item))))]
  return rows.map((row) => `${row.join(',')}\r\n`).join('')
}

/** Some programs leave out what is blank, and cells are parted by semicolons and tabs, too. */
const formula = /^'*[\s\0\u200b\ufeff]*[=+\-@＝＋－＠]|^'*[\t\r\n]/

function field(cell: Cell): string {
  const text = cell === undefined ? '' : String(cell)
  const harmless = typeof cell === 'string' && formula.test(text) ? `'${text}` : text
  return /[",;\t\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
