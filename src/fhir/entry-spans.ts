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

/** From Parameters to the Bundle that they may hold. */
const inside = ['parameter', 'resource']

/**
 * What is in the first list `entry`, of a Bundle or of what Parameters hold. Ends early where the text is torn: what is left then is no
 * JSON.
 */
export const entriesIn = (json: Uint8Array): Generator<Span, boolean> => entriesAt(json, afterSpace(json, 0), inside)

/** Answers whether there is such a list. */
function* entriesAt(json: Uint8Array, start: number, [way, ...further]: readonly string[]): Generator<Span, boolean> {
  for (const { name, value } of membersAt(json, start)) {
    const isList = json[value] === openBracket
    if (isList && isNamed(json, name, 'entry')) {
      for (const item of itemsIn(json, value)) {
        if (item.end <= item.start) break
        yield item
      }
      return true
    }
    if (way === undefined || !isNamed(json, name, way)) continue
    for (const { start } of isList ? itemsIn(json, value) : [{ start: value }])
      if (yield* entriesAt(json, start, further)) return true
  }
  return false
}

/** The object that has that list, in what was read. */
export function holderOf(value: unknown, [way, ...further]: readonly string[] = inside): { entry: unknown } | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  for (const [name, member] of Object.entries(value)) {
    if (name === 'entry' && Array.isArray(member)) return value as { entry: unknown }
    if (name !== way) continue
    for (const inner of Array.isArray(member) ? member : [member]) {
      const found = holderOf(inner, further)
      if (found) return found
    }
  }
  return undefined
}

/** The members of the object that begins here, if one does. Where a value ends is not looked for before the next is asked for. */
function* membersAt(json: Uint8Array, start: number): Generator<{ readonly name: Span; readonly value: number }> {
  if (json[start] !== openBrace) return
  let at = afterSpace(json, start + 1)
  while (json[at] === quote) {
    const name = { start: at, end: endOfString(json, at) }
    at = afterSpace(json, name.end)
    if (name.end === 0 || json[at] !== colon) return
    at = afterSpace(json, at + 1)
    yield { name, value: at }
    at = afterSpace(json, endOfValue(json, at))
    if (json[at] !== comma) return
    at = afterSpace(json, at + 1)
  }
}

/** The items of the list that begins here. Where one ends is not looked for before somebody asks, or wants the next. */
function* itemsIn(json: Uint8Array, bracket: number): Generator<Span> {
  for (let start = afterSpace(json, bracket + 1); json[start] !== closeBracket; ) {
    const item = new Item(json, start)
    yield item
    const next = afterSpace(json, item.end)
    if (next <= start || json[next] !== comma) return
    start = afterSpace(json, next + 1)
  }
}

class Item implements Span {
  readonly start: number
  readonly #json: Uint8Array
  #end: number | undefined

  constructor(json: Uint8Array, start: number) {
    this.#json = json
    this.start = start
  }

  get end(): number {
    this.#end ??= endOfValue(this.#json, this.start)
    return this.#end
  }
}

/** Whether the list of entries ends here, white space aside. */
export const isEndOfList = (json: Uint8Array, at: number): boolean => json[afterSpace(json, at)] === closeBracket

/** Without escapes, which no name of a member may have. */
function isNamed(json: Uint8Array, { start, end }: Span, name: string): boolean {
  if (end - start !== name.length + 2) return false
  for (let i = 0; i < name.length; i++) if (json[start + 1 + i] !== name.charCodeAt(i)) return false
  return true
}

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
