/** Hashes are kept in databases: they must never change. */

/**
 * A 53-bit hash of a text, by which it is found in a tree: texts that follow each other (numbers of visits, ids that begin with the time)
 * are near each other there, so that those that come together touch few of its pages.
 * It only finds; whatever it finds is compared in full, so that texts with the same hash are never confused.
 */
export function hash(text: string): number {
  const start = text.slice(0, Math.min(mostOfStart, Math.max(0, text.length - leftOut)))
  return (sum(start) >>> 11) * 2 ** 32 + sum(text)
}

/** Texts are near each other whose first so many characters are the same, all but the last few. */
const mostOfStart = 12
const leftOut = 3

/** 32 bits: FNV-1a over UTF-16 units, then mixed. */
export function sum(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
