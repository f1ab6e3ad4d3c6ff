/** Security labels of parts: a part never bears fewer than its whole. https://hl7.org/fhir/R4/security-labels.html */
import type { Resource } from '@medplum/fhirtypes'

/** The part with the labels of the whole that it lacks; the very same where it lacks none. */
export function withLabelsOf<R extends Resource>(part: R, whole: Pick<Resource, 'meta'>): R {
  const own = part.meta?.security ?? []
  const missing = (whole.meta?.security ?? []).filter(
    (label) => !own.some(({ system, code }) => system === label.system && code === label.code),
  )
  return missing.length > 0 ? { ...part, meta: { ...part.meta, security: [...own, ...missing] } } : part
}
