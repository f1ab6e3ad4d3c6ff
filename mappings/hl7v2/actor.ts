/** People and places that a visit names and nobody here has a record of: references by their identifiers (XCN, PL). */
import type { Ref } from '../../src/domain/kernel.ts'
import type { Composite } from '../../src/hl7v2/segment.ts'
import { authority, usNpi } from './datatypes.ts'
import { present, type Reader } from './reader.ts'

type External<T extends string> = Extract<Ref, { external: unknown }>['external'] & { readonly resourceType?: T | undefined }

/** A reference to what somebody else calls so; `undefined` if it has neither a value nor a name. */
export function externalRef<const T extends string>(
  resourceType: T,
  system?: string,
  value?: string,
  display?: string,
): { readonly external: External<T> } | undefined {
  if (value === undefined && display === undefined) return undefined
  return { external: present<External<T>>({ system: value === undefined ? undefined : system, value, resourceType, display })! }
}

/** XCN: an identifier (an NPI is one whatever else stands there), and a name as one would say it. */
export function attending(from: Composite, by: Reader): ReturnType<typeof externalRef<'Practitioner'>> {
  const system = from.text(13) === 'NPI' || from.text(9) === 'NPI' ? usNpi : authority(from.part(9), by)
  const spoken = [6, 3, 4, 2, 5].map((part) => from.text(part)).filter((part) => part !== undefined)
  return externalRef('Practitioner', system, from.text(1), spoken.join(' ') || undefined)
}

/** PL, from the building to the bed: `North / 4 West / 412 / B`. */
export function locationName(from: Composite): string | undefined {
  const parts = [7, 8, 1, 2, 3].map((part) => from.text(part)).filter((part) => part !== undefined)
  return parts.join(' / ') || (from.text(9) ?? from.text(4))
}
