/** Finding the way in text that may be JSON, before anything has parsed it. */

const quote = 0x22
const backslash = 0x5c
const colon = 0x3a

/** The next place that is not white space. */
export function afterSpace(text: string, from: number): number {
  let at = from
  while (text.charCodeAt(at) <= 0x20) at++
  return at
}

/** Behind the closing quote of the string that opens here; 0 if there is none. */
export function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (text.charCodeAt(end - 1) === backslash && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end + 1
}

/** Whether an odd number of backslashes stands before the place. */
function isEscaped(text: string, at: number): boolean {
  let first = at
  while (text.charCodeAt(first - 1) === backslash) first--
  return (at - first) % 2 === 1
}

/** FHIR has some 2,500 names of elements. */
const mostNames = 10_000

interface Most {
  readonly levels: number
  readonly values: number
}

/**
 * What takes far longer to parse than as much text of other kinds: more levels of objects and arrays, or more values, than are allowed, or
 * more different names of members than any content in earnest has, each of which has to be remembered.
 */
export function excessIn(text: string, most: Most): { readonly of: keyof Most | 'names'; readonly at: number } | undefined {
  const names = new Set<string>()
  /** Where the last name of each look stands: most come again and again, and need not be cut out to be known. */
  const last = new Int32Array(1024)
  let level = 0
  let values = 1
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at)
    if (code !== quote) {
      // A value follows each of these, but for empty objects and arrays.
      if (code === 0x7b || code === 0x5b) {
        values++
        if (++level > most.levels) return { of: 'levels', at }
      } else if (code === 0x7d || code === 0x5d) level--
      else if (code === 0x2c) values++
      if (values > most.values) return { of: 'values', at }
      at++
      continue
    }
    const end = endOfString(text, at)
    if (end === 0) return undefined
    const look = (((end - at) << 5) ^ text.charCodeAt(at + 1)) & 1023
    if (text.charCodeAt(afterSpace(text, end)) === colon && !isSame(text, last[look]!, at, end)) {
      last[look] = at
      if (names.add(text.slice(at, end)).size > mostNames) return { of: 'names', at }
    }
    at = end
  }
  return undefined
}

function isSame(text: string, known: number, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (text.charCodeAt(at) !== text.charCodeAt(known + at - start)) return false
  return true
}

/** May a string in this JSON have the word? With escapes (`\/`, `\u0042`) it may have any: it has to be parsed to be known. */
export const mayHave = (text: string, word: string): boolean =>
  text.includes(word) || text.includes('\\/') || text.includes('\\u')
