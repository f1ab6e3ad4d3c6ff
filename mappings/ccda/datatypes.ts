/** CDA data types → domain values, as the C-CDA on FHIR guide maps them. https://hl7.org/fhir/us/ccda/mappingGuidance.html */
import { at, attribute, childrenOf, textOf } from '../../src/ccda/element.ts'
import type { Element } from '../../src/ccda/xml.ts'
import type { Coding, Concept, Identifier } from '../../src/domain/kernel.ts'
import type { Issue } from '../../src/domain/problem.ts'
import { readTime } from '../../src/hl7v2/time.ts'
import { usNpi, usSsn } from '../hl7v2/datatypes.ts'
import { present } from '../hl7v2/reader.ts'
import { codeSystems } from './systems.ts'

/** What a reading is given along: the sender's own names, its clock, and where to say what was odd. */
export interface Reader {
  readonly timeZone?: string
  readonly authorities: Readonly<Record<string, string>>
  readonly issues: Issue[]
}

export const warn = (by: Reader, path: string, message: string): void =>
  void by.issues.push({ path, message, severity: 'warning' })

const known: Readonly<Record<string, string>> = { '2.16.840.1.113883.4.6': usNpi, '2.16.840.1.113883.4.1': usSsn }
const oid = /^[0-2](\.(0|[1-9]\d*)){1,40}$/

const systemOf = (root: string, by: Reader): string =>
  (Object.hasOwn(by.authorities, root) ? by.authorities[root] : undefined) ??
  (Object.hasOwn(known, root) ? known[root] : undefined) ??
  (oid.test(root) ? `urn:oid:${root}` : `urn:uuid:${encodeURIComponent(root.toLowerCase())}`)

/** II: with an extension a value of the system that its root names, without one the root itself. */
export function identifier(from: Element | undefined, by: Reader): Identifier | undefined {
  const root = attribute(from, 'root')
  const value = attribute(from, 'extension')
  if (root === undefined) return undefined
  return value === undefined
    ? { system: 'urn:ietf:rfc:3986', value: oid.test(root) ? `urn:oid:${root}` : `urn:uuid:${root.toLowerCase()}` }
    : { system: systemOf(root, by), value }
}

export const identifiers = (of: Element | undefined, by: Reader): readonly Identifier[] =>
  childrenOf(of, 'id').flatMap((one) => identifier(one, by) ?? [])

const coding = (from: Element): Coding | undefined => {
  const code = attribute(from, 'code')
  const system = attribute(from, 'codeSystem')
  if (code === undefined) return undefined
  return present<Coding>({
    system: system === undefined ? undefined : (codeSystems.get(system) ?? (oid.test(system) ? `urn:oid:${system}` : undefined)),
    code,
    display: attribute(from, 'displayName'),
  })
}

/** CD, CE: the code and its translations; those of ICD-10-CM come first, because hospitals' messages tell them. */
export function concept(from: Element | undefined, narrative?: Element): Concept | undefined {
  if (!from) return undefined
  const all = [from, ...childrenOf(from, 'translation')].flatMap((one) => coding(one) ?? [])
  const codings = all.toSorted((one, other) => Number(isIcd10(other)) - Number(isIcd10(one)))
  const text = said(at(from, 'originalText'), narrative) ?? (codings.length === 0 ? from.attributes.displayName : undefined)
  return codings.length === 0 && text === undefined ? undefined : { codings, ...(text !== undefined && { text }) }
}
const isIcd10 = ({ system }: Coding): boolean => system === 'http://hl7.org/fhir/sid/icd-10-cm'

/** A text, or the place of the narrative that it points at. */
export function said(from: Element | undefined, narrative?: Element): string | undefined {
  const id = attribute(at(from, 'reference'), 'value')?.replace(/^#/, '')
  return textOf(from) ?? (id !== undefined && narrative ? textOf(withId(narrative, id)) : undefined)
}

function withId(of: Element, id: string): Element | undefined {
  if (of.attributes.ID === id) return of
  for (const child of childrenOf(of)) {
    const found = withId(child, id)
    if (found) return found
  }
  return undefined
}

/** TS: a FHIR dateTime. */
export function moment(from: Element | undefined, path: string, by: Reader): string | undefined {
  const value = attribute(from, 'value')
  if (value === undefined) return undefined
  const read = readTime(value, by.timeZone === undefined ? {} : { timeZone: by.timeZone })
  if (!read) warn(by, path, 'is not a time; left out')
  return read?.text
}

/** IVL_TS; a single time is its beginning. */
export function interval(from: Element | undefined, path: string, by: Reader): { start?: string; end?: string } {
  const start = moment(at(from, 'low') ?? from, path, by)
  const end = moment(at(from, 'high'), path, by)
  return { ...(start !== undefined && { start }), ...(end !== undefined && { end }) }
}

/** A name as one would say it. */
export const spoken = (from: Element | undefined): string | undefined =>
  from &&
  (['prefix', 'given', 'family', 'suffix']
    .flatMap((part) => childrenOf(from, part).flatMap((one) => textOf(one) ?? []))
    .join(' ') ||
    textOf(from))
