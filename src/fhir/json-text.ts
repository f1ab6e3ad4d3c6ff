/** Finding the way in text that may be JSON, before anything has parsed it. */

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const colon = 0x3a

/** The next place that is not white space. */
export function afterSpace(text: string, from: number): number {
  let at = from
  while (text.charCodeAt(at) <= 0x20) at++
  return at
}

/** Behind the value that begins here; 0 if it does not end. */
export function endOfValue(text: string, from: number): number {
  let depth = 0
  for (let at = from; at < text.length; ) {
    const code = text.charCodeAt(at)
    if (code === quote) {
      at = endOfString(text, at)
      if (at === 0) return 0
      if (depth === 0) return at
      continue
    }
    if (code === 0x7b || code === 0x5b) depth++
    else if (code === 0x7d || code === 0x5d) {
      if (depth === 0) return at
      if (--depth === 0) return at + 1
    } else if (depth === 0 && code === comma) return at
    at++
  }
  return 0
}

/** Behind the closing quote of the string that opens here; 0 if there is none. */
export function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end > 0; end = text.indexOf('"', end + 1)) {
    let first = end
    while (text.charCodeAt(first - 1) === backslash) first--
    if ((end - first) % 2 === 0) return end + 1
  }
  return 0
}

/** Where the text first goes deeper than so many levels of objects and arrays; -1 if it does not. To parse a million levels takes long. */
export function deeperThan(most: number, text: string): number {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) {
      const end = endOfString(text, at)
      if (end === 0) return -1
      at = end - 1
    } else if (code === 0x7b || code === 0x5b) {
      if (++depth > most) return at
    } else if (code === 0x7d || code === 0x5d) depth--
  }
  return -1
}

/** FHIR has some 2,500 names of elements. */
const mostNames = 10_000

/**
 * More different names of members than any content in earnest has: to parse them takes far longer than to parse as much text of other kinds,
 * for each has to be remembered.
 */
export function hasTooManyNames(text: string): boolean {
  const names = new Set<string>()
  for (let start = text.indexOf('"'); start >= 0; ) {
    const end = endOfString(text, start)
    if (end === 0) return false
    if (text.charCodeAt(afterSpace(text, end)) === colon && names.add(text.slice(start, end)).size > mostNames) return true
    start = text.indexOf('"', end)
  }
  return false
}
