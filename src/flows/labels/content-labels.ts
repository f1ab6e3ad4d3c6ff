/**
 * What is about a client says in its labels what its code is about, by whichever door it came, and is restricted then; what somebody else
 * labelled it stays. Each label says by which version of which rules it came. https://hl7.org/fhir/R4/security-labels.html
 */
import type { CodeableConcept, Coding, Extension, Meta } from '@medplum/fhirtypes'
import { ownCodes } from '../../../mappings/codes/label-basis.ts'
import { local } from '../../../mappings/shared/extension.ts'
import { type ContentLabel, contentOf, contentOfAnswers, contentOfService, contentRules } from '../../domain/content-labels.ts'
import type { JsonObject } from '../../fhir/exact.ts'
import { listed } from '../../fhir/listed.ts'
import { labelsOf } from '../../fhir/search/labels.ts'
import { withLabels } from '../delivery/labels.ts'

const basis = 'http://hl7.org/fhir/uv/security-label-ds4p/StructureDefinition/extension-sec-label-basis'
const classifier = 'http://hl7.org/fhir/uv/security-label-ds4p/StructureDefinition/extension-sec-label-classifier'

/** Who gave the label, and by what. https://hl7.org/fhir/uv/security-label-ds4p/StructureDefinition-extension-sec-label-basis.html */
const extension: Extension[] = [
  { url: basis, valueCoding: { ...ownCodes, version: String(contentRules) } },
  { url: classifier, valueReference: { display: 'Warm Handoff' } },
]
const restricted: Coding = { extension, system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' }
const sensitive = (code: string): Coding => ({ extension, system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code })

/** Was it given here for what codes say? */
export const isByCodes = (label: Coding): boolean =>
  listed(label.extension).some(({ url, valueCoding }) => url === basis && valueCoding?.system === ownCodes.system)

interface Told {
  readonly subject?: unknown
  readonly patient?: unknown
  readonly code?: CodeableConcept
  readonly questionnaire?: string
  readonly extension?: readonly Extension[]
}
const procedureCode = local('procedure-code')

/**
 * What its codes tell, by the code that tells it. What it was done for (`reasonCode`) is not what it is: bread for somebody who is
 * depressed is bread.
 */
export function contentsOf(resource: JsonObject): ReadonlyMap<string, ContentLabel> {
  const { subject, patient, code, questionnaire, extension } = resource as Told
  const found = new Map<string, ContentLabel>()
  const note = (by: string, label: ContentLabel | undefined): void => void (label && found.set(by, label))
  if (subject === undefined && patient === undefined) return found
  for (const coding of listed(code?.coding)) note(`${coding?.system}|${coding?.code}`, contentOf(coding ?? {}))
  if (typeof questionnaire === 'string') note(questionnaire, contentOfAnswers(questionnaire))
  for (const one of listed(extension))
    if (one?.url === procedureCode && typeof one.valueCode === 'string') note(one.valueCode, contentOfService(one.valueCode))
  return found
}

/** Its labels with these, and as restricted as they ask; undefined where it lacks none. */
function labelledWith(resource: JsonObject, told: Iterable<ContentLabel>): readonly Coding[] | undefined {
  const labels = [...new Set(told)].map(sensitive)
  if (labels.length === 0) return undefined
  const labelled = withLabels(resource, [restricted, ...labels])
  return labelled === resource ? undefined : (labelled as { meta?: Meta }).meta?.security
}

/** The same, but for those that were taken away. */
export const labelledBut = (away: readonly ContentLabel[], resource: JsonObject, told: Iterable<ContentLabel>) =>
  labelledWith(
    resource,
    [...told].filter((label) => !away.includes(label)),
  )

/**
 * Its labels with those that its codes tell, undefined where it lacks none. `before`: the version that stands there. A label that it lacks
 * though the very same code stands in it was taken away (`withdraw-label.ts`), or is on its way (`label-anew.ts`). `away`: what was taken
 * away from it where it comes from, which counts where nothing stands.
 */
export function labelsByContent(
  resource: JsonObject,
  before: () => JsonObject | undefined = () => undefined,
  away: readonly ContentLabel[] = [],
): readonly Coding[] | undefined {
  const told = contentsOf(resource)
  const all = labelledWith(resource, told.values())
  const stood = all && before()
  if (stood === undefined) return all && labelledBut(away, resource, told.values())
  const [had, borne] = [contentsOf(stood), new Set([...labelsOf(stood), ...labelsOf(resource)])]
  const isAway = ([by, label]: readonly [string, ContentLabel]): boolean => had.get(by) === label && !borne.has(label)
  return labelledWith(
    resource,
    [...told].flatMap((one) => (isAway(one) ? [] : [one[1]])),
  )
}
