/** Tables as text. https://www.rfc-editor.org/rfc/rfc4180 */

export type Cell = string | number | undefined

/** Rows after a header, lines ended by CR LF. What a spreadsheet would take for a formula is kept from being one. */
export function csv<T>(columns: readonly (readonly [name: string, cell: (item: T) => Cell])[], items: readonly T[]): string {
  const rows = [columns.map(([name]) => name), ...items.map((item) => columns.map(([, cell]) => field(cell(item))))]
  return rows.map((row) => `${row.join(',')}\r\n`).join('')
}

function field(cell: Cell): string {
  const text = cell === undefined ? '' : String(cell)
  const harmless = typeof cell === 'string' && /^[=+\-@＝＋－＠\t\r\n]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
