/**
 * Bytes ↔ text by MSH-18 (HL7 table 0211), with what real senders do: no declaration, a wrong one, ASCII with accents.
 * https://terminology.hl7.org/CodeSystem-v2-0211.html
 */
import { fail, type Issue, ok, type Result, unlessThrown } from '../domain/problem.ts'

/** What hospitals write → the label that TextDecoder knows. ISO-8859-1 is read as windows-1252, its superset, as browsers do. */
const labels: Readonly<Record<string, string>> = {
  ASCII: 'us-ascii',
  'US-ASCII': 'us-ascii',
  'UNICODE UTF-8': 'utf-8',
  'UTF-8': 'utf-8',
  UTF8: 'utf-8',
  UNICODE: 'utf-16',
  'UNICODE UTF-16': 'utf-16',
  'UTF-16': 'utf-16',
  'WINDOWS-1252': 'windows-1252',
  'CP-1252': 'windows-1252',
  CP1252: 'windows-1252',
}

/** The TextDecoder label of an HL7 or internet name of a character set; `undefined` if we do not read it. */
export function charsetLabel(name: string): string | undefined {
  const key = name.trim().toUpperCase()
  const latin = /^(?:ISO[- ]?)?8859[-/]([1-9]|15)$/.exec(key)
  if (latin) return latin[1] === '1' ? 'windows-1252' : `iso-8859-${latin[1]}`
  return Object.hasOwn(labels, key) ? labels[key] : undefined
}

interface Decoded {
  readonly text: string
  /** Label of the character set that was used. */
  readonly charset: string
  readonly issues: readonly Issue[]
}

/** UTF-16 is told by its byte order mark, or by `MSH` or `FHS` written two bytes wide. */
function utf16(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const [a, b, c, d] = bytes
  if ((a === 0xff && b === 0xfe) || (b === 0 && d === 0 && a! > 0 && c! > 0)) return 'utf-16le'
  if ((a === 0xfe && b === 0xff) || (a === 0 && c === 0 && b! > 0 && d! > 0)) return 'utf-16be'
  return undefined
}

const strictly = (bytes: Uint8Array, label: string): string | undefined =>
  unlessThrown(() => new TextDecoder(label, { fatal: true, ignoreBOM: false }).decode(bytes))

const warning = (message: string): Issue => ({ path: 'MSH-18', message, severity: 'warning' })

/**
 * Text of a message. The connection's own setting wins over MSH-18 (a person corrected the sender), MSH-18 over a guess. Without a
 * declaration, or with one that the bytes contradict, it is UTF-8 if the bytes are valid UTF-8, else windows-1252, and a warning.
 * Fails (`unreadable`) for a character set that we do not know, unless all bytes are plain ASCII.
 *
 * @param declaredIn reads MSH-18 out of text that is right at least where it is ASCII
 */
export function decodeMessage(
  bytes: Uint8Array,
  declaredIn: (text: string) => string | undefined,
  configured?: string,
): Result<Decoded> {
  const wide = utf16(bytes)
  if (wide) {
    const text = strictly(bytes, wide)
    return text === undefined ? cannotRead('the bytes are not valid UTF-16') : ok({ text, charset: wide, issues: [] })
  }
  const unicode = strictly(bytes, 'utf-8')
  const plain = unicode !== undefined && unicode.length === bytes.length && !unicode.includes('\u001b')
  const guess = unicode ?? strictly(bytes, 'windows-1252')!
  const guessed = unicode === undefined ? 'windows-1252' : 'utf-8'
  const declared = configured ?? declaredIn(guess)
  const label = declared === undefined ? undefined : charsetLabel(declared)
  const issues: Issue[] = []
  if (declared !== undefined && label === undefined) {
    if (!plain) return cannotRead('a character set that is not supported')
    issues.push(warning('a character set that is not supported; every byte is ASCII, so it is read as that'))
  }
  if (plain) return ok({ text: guess, charset: label === undefined || label === 'utf-16' ? 'us-ascii' : label, issues })
  if (label === undefined || label === 'us-ascii' || label === 'utf-16' || (label === 'utf-8' && unicode === undefined)) {
    if (label !== undefined) issues.push(warning(`the bytes are not of the declared character set; read as ${guessed}`))
    else if (unicode === undefined) issues.push(warning(`no character set is declared; read as ${guessed}`))
    return ok({ text: guess, charset: guessed, issues })
  }
  if (label === 'utf-8') return ok({ text: guess, charset: label, issues })
  const text = strictly(bytes, label)
  if (text === undefined) return cannotRead('the bytes are not of the declared character set')
  if (unicode !== undefined) issues.push(warning('the bytes look like UTF-8, another character set is declared'))
  return ok({ text, charset: label, issues })
}

const cannotRead = (message: string) =>
  fail('unreadable', 'The characters of the message cannot be read.', { issues: [{ path: 'MSH-18', message }] })

/** Bytes of text in a character set; `?` stands for what it cannot write. */
export function encodeText(text: string, label: string): Uint8Array<ArrayBuffer> {
  if (label === 'utf-8') return new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>
  if (label.startsWith('utf-16')) return encodeUtf16(text, label === 'utf-16be')
  const codes = singleByteCodes(label)
  const out = new Uint8Array(text.length)
  let length = 0
  for (const character of text) out[length++] = codes.get(character) ?? 0x3f
  return out.slice(0, length)
}

function encodeUtf16(text: string, bigEndian: boolean): Uint8Array<ArrayBuffer> {
  const out = new DataView(new ArrayBuffer(2 * text.length + 2))
  out.setUint16(0, 0xfeff, !bigEndian)
  for (let i = 0; i < text.length; i++) out.setUint16(2 * i + 2, text.charCodeAt(i), !bigEndian)
  return new Uint8Array(out.buffer)
}

const tables = new Map<string, ReadonlyMap<string, number>>()

/** A single-byte character set turned round: TextEncoder writes UTF-8 only. */
function singleByteCodes(label: string): ReadonlyMap<string, number> {
  const known = tables.get(label)
  if (known) return known
  const size = label === 'us-ascii' ? 0x80 : 0x100
  const decoder = new TextDecoder(label)
  const codes = new Map<string, number>()
  for (let byte = 0; byte < size; byte++) codes.set(decoder.decode(Uint8Array.of(byte)), byte)
  tables.set(label, codes)
  return codes
}
