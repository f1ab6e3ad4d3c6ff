/** The delimiters of one message, as MSH-1 and MSH-2 announce them. https://www.hl7.eu/HL7v2x/v251/std251/ch02.html#Heading13 */

export interface Separators {
  readonly field: string
  readonly component: string
  readonly repetition: string
  readonly escape: string
  readonly subcomponent: string
}

/** What nearly everybody uses, and the standard recommends. */
export const usualSeparators: Separators = { field: '|', component: '^', repetition: '~', escape: '\\', subcomponent: '&' }

/** MSH-2 of a message with these separators. */
export const encodingCharacters = (by: Separators): string => `${by.component}${by.repetition}${by.escape}${by.subcomponent}`

/** Printable ASCII, but no letter, digit, blank or double quote (which writes the null value). */
const separator = /^[!#-/:-@[-`{-~]$/

/**
 * The separators that a header line announces; `undefined` if they cannot be told apart. Encoding characters that MSH-2 does not name are
 * set to the field separator, which no field contains: nothing is split at them. A fifth one (truncation, since 2.7) is let pass.
 */
export function separatorsOf(line: string): Separators | undefined {
  if (line.startsWith('|^~\\&|', 3)) return usualSeparators
  const field = line.charAt(3)
  const end = line.indexOf(field, 4)
  const encoding = [...line.slice(4, end < 0 ? undefined : end)]
  if (encoding.length === 0 || encoding.length > 5 || new Set(encoding).size !== encoding.length) return undefined
  if (![field, ...encoding].every((character) => separator.test(character))) return undefined
  const [component = field, repetition = field, escaping = field, subcomponent = field] = encoding
  return { field, component, repetition, escape: escaping, subcomponent }
}
