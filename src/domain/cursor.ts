/** Cursors: JSON that is opaque to whoever carries it, in letters that URLs may have. https://www.rfc-editor.org/rfc/rfc4648#section-5 */
import { bytesInBase64, textInBase64 } from './base64.ts'
import { unlessThrown } from './problem.ts'
import { textOf } from './utf8.ts'

export const cursorOf = (...parts: readonly (string | number)[]): string =>
  textInBase64(JSON.stringify(parts)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')

/** What it was made of; nothing where it is no cursor. */
export function partsOf(cursor: string): readonly unknown[] {
  const parts: unknown = unlessThrown(() =>
    JSON.parse(textOf(bytesInBase64(cursor.replaceAll('-', '+').replaceAll('_', '/'))) ?? ''),
  )
  return Array.isArray(parts) ? parts : []
}
