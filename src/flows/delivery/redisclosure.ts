/**
 * What accompanies a record of substance use treatment on its way out (42 CFR 2.32), as Data Segmentation for Privacy has it: labels that
 * forbid to pass it on without a consent, and the notice and the scope of the consent as texts to be displayed with it.
 * https://hl7.org/fhir/uv/security-label-ds4p/StructureDefinition-extension-display.html
 */
import type { Coding, Extension } from '@medplum/fhirtypes'
import { scopeOf } from '../../domain/redisclosure.ts'
import type { JsonObject } from '../../fhir/exact.ts'
import type { Permitted } from './permission.ts'

const display = 'http://hl7.org/fhir/uv/security-label-ds4p/StructureDefinition/extension-display'
const author = 'Warm Handoff'

/** A refrain policy of v3-ActCode (no redisclosure without a consent directive), and the mark that goes with a displayed text. */
const restrictions: readonly Coding[] = ['NORDSCLCD', 'RedisclosureProhibitionMark'].map((code) => ({
  system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
  code,
}))

interface Meta {
  readonly security?: readonly Coding[]
  readonly extension?: readonly Extension[]
}
const metaOf = ({ meta }: JsonObject): Meta => (meta ?? {}) as Meta

const isOurs = ({ url, valueAnnotation }: Extension): boolean => url === display && valueAnnotation?.authorString === author

/** The resource with what goes with it; the very same where nothing does. */
export function accompanied(resource: JsonObject, permitted: Pick<Permitted, 'consent' | 'notice'> | undefined): JsonObject {
  const { notice, consent } = permitted ?? {}
  if (!notice || !consent) return resource
  const { security = [], extension = [], ...meta } = metaOf(resource)
  const missing = restrictions.filter(({ code }) => !security.some((label) => label.code === code))
  const texts = [notice.text, scopeOf(consent)].map(
    (text): Extension => ({ url: display, valueAnnotation: { authorString: author, text } }),
  )
  const others = extension.filter((one) => !isOurs(one))
  return { ...resource, meta: { ...meta, extension: [...others, ...texts], security: [...security, ...missing] } }
}

/** Extensions of the partner's `meta` with our notices as they are now; all else in it is theirs. */
export const withOurNotices = (theirs: JsonObject, ours: JsonObject): readonly Extension[] => [
  ...(metaOf(theirs).extension ?? []).filter((one) => !isOurs(one)),
  ...(metaOf(ours).extension ?? []).filter(isOurs),
]
