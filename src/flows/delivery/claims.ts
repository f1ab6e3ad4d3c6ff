/**
 * Profiles that what we send claims (`meta.profile`): ours, where it keeps them. They are stamped on the way out and not in the record:
 * there, what somebody else wrote stays as it is to the byte, and what they may write later is not bound by a claim that was never
 * theirs. What is sent is claimed anew each time it is put together, as it is then said to that partner; so no claim outlives its truth.
 *
 * Not claimed is a profile of which something cannot be asked here (the documents of sessions: which of LOINC's types are documents).
 */
import type { Resource } from '@medplum/fhirtypes'
import { canonicalBase } from '../../../mappings/shared/extension.ts'
import type { JsonObject } from '../../fhir/exact.ts'
import { ownProfiles } from '../../fhir/profiles/own.ts'
import { isValid } from '../../fhir/validate/validate.ts'
import { profileOf } from '../collections/profiles.ts'

/** `said` is what is sent of the resource as it stands here. */
export function claiming(stored: JsonObject, said: JsonObject): JsonObject {
  const id = profileOf(stored as unknown as Resource)
  const profile = id && `${canonicalBase}/StructureDefinition/${id}`
  const honestly = truthful(said)
  if (!profile || claimsOf(honestly).includes(profile)) return honestly
  const profiles = ownProfiles()
  if (!profiles.asksAllOf(profile) || !isValid(said) || !profiles.keeps(said, [profile])) return honestly
  return withClaims(honestly, [...claimsOf(honestly), profile])
}

/**
 * Without claims of ours that it does not keep; the very same where there are none. For what is laid onto a partner's resource: nothing new
 * is claimed of that, for a partner that drops claims would be written to each time.
 */
export function truthful(resource: JsonObject): JsonObject {
  const profiles = ownProfiles()
  if (!profiles.isClaimed(resource)) return resource
  const { meta: _, ...bare } = resource
  const isSound = isValid(bare)
  const kept = claimsOf(resource).filter((one) => !profiles.isOne(one) || (isSound && profiles.keeps(bare, [one])))
  return kept.length === claimsOf(resource).length ? resource : withClaims(resource, kept)
}

interface Meta {
  readonly profile?: readonly string[]
  readonly [member: string]: unknown
}
const claimsOf = ({ meta }: JsonObject): readonly string[] => (meta as Meta | undefined)?.profile ?? []

function withClaims({ meta, ...rest }: JsonObject, profile: readonly string[]): JsonObject {
  const { profile: _, ...others } = (meta ?? {}) as Meta
  const next = { ...others, ...(profile.length > 0 && { profile }) }
  return { ...rest, ...(Object.keys(next).length > 0 && { meta: next }) }
}
