/** Leaves: the primitive translations that every mapping uses. Raw values are what FHIR JSON holds. */
import { asItIs, type Codec, cannot } from './codec.ts'

export { withHandle } from './handle.ts'
export { idOf, type Ref, refTo } from './references.ts'

/** Any value, as it is; for elements whose domain form is their FHIR form. */
export const same = <T>(name: string): Codec<T, T> => ({ name, read: asItIs, write: asItIs })

/** A string that is not empty. https://hl7.org/fhir/R4/datatypes.html#string */
export const text: Codec<string, string> = {
  name: 'text',
  read: (raw, report) => (typeof raw === 'string' && raw.length > 0 ? raw : cannot(report, 'expected text')),
  write: asItIs,
}

export const bool: Codec<boolean, boolean> = {
  name: 'boolean',
  read: (raw, report) => (typeof raw === 'boolean' ? raw : cannot(report, 'expected true or false')),
  write: asItIs,
}

/** Whole numbers. */
export const integer: Codec<number, number> = {
  name: 'integer',
  read: (raw, report) => (Number.isSafeInteger(raw) ? raw : cannot(report, 'expected a whole number')),
  write: asItIs,
}

const json = JSON as typeof JSON & { rawJSON?(text: string): object; isRawJSON?(value: unknown): boolean }

/** The digits of a JSON number, plain or exact (`JSON.rawJSON`). */
function digitsOf(raw: unknown): string | undefined {
  if (typeof raw === 'number') return Number.isFinite(raw) ? String(raw) : undefined
  return json.isRawJSON?.(raw) ? (raw as { rawJSON: string }).rawJSON : undefined
}

/**
 * A decimal as its digits: `1.10` stays `1.10`. Raw is a JSON number, or an exact number (`JSON.rawJSON`) where a number would lose digits.
 * https://hl7.org/fhir/R4/datatypes.html#decimal
 */
export const decimal: Codec<number, string> = {
  name: 'decimal',
  read: (raw, report) => digitsOf(raw) ?? cannot(report, 'expected a number'),
  write(value) {
    const plain = Number(value)
    return String(plain) === value || !json.rawJSON ? plain : (json.rawJSON(value) as unknown as number)
  },
}

/** One of a few codes that both sides write alike. */
export function oneOf<const T extends string>(...codes: readonly T[]): Codec<T, T> {
  const known = new Set<string>(codes)
  return {
    name: `code(${codes.join(' | ')})`,
    read: (raw, report) => (known.has(raw) ? raw : cannot(report, `unmapped code; known are ${codes.join(', ')}`)),
    write: asItIs,
  }
}

const datePattern = /^\d{4}(-\d{2}(-\d{2})?)?$/
/** A date, perhaps partial: `1984`, `1984-03`, `1984-03-17`. https://hl7.org/fhir/R4/datatypes.html#date */
export const date: Codec<string, string> = {
  name: 'date',
  read: (raw, report) => (typeof raw === 'string' && datePattern.test(raw) ? raw : cannot(report, 'expected a date')),
  write: asItIs,
}

const instantPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/
/** A moment with seconds and offset; the offset it came with is kept. https://hl7.org/fhir/R4/datatypes.html#instant */
export const instant: Codec<string, string> = {
  name: 'instant',
  read: (raw, report) =>
    typeof raw === 'string' && instantPattern.test(raw) ? raw : cannot(report, 'expected a date and time with offset'),
  write: asItIs,
}

const momentPattern = /^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2}))?)?)?$/
/** A FHIR dateTime: a moment or a (partial) date. https://hl7.org/fhir/R4/datatypes.html#dateTime */
export const dateTime: Codec<string, string> = {
  name: 'dateTime',
  read: (raw, report) =>
    typeof raw === 'string' && momentPattern.test(raw) ? raw : cannot(report, 'expected a date or a date and time'),
  write: asItIs,
}

/** The day of a FHIR dateTime, by its own clock; a moment stays as it is while its day does. */
export const day: Codec<string, string> = {
  name: 'day',
  read(raw, report) {
    const moment = dateTime.read(raw, report)
    return typeof moment === 'string' ? moment.slice(0, 10) : moment
  },
  write: (value, prior) => (typeof prior === 'string' && prior.slice(0, 10) === value ? prior : value),
}

/** A list of words that the domain keeps as one text: `["Dr.", "med."]` reads `Dr. med.`; a new text is written as one item. */
export const joined: Codec<string[], string> = {
  name: 'joined text',
  read(raw, report) {
    const words = Array.isArray(raw) ? raw.filter((word) => typeof word === 'string' && word !== '') : []
    return words.length > 0 ? words.join(' ') : cannot(report, 'expected a list of texts')
  },
  write: (value) => [value],
}
