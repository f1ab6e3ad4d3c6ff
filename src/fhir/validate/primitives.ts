/**
 * The primitive types: does a JSON value have the syntax of the type? Scanners over char codes, so that time grows with length only.
 * https://hl7.org/fhir/R4/datatypes.html#primitive
 */
import { digitsOf, toNumber } from '../number.ts'
import { isDate, isDateTime, isInstant, isTime } from './dates.ts'
import { isXhtml } from './xhtml.ts'

export type Primitive = (value: unknown) => boolean

/** Beyond this a string is refused. https://hl7.org/fhir/R4/datatypes.html#string */
const longest = 1024 * 1024

// One character class and nothing to backtrack into: these searches are linear, and faster than a loop from a dozen characters on.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const control = /[\0-\x08\x0b\x0c\x0e-\x1f]/
const blank = /[\0- ]/
const notBase64 = /[^A-Za-z0-9+/=]/

/** At least one character, and no control character but tab, line feed and carriage return. */
const isText = (text: string): boolean => text.length > 0 && text.length <= longest && !control.test(text)

/** No white space at the ends, none but single spaces inside. */
function isCode(text: string): boolean {
  let before = 32
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < 32 || (code === 32 && before === 32)) return false
    before = code
  }
  return before !== 32
}

const isUri = (text: string): boolean => text.length > 0 && !blank.test(text)

const isAlphanumeric = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90)

function isId(text: string): boolean {
  if (text.length === 0 || text.length > 64) return false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (!isAlphanumeric(code) && code !== 45 && code !== 46) return false
  }
  return true
}

/** Groups of four, white space anywhere, padding at the very end. https://tools.ietf.org/html/rfc4648#section-4 */
function isBase64(text: string): boolean {
  const dense = notBase64.test(text) ? text.replaceAll(/[ \t\n\r]/g, '') : text
  const padding = dense.indexOf('=')
  if (dense.length === 0 || dense.length % 4 !== 0 || notBase64.test(dense)) return false
  return padding < 0 || padding === dense.length - 1 || (padding === dense.length - 2 && dense.endsWith('='))
}

const oid = 'urn:oid:'

/** `urn:oid:` and numbers without leading zeros, the first of them 0, 1 or 2. */
function isOid(text: string): boolean {
  if (!text.startsWith(oid)) return false
  const arcs = text.slice(oid.length).split('.')
  return arcs.length > 1 && arcs.every((arc, index) => isArc(arc) && (index > 0 || (arc.length === 1 && arc <= '2')))
}

function isArc(arc: string): boolean {
  for (let at = 0; at < arc.length; at++) if (arc.charCodeAt(at) < 48 || arc.charCodeAt(at) > 57) return false
  return arc.length === 1 || (arc.length > 1 && !arc.startsWith('0'))
}

/** `urn:uuid:` and lower-case hexadecimal digits. */
const isUuid = (text: string): boolean =>
  text.length === 45 && /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text)

/** A whole number from `least` to 2147483647; of an exact number the digits count: 1.0 is no integer. */
function isInteger(value: unknown, least: number): boolean {
  if (typeof value === 'number') return (value | 0) === value && value >= least
  const digits = digitsOf(value)
  return digits !== undefined && String(Number(digits) | 0) === digits && Number(digits) >= least
}

const string = (test: (text: string) => boolean) => (value: unknown) => typeof value === 'string' && test(value)

export const primitives: Readonly<Record<string, Primitive>> = {
  boolean: (value) => typeof value === 'boolean',
  integer: (value) => isInteger(value, -2147483648),
  unsignedInt: (value) => isInteger(value, 0),
  positiveInt: (value) => isInteger(value, 1),
  decimal: (value) => (typeof value === 'number' ? Number.isFinite(value) : !Number.isNaN(toNumber(value))),
  string: string(isText),
  markdown: string(isText),
  code: string(isCode),
  uri: string(isUri),
  url: string(isUri),
  canonical: string(isUri),
  oid: string(isOid),
  uuid: string(isUuid),
  id: string(isId),
  base64Binary: string(isBase64),
  date: string(isDate),
  dateTime: string(isDateTime),
  instant: string(isInstant),
  time: string(isTime),
  xhtml: string(isXhtml),
  'resource-id': string(isId),
  'element-id': string(isUri),
  'extension-url': string(isUri),
}

/** These have no `_member` beside them: no id and no extensions. https://hl7.org/fhir/R4/json.html#primitive */
export const bare: ReadonlySet<string> = new Set(['xhtml', 'resource-id', 'element-id', 'extension-url'])
