/**
 * How bytes are kept where only text can be (the inbox): as they read in UTF-8 if that gives the same bytes back, else as a base64
 * data URL (https://www.rfc-editor.org/rfc/rfc2397). NUL counts as "not text": PostgreSQL cannot hold it.
 */
import { base64Of, bytesInBase64 } from '../domain/base64.ts'
import { textOf } from '../domain/utf8.ts'

const mark = 'data:application/octet-stream;base64,'

/** `bytesOf(keepBytes(b))` equals `b` for every `b`. */
export function keepBytes(bytes: Uint8Array): string {
  const text = textOf(bytes)
  if (text !== undefined && !text.includes('\0') && !text.startsWith(mark)) return text
  return mark + base64Of(bytes)
}

/** The bytes that were kept. */
export function bytesOf(kept: string): Uint8Array<ArrayBuffer> {
  if (!kept.startsWith(mark)) return new TextEncoder().encode(kept) as Uint8Array<ArrayBuffer>
  return bytesInBase64(kept.slice(mark.length))
}
