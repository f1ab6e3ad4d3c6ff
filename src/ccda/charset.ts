/** The text of an XML document, by its byte order mark or what it declares. https://www.w3.org/TR/xml/#sec-guessing */
import { fail, ok, type Result, unlessThrown } from '../domain/problem.ts'

const marks: readonly (readonly [readonly number[], string])[] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xfe, 0xff], 'utf-16be'],
  [[0xff, 0xfe], 'utf-16le'],
]
const known = ['utf-8', 'utf-16', 'utf-16le', 'utf-16be', 'us-ascii', 'iso-8859-1', 'iso-8859-15', 'windows-1252']

/** Fails for bytes that are not in the character set they are said to be in. */
export function decode(bytes: Uint8Array): Result<string> {
  const marked = marks.find(([mark]) => mark.every((byte, i) => bytes[i] === byte))?.[1]
  const start = String.fromCharCode(...bytes.subarray(0, 200))
  const declared = /^\s*<\?xml[^>]{0,150}?encoding=["']([A-Za-z0-9._-]{1,40})["']/.exec(start)?.[1]?.toLowerCase()
  const label = marked ?? declared ?? 'utf-8'
  if (!known.includes(label)) return fail('not-supported', 'This character set is not read.')
  const text = unlessThrown(() => new TextDecoder(label, { fatal: true, ignoreBOM: false }).decode(bytes))
  return text === undefined ? fail('unreadable', `The document is not in the character set that it says (${label}).`) : ok(text)
}
