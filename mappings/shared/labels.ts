/** Security labels ↔ `meta.security`. https://hl7.org/fhir/R4/security-labels.html */
import type { Coding, Meta } from '@medplum/fhirtypes'
import { legalBases, sensitivities } from '../../src/domain/labels.ts'
import { type Codec, cannot } from '../../src/lens/codec.ts'
import { oneOf } from '../../src/lens/codecs.ts'
import type { Place } from '../../src/lens/place.ts'

const actCode = 'http://terminology.hl7.org/CodeSystem/v3-ActCode'
const confidentiality = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality'

/** Codings of v3-ActCode that are among these. */
function amongActCodes<const T extends string>(label: string, codes: readonly T[]) {
  const known = new Set<string | undefined>(codes)
  const codec: Codec<Coding, T> = {
    name: label,
    read: (raw, report) => (known.has(raw.code) ? (raw.code as T) : cannot(report, 'unmapped label')),
    write: (code, prior) => (prior?.code === code ? prior : { system: actCode, code }),
  }
  const test = (item: Coding): boolean => item.system === actCode && known.has(item.code)
  return { codec, options: { by: (code: T) => code, only: { label, test } } }
}

/** Kinds of sensitive content, wherever codings of them stand. */
export const sensitive = amongActCodes('sensitivity', sensitivities)
const legal = amongActCodes('legal basis', legalBases)

/** The rows of `labelFields`: spread them into a mapping's table. */
export function labels<R, A extends { meta?: Meta }>(resource: Place<R, A>) {
  const { security } = (resource as unknown as Place<R, { meta: Meta }>).meta
  return {
    sensitivity: security.each(sensitive.codec, sensitive.options),
    confidentiality: security.where({ system: confidentiality }).code.optional(oneOf('U', 'L', 'M', 'N', 'R', 'V')),
    legalBasis: security.each(legal.codec, legal.options),
  }
}
