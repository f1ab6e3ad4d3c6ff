/**
 * Attachments on their way out: one whose bytes stand in a Binary here goes with its bytes, because our address means nothing there.
 * https://hl7.org/fhir/R4/datatypes.html#Attachment
 */
import type { JsonObject } from '../../fhir/exact.ts'
import { isObject } from '../../lens/equal.ts'

const here = /^Binary\/([A-Za-z0-9\-.]{1,64})$/

const idIn = (value: unknown): string | undefined => (typeof value === 'string' ? here.exec(value)?.[1] : undefined)

/** Ids of the Binaries here that a resource's attachments name. */
export function binariesIn(value: unknown, found = new Set<string>()): ReadonlySet<string> {
  if (Array.isArray(value)) for (const item of value) binariesIn(item, found)
  else if (isObject(value)) {
    const id = idIn(value.url)
    if (id !== undefined) found.add(id)
    for (const member of Object.values(value)) binariesIn(member, found)
  }
  return found
}

/** `data` answers the base64 of a Binary's bytes; an attachment whose bytes are not here stays as it is. */
export const withBytes = (resource: JsonObject, data: (id: string) => string | undefined): JsonObject =>
  filled(resource, data) as JsonObject

function filled(value: unknown, data: (id: string) => string | undefined): unknown {
  if (Array.isArray(value)) return value.map((item) => filled(item, data))
  if (!isObject(value) || 'rawJSON' in value) return value
  const { url, ...rest } = value
  const bytes = idIn(url) === undefined ? undefined : data(idIn(url)!)
  if (bytes !== undefined) return { ...rest, data: bytes }
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, filled(member, data)]))
}
