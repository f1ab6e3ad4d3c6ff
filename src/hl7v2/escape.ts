/**
 * Escape sequences in HL7 v2 text. https://www.hl7.eu/HL7v2x/v251/std251/ch02.html#Heading36 (chapter 2.7)
 * Every sequence is read once: what it yields is never read as a sequence again.
 */
import type { Separators } from './separators.ts'

/** Turns the bytes of `\X…\` into text; the message's own character set. */
export type DecodeBytes = (bytes: Uint8Array) => string

/** Line breaks and blanks that one formatting command may ask for. */
const mostRepeats = 20

/** Control characters but tab, LF and CR. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controls = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g

/** Whether text holds control characters that no text may hold. */
export const hasControls = (text: string): boolean => text.search(controls) >= 0

export const withoutControls = (text: string): string => text.replace(controls, '')

/**
 * What an encoded value says: without blanks around, nor control characters that an escape brought in; `undefined` where it is empty or
 * null (`""`).
 */
export function readText(encoded: string, by: Separators, decode: DecodeBytes): string | undefined {
  if (encoded === '' || encoded === '""') return undefined
  const plain = unescapeText(encoded, by, decode)
  const text = (plain === encoded ? plain : withoutControls(plain)).trim()
  return text === '' ? undefined : text
}

/**
 * The text that an encoded value means. Sequences that say nothing we know (`\Z…\`, `\C…\`, a lone backslash) stay as they are: they are
 * either local agreements or text that its sender forgot to escape.
 */
export function unescapeText(value: string, by: Separators, decode: DecodeBytes): string {
  const mark = by.escape
  let at = mark === by.field ? -1 : value.indexOf(mark)
  if (at < 0) return value
  let out = ''
  let done = 0
  while (at >= 0) {
    const end = value.indexOf(mark, at + 1)
    if (end < 0) break
    const meaning = meaningOf(value.slice(at + 1, end), by, decode)
    if (meaning === undefined) {
      at = end
      continue
    }
    out += value.slice(done, at) + meaning
    done = end + 1
    at = value.indexOf(mark, done)
  }
  return out + value.slice(done)
}

function meaningOf(sequence: string, by: Separators, decode: DecodeBytes): string | undefined {
  switch (sequence) {
    case 'F':
      return by.field
    case 'S':
      return by.component
    case 'T':
      return by.subcomponent
    case 'R':
      return by.repetition
    case 'E':
      return by.escape
    case 'P':
      return '#'
    case 'H':
    case 'N':
      return ''
  }
  if (sequence.startsWith('.')) return formatting(sequence)
  if (sequence.startsWith('X')) return hexadecimal(sequence.slice(1), decode)
  return undefined
}

/** Formatting commands (chapter 2.7.6), as far as plain text can show them. */
function formatting(command: string): string | undefined {
  const digits = command.slice(3)
  const count = digits === '' ? 1 : Math.min(Number(digits), mostRepeats)
  switch (command.slice(0, 3)) {
    case '.br':
    case '.ce':
      return '\n'
    case '.sp':
      return count > 0 ? '\n'.repeat(count) : undefined
    case '.sk':
      return count > 0 ? ' '.repeat(count) : undefined
    case '.fi':
    case '.nf':
    case '.in':
    case '.ti':
      return ''
    default:
      return undefined
  }
}

function hexadecimal(digits: string, decode: DecodeBytes): string | undefined {
  if (digits.length % 2 !== 0 || !/^[0-9A-Fa-f]+$/.test(digits)) return undefined
  return decode(Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16)))
}

/** The other way: our own text, safe to stand in a field of a message with these separators. */
export function escapeText(text: string, by: Separators): string {
  if (by.escape === by.field) return text.replaceAll(by.field, ' ').replaceAll(/[\r\n]/g, ' ')
  const names: Record<string, string> = {
    [by.field]: 'F',
    [by.component]: 'S',
    [by.subcomponent]: 'T',
    [by.repetition]: 'R',
    [by.escape]: 'E',
    '\n': '.br',
    '\r': '.br',
  }
  let out = ''
  for (const character of text) {
    const name = names[character]
    out += name === undefined ? character : `${by.escape}${name}${by.escape}`
  }
  return out
}
