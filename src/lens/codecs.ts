/** Leaves: the primitive translations that every mapping uses. Raw values are what FHIR JSON holds. */
import { type Codec, cannot } from './codec.ts'

/** Any value, as it is; for elements whose domain form is their FHIR form. */
export const same = <T>(name: string): Codec<T, T> => ({ name, read: (raw) => raw, write: (value) => value })

/** A string that is not empty. https://hl7.org/fhir/R4/datatypes.html#string */
export const text: Codec<string, string> = {
  name: 'text',
  read: (raw, report) => (typeof raw === 'string' && raw.length > 0 ? raw : cannot(report, 'expected text')),
  write: (value) => value,
}

export const bool: Codec<boolean, boolean> = {
  name: 'boolean',
  read: (raw, report) => (typeof raw === 'boolean' ? raw : cannot(report, 'expected true or false')),
  write: (value) => value,
}

/** Whole numbers. */
export const integer: Codec<number, number> = {
  name: 'integer',
  read: (raw, report) => (Number.isSafeInteger(raw) ? raw : cannot(report, 'expected a whole number')),
  write: (value) => value,
}

const rawJson = JSON as unknown as { rawJSON?(text: string): unknown }

/**
 * A decimal as its digits: `1.10` stays `1.10`. Raw is a JSON number, or an exact number (`JSON.rawJSON`) where a number would lose digits.
 * https://hl7.org/fhir/R4/datatypes.html#decimal
 */
export const decimal: Codec<number, string> = {
  name: 'decimal',
  read(raw, report) {
    const digits = JSON.stringify(raw)
    return digits !== undefined && /^-?\d/.test(digits) ? digits : cannot(report, 'expected a number')
  },
  write(value) {
    const plain = Number(value)
    return String(plain) === value || !rawJson.rawJSON ? plain : (rawJson.rawJSON(value) as number)
  },
}

/** One of a few codes that both sides write alike. */
export function oneOf<const T extends string>(...codes: readonly T[]): Codec<T, T> {
  const known = new Set<string>(codes)
  return {
    name: `code(${codes.join(' | ')})`,
    read: (raw, report) => (known.has(raw) ? raw : cannot(report, `unmapped code; known are ${codes.join(', ')}`)),
    write: (value) => value,
  }
}

const datePattern = /^\d{4}(-\d{2}(-\d{2})?)?$/
/** A date, perhaps partial: `1984`, `1984-03`, `1984-03-17`. https://hl7.org/fhir/R4/datatypes.html#date */
export const date: Codec<string, string> = {
  name: 'date',
  read: (raw, report) => (typeof raw === 'string' && datePattern.test(raw) ? raw : cannot(report, 'expected a date')),
  write: (value) => value,
}

const instantPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/
/** A moment with seconds and offset; the offset it came with is kept. https://hl7.org/fhir/R4/datatypes.html#instant */
export const instant: Codec<string, string> = {
  name: 'instant',
  read: (raw, report) =>
    typeof raw === 'string' && instantPattern.test(raw) ? raw : cannot(report, 'expected a date and time with offset'),
  write: (value) => value,
}

const momentPattern = /^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2}))?)?)?$/
/** A FHIR dateTime: a moment or a (partial) date. https://hl7.org/fhir/R4/datatypes.html#dateTime */
export const dateTime: Codec<string, string> = {
  name: 'dateTime',
  read: (raw, report) =>
    typeof raw === 'string' && momentPattern.test(raw) ? raw : cannot(report, 'expected a date or a date and time'),
  write: (value) => value,
}

/** A list of words that the domain keeps as one text: `["Dr.", "med."]` reads `Dr. med.`; a new text is written as one item. */
export const joined: Codec<string[], string> = {
  name: 'joined text',
  read: (raw, report) => (Array.isArray(raw) && raw.length > 0 ? raw.join(' ') : cannot(report, 'expected a list of texts')),
  write: (value) => [value],
}

interface ReferenceLike {
  readonly reference?: string
  readonly identifier?: { readonly system?: string; readonly value?: string }
  readonly display?: string
  readonly type?: string
}

/** A literal reference to one type as the id alone: `Patient/p1` ↔ `p1`. https://hl7.org/fhir/R4/references.html#literal */
export function idOf<Raw extends ReferenceLike>(type: string): Codec<Raw, string> {
  return {
    name: `id of ${type}`,
    read(raw, report) {
      const [found, id, ...rest] = (raw.reference ?? '').split('/')
      return found === type && id !== undefined && id !== '' && rest.length === 0
        ? id
        : cannot(report, `expected a reference to a ${type} here`)
    },
    // Another target: display and identifier of the old one would now be wrong.
    write: (id, prior) => (prior?.reference === `${type}/${id}` ? prior : ({ reference: `${type}/${id}` } as Raw)),
  }
}

/** A reference as the domain writes it: an id of ours, or what somebody else wrote. `type` is left out where it is the first allowed. */
export type Ref =
  | { readonly id: string; readonly type?: string }
  | {
      readonly external: {
        readonly system?: string
        readonly value?: string
        readonly resourceType?: string
        readonly url?: string
        readonly display?: string
      }
    }

/** A reference to one of several types; what is no literal relative reference is kept as `external`. */
export function refTo<Raw extends ReferenceLike>(first: string, ...others: readonly string[]): Codec<Raw, Ref> {
  const allowed = [first, ...others]
  return {
    name: `reference to ${allowed.join(' | ')}`,
    read(raw, report) {
      const [type = '', id, ...rest] = (raw.reference ?? '').split('/')
      if (allowed.includes(type) && id !== undefined && id !== '' && rest.length === 0)
        return type === first ? { id } : { id, type }
      const external = {
        ...(raw.identifier?.system !== undefined && { system: raw.identifier.system }),
        ...(raw.identifier?.value !== undefined && { value: raw.identifier.value }),
        ...(raw.type !== undefined && { resourceType: raw.type }),
        ...(raw.reference !== undefined && { url: raw.reference }),
        ...(raw.display !== undefined && { display: raw.display }),
      }
      return Object.keys(external).length > 0 ? { external } : cannot(report, 'expected a reference')
    },
    write(ref, prior) {
      if ('id' in ref) {
        const reference = `${ref.type ?? first}/${ref.id}`
        return prior?.reference === reference ? prior : ({ reference } as Raw)
      }
      const { system, value, resourceType, url, display } = ref.external
      const identifier = { ...(system !== undefined && { system }), ...(value !== undefined && { value }) }
      return {
        ...(url !== undefined && { reference: url }),
        ...(resourceType !== undefined && { type: resourceType }),
        ...(Object.keys(identifier).length > 0 && {
          identifier: sameIdentifier(prior, identifier) ? prior!.identifier! : identifier,
        }),
        ...(display !== undefined && { display }),
      } as Raw
    },
  }
}

const sameIdentifier = (prior: ReferenceLike | undefined, next: { system?: string; value?: string }): boolean =>
  prior?.identifier !== undefined && prior.identifier.system === next.system && prior.identifier.value === next.value

/**
 * The identity of a list item for which FHIR has no natural key: its element id, or a name made from its content. An item whose
 * content changes gets the handle as its element id, so that it keeps its identity. https://hl7.org/fhir/R4/element.html#id
 */
export function withHandle<Raw extends object, D extends { readonly handle?: string | undefined }>(
  content: Codec<Raw, Omit<D, 'handle'>>,
): Codec<Raw, D> {
  const idIn = (raw: Raw): string | undefined => (raw as { id?: string }).id
  return {
    name: content.name,
    read(raw, report) {
      const value = content.read(raw, report)
      return typeof value === 'symbol' ? value : ({ ...value, handle: idIn(raw) ?? contentName(raw) } as D)
    },
    write(value, prior) {
      const next = content.write(value, prior)
      const named = idIn(next) ?? contentName(next)
      return value.handle === undefined || named === value.handle ? next : ({ ...next, id: value.handle } as Raw)
    },
  }
}

/** A short name of a value's content (FNV-1a, 2 × 32 bits): stable across runs, for telling items of one list apart. */
function contentName(value: object): string {
  const json = JSON.stringify(value)
  let a = 0x811c9dc5
  let b = 0x01000193
  for (let i = 0; i < json.length; i++) {
    const code = json.charCodeAt(i)
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b ^ code, 0x85ebca6b)
  }
  return `h${(a >>> 0).toString(36)}${(b >>> 0).toString(36)}`
}
