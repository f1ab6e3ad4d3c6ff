/**
 * JSON numbers that keep their digits: a plain number where it prints as it was written, else a `JSON.rawJSON` object, which
 * `JSON.stringify` prints as written. https://tc39.es/proposal-json-parse-with-source/
 */

const json = JSON as typeof JSON & { rawJSON(text: string): object; isRawJSON(value: unknown): boolean }

/** Whether a double keeps these digits (a JSON number literal). */
export const printsAsWritten = (digits: string): boolean => String(Number(digits)) === digits

/** The number written as `digits`, exactly. */
export const exactNumber = (digits: string): number | object => (printsAsWritten(digits) ? Number(digits) : json.rawJSON(digits))

/** The number as a double (infinite beyond its range); NaN for what is no number. */
export const toNumber = (value: unknown): number => (typeof value === 'number' ? value : Number(digitsOf(value)))

/** The digits as written; undefined for what is no number. */
export function digitsOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return json.isRawJSON(value) ? (value as { rawJSON: string }).rawJSON : undefined
}
