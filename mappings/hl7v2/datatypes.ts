/**
 * HL7 v2 data types → domain values, as the v2-to-FHIR guide maps them (https://build.fhir.org/ig/HL7/v2-to-fhir/datatype_maps.html).
 * Each returns `undefined` if its field says nothing.
 */
import type { Coding, Concept, Identifier } from '../../src/domain/kernel.ts'
import type { Composite } from '../../src/hl7v2/segment.ts'
import { codingSystem } from '../codes/hl7v2-coding-system.ts'
import { period, present, type Reader } from './reader.ts'

const identifierTypes = 'http://terminology.hl7.org/CodeSystem/v2-0203'
export const usNpi = 'http://hl7.org/fhir/sid/us-npi'
export const usSsn = 'http://hl7.org/fhir/sid/us-ssn'

const OID = /^[0-2](\.(0|[1-9]\d*))+$/
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** `urn:oid:…` or `urn:uuid:…` of a universal id; `undefined` if it is neither. */
function universal(id: string): string | undefined {
  if (id.length <= 128 && OID.test(id)) return `urn:oid:${id}`
  return uuid.test(id) ? `urn:uuid:${id.toLowerCase()}` : undefined
}

/**
 * HD as an identifier system: what the connection says for its namespace or universal id, else the OID or UUID, else a name of our own.
 * `undefined` if there is no authority.
 */
export const authority = (from: Composite, by: Reader): string | undefined => assigned(from.text(1), from.text(2), by)

function assigned(namespace: string | undefined, id: string | undefined, by: Reader): string | undefined {
  const known = by.connection.assigningAuthorities ?? {}
  for (const name of [namespace, id]) {
    if (name !== undefined && Object.hasOwn(known, name)) return known[name]
  }
  if (id !== undefined) {
    const urn = universal(id)
    if (urn !== undefined) return urn
  }
  const name = namespace ?? id
  return name === undefined ? undefined : `urn:handoff:authority:${encodeURIComponent(name.toWellFormed())}`
}

/** Identifier type, HL7 table 0203. */
const typeOf = (code: string | undefined): Concept | undefined =>
  code === undefined ? undefined : { codings: [{ system: identifierTypes, code }] }

/** CX. Without an authority it has no system: kept, never matched. */
export function identifier(from: Composite, by: Reader): Identifier | undefined {
  const value = from.text(1)
  if (value === undefined) return undefined
  return present<Identifier>({
    system: authority(from.part(4), by),
    value,
    type: typeOf(from.text(5)),
    period: period(from, 7, 8, by),
  })
}

/** EI: a number of an order, an appointment. `system` is that of numbers whose authority is not said. */
export function entity(from: Composite, system: string, by: Reader): Identifier | undefined {
  const value = from.text(1)
  return value === undefined ? undefined : { system: assigned(from.text(2), from.text(3), by) ?? system, value }
}

/** The system URI of a coding system's name (CWE.3): the well-known, HL7's own tables, OIDs; else a name of our own. */
export function systemOf(name: string | undefined): string | undefined {
  if (name === undefined) return undefined
  const known = codingSystem.termOf(name.toUpperCase())
  if (known !== undefined) return known
  const table = /^(?:HL7)?(\d{4})$/.exec(name)
  if (table) return `http://terminology.hl7.org/CodeSystem/v2-${table[1]}`
  return universal(name) ?? `urn:handoff:code-system:${encodeURIComponent(name.toWellFormed())}`
}

/** Parts of CWE that make one coding: code, display, system, version. */
const codingParts = [
  [1, 2, 3, 7],
  [4, 5, 6, 8],
  [10, 11, 12, 13],
] as const

/** CWE, CE, CNE: up to three codings in their order, and the text. */
export function concept(from: Composite): Concept | undefined {
  const codings: Coding[] = []
  for (const [codePart, display, system, version] of codingParts) {
    const code = from.text(codePart)
    if (code === undefined) continue
    codings.push(
      present<Coding>({ system: systemOf(from.text(system)), version: from.text(version), code, display: from.whole(display) })!,
    )
  }
  const text = from.whole(9) ?? (codings.length === 0 ? from.whole(2) : undefined)
  if (codings.length === 0 && text === undefined) return undefined
  return text === undefined ? { codings } : { codings, text }
}

/** A code of a table that needs no name in the message: IS, or CWE with the table's own system as default. */
export function tableConcept(from: Composite, table: string): Concept | undefined {
  const read = concept(from)
  const system = `http://terminology.hl7.org/CodeSystem/v2-${table}`
  return (
    read && { ...read, codings: read.codings.map((coding) => (coding.system === undefined ? { system, ...coding } : coding)) }
  )
}
