/**
 * Where the entries of a Bundle stand in its bytes, before anything has decoded or parsed them. Structure is ASCII in JSON, and no byte of a
 * longer character in UTF-8 looks like it. https://www.rfc-editor.org/rfc/rfc3629#section-1
 */

/** Of bytes: the first, and the one behind the last. */
export interface Span {
  readonly start: number
  readonly end: number
}

const [quote, comma, colon, backslash] = [0x22, 0x2c, 0x3a, 0x5c]
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d]

/** What is in the list that the first member `entry` is. Ends early where the text is torn: what is left then is no JSON. */
export function* entriesIn(json: Uint8Array): Generator<Span> {
  let at = afterSpace(json, 0)
  if (json[at] !== openBrace) return
  at = afterSpace(json, at + 1)
  while (json[at] === quote) {
    const nameEnd = endOfString(json, at)
    const isEntry = isNamedEntry(json, at, nameEnd)
    at = afterSpace(json, nameEnd)
    if (nameEnd === 0 || json[at] !== colon) return
    at = afterSpace(json, at + 1)
    if (isEntry && json[at] === openBracket) {
      yield* itemsFrom(json, at + 1)
      return
    }
    at = afterSpace(json, endOfValue(json, at))
    if (json[at] !== comma) return
    at = afterSpace(json, at + 1)
  }
}

function* itemsFrom(json: Uint8Array, from: number): Generator<Span> {
  for (let start = afterSpace(json, from); json[start] !== closeBracket; ) {
    const end = endOfValue(json, start)
    if (end <= start) return
    yield { start, end }
    const next = afterSpace(json, end)
    if (json[next] !== comma) return
    start = afterSpace(json, next + 1)
  }
}

/** Whether the list of entries ends here, white space aside. */
export const isEndOfList = (json: Uint8Array, at: number): boolean => json[afterSpace(json, at)] === closeBracket

const entry = new TextEncoder().encode('"entry"')

const isNamedEntry = (json: Uint8Array, start: number, end: number): boolean =>
  end - start === entry.length && entry.every((byte, i) => json[start + i] === byte)

/** The next place that is not white space. */
function afterSpace(json: Uint8Array, from: number): number {
  let at = from
  while (isSpace(json[at])) at++
  return at
}

/** https://www.rfc-editor.org/rfc/rfc8259#section-2 */
const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

/** Behind the value that begins here; 0 if it does not end. */
function endOfValue(json: Uint8Array, from: number): number {
  let depth = 0
  for (let at = from; at < json.length; ) {
    const byte = json[at]
    if (byte === quote) {
      at = endOfString(json, at)
      if (at === 0) return 0
      if (depth === 0) return at
      continue
    }
    if (byte === openBrace || byte === openBracket) depth++
    else if (byte === closeBrace || byte === closeBracket) {
      if (depth === 0) return at
      if (--depth === 0) return at + 1
    } else if (depth === 0 && byte === comma) return at
    at++
  }
  return 0
}

/** Behind the closing quote of the string that opens here; 0 if there is none. */
function endOfString(json: Uint8Array, start: number): number {
  for (let at = start + 1; at < json.length; at++) {
    const byte = json[at]
    if (byte === quote) return at + 1
    if (byte === backslash) at++
  }
  return 0
}
