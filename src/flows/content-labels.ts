/**
 * What is about a client says in its labels what its code is about, by whichever door it came, and is restricted then; what somebody else
 * labelled it stays. https://hl7.org/fhir/R4/security-labels.html
 */
import type { CodeableConcept, Coding, Extension, Meta } from '@medplum/fhirtypes'
import { local } from '../../mappings/shared/extension.ts'
import { contentOf, contentOfAnswers, contentOfService } from '../domain/content-labels.ts'
import type { JsonObject } from '../fhir/exact.ts'
import { listed } from '../fhir/listed.ts'
import { withLabels } from './delivery/labels.ts'

const restricted = { system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' }
const sensitive = (code: string): Coding => ({ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code })

interface Told {
  readonly subject?: unknown
  readonly patient?: unknown
  readonly code?: CodeableConcept
  readonly questionnaire?: string
  readonly extension?: readonly Extension[]
}
const procedureCode = local('procedure-code')

/**
 * Its labels with those that it lacks; undefined where it lacks none. What it was done for (`reasonCode`) is not what it is: bread for
 * somebody who is depressed is bread.
 */
export function labelsByContent(resource: JsonObject): readonly Coding[] | undefined {
  const { subject, patient, code, questionnaire, extension } = resource as Told
  if (subject === undefined && patient === undefined) return undefined
  const found: (string | undefined)[] = []
  for (const coding of listed(code?.coding)) found.push(contentOf(coding ?? {}))
  if (typeof questionnaire === 'string') found.push(contentOfAnswers(questionnaire))
  for (const one of listed(extension))
    if (one?.url === procedureCode && typeof one.valueCode === 'string') found.push(contentOfService(one.valueCode))
  const told = found.filter((one) => one !== undefined)
  if (told.length === 0) return undefined
  const labelled = withLabels(resource, [restricted, ...told.map(sensitive)])
  return labelled === resource ? undefined : (labelled as { meta?: Meta }).meta?.security
}
