/**
 * Words of a narrative, or of a whole resource: what `_text` and `_content` look at. A word of the search has to begin a word of the text,
 * without regard to case and accents; all words of a value have to be there, in whatever order.
 * https://hl7.org/fhir/R4/search.html#content
 */
import { folded } from './index-row.ts'
import type { WordsFilter } from './query.ts'

/** Words as they are looked for. */
export const wordsOf = (text: string): readonly string[] =>
  folded(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')

/** For one of the values: does some word there begin with each of its words? In the narrative alone, or in all texts. */
export function hasWords(resource: object, { of, values }: Pick<WordsFilter, 'of' | 'values'>): boolean {
  const texts: string[] = []
  if (of === 'narrative') gatherDiv(resource, texts)
  else gather(resource, texts)
  const all = texts.map(folded).join(' ')
  return values.some((wanted) => wanted.every((word) => isBegun(all, word)))
}

const insideWord = /[\p{L}\p{N}]$/u

/** Does a word of the text begin so? To cut megabytes into words takes longer than to look for one. */
function isBegun(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
    if (!insideWord.test(text.slice(Math.max(0, at - 2), at))) return true
  return false
}

function gatherDiv(resource: object, into: string[]): void {
  const { text } = resource as { text?: { div?: unknown } }
  if (typeof text?.div === 'string') into.push(plainText(text.div))
}

/** Every text and number, but for packed bytes. */
function gather(value: unknown, into: string[]): void {
  if (typeof value === 'string') into.push(value)
  else if (typeof value === 'number') into.push(String(value))
  else if (Array.isArray(value)) for (const item of value) gather(item, into)
  else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      if (name === 'div' && typeof member === 'string') into.push(plainText(member))
      else if (name !== 'data' || typeof member !== 'string') gather(member, into)
    }
  }
}

/** XHTML without its tags. An element ends a word, save for those that only dress letters. */
const plainText = (div: string): string =>
  div
    .replace(/<\/?(?:b|i|em|strong|small|big|span|font|u|s|sub|sup|tt)(?=[\s/>])[^<>]*>/g, '')
    .replace(/<[^<>]*>/g, ' ')
    .replace(/&(#?\w{1,10});/g, (_, name: string) => character(name))

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", szlig: 'ss' }

/** What an entity stands for, as far as words go: of a letter with an accent the letter. */
function character(name: string): string {
  const code = /^#x[\da-f]+$/i.test(name)
    ? Number.parseInt(name.slice(2), 16)
    : /^#\d+$/.test(name)
      ? Number(name.slice(1))
      : undefined
  if (code !== undefined) return code <= 0x10ffff ? String.fromCodePoint(code) : ' '
  const letter = /^([A-Za-z])(?:acute|grave|circ|uml|tilde|cedil|ring|caron|slash)$/.exec(name)?.[1]
  return letter ?? named[name] ?? ' '
}
