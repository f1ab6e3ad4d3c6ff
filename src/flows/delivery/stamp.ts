/**
 * What we send carries our id, so that a partner (and anybody looking) can tell that it arrived exactly once. Types without a free
 * identifier carry it as a tag, and are put under our own id.
 */
import type { JsonObject } from '../../fhir/exact.ts'
import { isInvalidTag } from '../fhir/mark.ts'

interface Coded {
  readonly system?: string
  readonly value?: string
  readonly code?: string
}

export const ourSystem = (canonicalBase: string): string => `${canonicalBase}/NamingSystem/handoff-id`

/** No `identifier` that repeats, or none at all. https://hl7.org/fhir/R4/resourcelist.html */
const withoutFreeIdentifier = new Set([
  'QuestionnaireResponse',
  'Composition',
  'Bundle',
  'Provenance',
  'AuditEvent',
  'Binary',
  'Linkage',
  'Parameters',
])

export const hasFreeIdentifier = (type: string): boolean => !withoutFreeIdentifier.has(type)

/** The resource with our mark, without our id and version, which are the partner's to give, and without what we say of it to ourselves. */
export function marked(resource: JsonObject, id: string, system: string): JsonObject {
  const {
    id: _id,
    meta,
    ...rest
  } = resource as { id?: unknown; meta?: { versionId?: unknown; lastUpdated?: unknown; tag?: readonly Coded[] } }
  const { versionId: _version, lastUpdated: _at, tag = [], ...labels } = meta ?? {}
  const told = tag.filter((one) => !isInvalidTag(one))
  const kept: { readonly tag?: readonly Coded[] } = { ...labels, ...(told.length > 0 && { tag: told }) }
  const type = String(resource.resourceType)
  const body = rest as Record<string, unknown>
  if (hasFreeIdentifier(type)) {
    const others = ((body.identifier ?? []) as readonly Coded[]).filter((one) => one.system !== system)
    return { ...body, ...(Object.keys(kept).length > 0 && { meta: kept }), identifier: [...others, { system, value: id }] }
  }
  const tags = (kept.tag ?? []).filter((one) => one.system !== system)
  return { ...body, id, meta: { ...kept, tag: [...tags, { system, code: id }] } }
}
