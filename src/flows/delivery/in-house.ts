/** What stays in the house, whatever a connection pushes. */
import { isInHouse } from '../../../mappings/shared/in-house.ts'
import type { JsonObject } from '../../fhir/exact.ts'

/** The resource without the extensions that are for ourselves alone. */
export const withoutInHouse = (resource: JsonObject): JsonObject => stripped(resource) as JsonObject

function stripped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stripped)
  if (typeof value !== 'object' || value === null || 'rawJSON' in value) return value
  const members = Object.entries(value).flatMap(([name, member]) => {
    if (name !== 'extension' || !Array.isArray(member)) return [[name, stripped(member)] as const]
    const kept = member.filter((one: { url?: unknown } | null) => typeof one?.url !== 'string' || !isInHouse(one.url))
    return kept.length > 0 ? [[name, stripped(kept)] as const] : []
  })
  return Object.fromEntries(members)
}
