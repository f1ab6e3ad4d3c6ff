/** Values of search parameters, from text. `undefined`: not a value of that kind. https://hl7.org/fhir/R4/search.html#ptypes */
import { dateRange } from './date-range.ts'
import { normalise } from './index-row.ts'
import type { DateValue, NumberValue, Prefix, QuantityValue, TokenValue } from './query.ts'

/** Pieces between separators that no backslash escapes; still escaped. https://hl7.org/fhir/R4/search.html#escaping */
export function splitEscaped(text: string, separator: ',' | '|' | '$'): string[] {
  const pieces: string[] = []
  let start = 0
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === separator) {
      pieces.push(text.slice(start, i))
      start = i + 1
    }
  }
  pieces.push(text.slice(start))
  return pieces
}

/** `\,`, `\|`, `\$` and `\\` stand for the character after the backslash. */
export const unescaped = (text: string): string => (text.includes('\\') ? text.replace(/\\([,|$\\])/g, '$1') : text)

/** `code`, `system|code`, `|code`, `system|`. */
export function tokenValue(text: string): TokenValue | undefined {
  const [first = '', second, ...rest] = splitEscaped(text, '|').map(unescaped)
  if (rest.length > 0 || (first === '' && !second)) return undefined
  if (second === undefined) return { code: first }
  if (first === '') return { system: null, code: second }
  return second === '' ? { system: first } : { system: first, code: second }
}

/** As the index compares it; undefined if nothing is left to compare. */
export function stringValue(text: string, exact: boolean): string | undefined {
  const value = exact ? unescaped(text) : normalise(unescaped(text))
  return value === '' ? undefined : value
}

function splitPrefix(text: string): { prefix: Prefix; rest: string } {
  const found = /^(eq|ne|gt|lt|ge|le|sa|eb|ap)(?=[-+.\d])/.exec(text)?.[0]
  return { prefix: (found ?? 'eq') as Prefix, rest: found ? text.slice(2) : text }
}

/** `now` in milliseconds, only needed for `ap`: it allows a tenth of the gap between now and the date. */
export function dateValue(text: string, now?: number): DateValue | undefined {
  const { prefix, rest } = splitPrefix(text)
  const range = dateRange(rest)
  if (range === undefined || (prefix === 'ap' && now === undefined)) return undefined
  if (prefix !== 'ap' || now === undefined) return { prefix, lo: range.lo, hi: range.hi }
  const tolerance = Math.round(Math.abs(now - (range.lo + range.hi) / 2) / 10)
  return { prefix, lo: range.lo - tolerance, hi: range.hi + tolerance }
}

/** With the precision that its digits imply. https://hl7.org/fhir/R4/search.html#number */
export function numberValue(text: string): NumberValue | undefined {
  const { prefix, rest } = splitPrefix(text)
  const parts = /^([-+]?)(\d{1,100})(?:\.(\d{1,100}))?(?:[eE]([-+]?\d{1,4}))?$/.exec(rest)
  if (!parts) return undefined
  const [, sign, whole = '', fraction = '', exponent] = parts
  const value = Number(rest)
  if (!Number.isFinite(value)) return undefined
  if (prefix === 'ap') return { prefix, lo: value - Math.abs(value) / 10, hi: value + Math.abs(value) / 10 }
  if (prefix !== 'eq' && prefix !== 'ne') return { prefix, lo: value, hi: value }
  // In units of half the last place: 100 is 1000 ± 5 tenths. The standard's own example takes 1e2 to be 95 up to 105.
  const finer = exponent !== undefined && fraction === '' ? '0' : ''
  const units = BigInt(`${sign === '-' ? '-' : ''}${whole}${fraction}${finer}0`)
  const power = Number(exponent ?? 0) - fraction.length - finer.length - 1
  const [lo, hi] = [units - 5n, units + 5n].map((each) => Number(`${each}e${power}`))
  if (lo === undefined || hi === undefined || !Number.isFinite(lo) || !Number.isFinite(hi)) return undefined
  // Seventeen digits are finer than a double: their interval still has the number in it.
  return { prefix, lo, hi: hi > value ? hi : value + Math.abs(value) * Number.EPSILON }
}

/** `number`, `number|system|code`, `number||code`. */
export function quantityValue(text: string): QuantityValue | undefined {
  const [number = '', system, code, ...rest] = splitEscaped(text, '|').map(unescaped)
  const value = numberValue(number)
  if (value === undefined || rest.length > 0 || (system !== undefined && code === undefined)) return undefined
  return { ...value, ...(system && { system }), ...(code && { code }) }
}

/** What a URL stands below: the URL of each of its folders, itself included. */
export function uriAbove(url: string): string[] {
  const host = url.indexOf('//') + 2
  const ends = [...url.slice(host).matchAll(/\//g)].map(({ index }) => host + index)
  return [...new Set([url, ...ends.flatMap((end) => [url.slice(0, end), url.slice(0, end + 1)])])]
}

/**
 * What stands below a URL: that very URL, and what starts with it and a slash; the slash counts where it is written. Below `url|1` are its
 * versions: 1, 1.0 and 1.1.
 */
export const uriBelow = (url: string): { readonly itself: string; readonly start: string } => ({
  itself: url,
  start: url.includes('|') ? `${url}.` : url.endsWith('/') ? url : `${url}/`,
})
