/**
 * HAPI FHIR's JPA server as it comes. It takes R4 as we write it, but for addresses of other servers: a reference is local, or it is refused.
 * https://hapifhir.io/hapi-fhir/docs/server_jpa/configuration.html#externalabsolute-resource-references
 */
import { isObject } from '../../src/lens/equal.ts'
import type { Partner } from '../../src/lens/partner.ts'

/** The system of identifiers that are URIs. https://hl7.org/fhir/R4/datatypes.html#Identifier */
const uris = 'urn:ietf:rfc:3986'

const isAddress = (value: unknown): value is string => typeof value === 'string' && /^https?:/.test(value)

/** Every object inside, innermost first. */
function mapped(value: unknown, change: (one: Record<string, unknown>) => Record<string, unknown>): unknown {
  if (Array.isArray(value)) return value.map((item) => mapped(item, change))
  if (!isObject(value) || 'rawJSON' in value) return value
  return change(Object.fromEntries(Object.entries(value).map(([name, member]) => [name, mapped(member, change)])))
}

function asIdentifier(one: Record<string, unknown>): Record<string, unknown> {
  const { reference, ...rest } = one
  if (!isAddress(reference) || rest.identifier !== undefined) return one
  return { ...rest, identifier: { system: uris, value: reference } }
}

function asReference(one: Record<string, unknown>): Record<string, unknown> {
  const { identifier, ...rest } = one
  if (!isObject(identifier) || 'reference' in one || Object.keys(identifier).length !== 2) return one
  const { system, value } = identifier
  return system === uris && isAddress(value) ? { ...rest, reference: value } : one
}

export const hapi: Partner = {
  flavour: 'hapi',
  rows: {
    '*': [
      {
        element: '*',
        because: 'https://hapifhir.io/hapi-fhir/docs/server_jpa/configuration.html#externalabsolute-resource-references',
        turn: { say: (ours) => mapped(ours, asIdentifier), hear: (theirs) => mapped(theirs, asReference) },
      },
    ],
  },
}
