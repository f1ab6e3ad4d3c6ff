/**
 * A 32-bit hash of a text (FNV-1a over UTF-16 units, then mixed). It is kept in databases: it must never change.
 * It only finds; whatever it finds is compared in full, so that texts with the same hash are never confused.
 */
export function hash(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
