/** A patch in an entry of a Bundle: Parameters as they are, a JSON Patch packed into a Binary. https://hl7.org/fhir/R4/http.html#patch */
import { bytesInBase64 } from '../../domain/base64.ts'
import { fail, type Result } from '../../domain/problem.ts'
import type { Exact } from '../../fhir/exact.ts'
import { readFhirPathPatch } from '../../fhir/patch/fhirpath-patch.ts'
import { readJsonPatch } from '../../fhir/patch/json-patch.ts'
import type { Patch } from '../../fhir/patch/patch.ts'

export function patchInside(resource: Exact): Result<Patch> {
  const { resourceType, contentType, data } = resource.value
  if (resourceType === 'Parameters') return readFhirPathPatch(resource)
  const isJsonPatch = typeof contentType === 'string' && /^application\/json-patch\+json *(?:;|$)/i.test(contentType)
  if (resourceType !== 'Binary' || !isJsonPatch || typeof data !== 'string')
    return fail('invalid', 'PATCH needs Parameters, or a Binary of application/json-patch+json, in its entry.')
  try {
    return readJsonPatch(bytesInBase64(data))
  } catch {
    return fail('invalid', 'The data of the Binary is not base64.')
  }
}
