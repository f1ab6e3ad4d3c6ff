/**
 * Segments of X12, as text. X12 has no escapes: what holds a separator cannot be said, so `sayable` tells beforehand. Separators and the
 * character sets: X12.5 and X12.6, version 005010.
 */

/** One with components is a list. */
export type Element = string | readonly string[]
export type Segment = readonly [id: string, ...elements: readonly Element[]]

export const separators = { element: '*', component: ':', repetition: '^', segment: '~' } as const

/** Elements that say nothing are left out at the end, and so are components. */
export const printed = ([id, ...elements]: Segment): string =>
  `${[id, ...trimmed(elements.map((one) => (typeof one === 'string' ? one : trimmed(one).join(separators.component))))].join(separators.element)}${separators.segment}`

const trimmed = (texts: readonly string[]): readonly string[] => texts.slice(0, texts.findLastIndex((text) => text !== '') + 1)

const typographic: Readonly<Record<string, string>> = { '’': "'", '‘': "'", '“': '"', '”': '"', '–': '-', '—': '-' }

/** Letters without their accents, plain quotes and dashes, single blanks: as payers have it on record. Another letter stays what it is. */
export const plainly = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[’‘“”–—]/g, (one) => typographic[one]!)
    .replace(/\s+/g, ' ')
    .trim()

/** The extended character set as far as it is ASCII, without the separators. */
export const sayable = (text: string): boolean => /^[\x20-\x7e]*$/.test(text) && !/[*:^~]/.test(text)
