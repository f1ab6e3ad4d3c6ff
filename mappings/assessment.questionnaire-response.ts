/**
 * Assessment ↔ QuestionnaireResponse: the answers as they were asked and given, and what we make of them. The Observations that make them
 * searchable are written from it, in the same commit; see `shared/assessment-observations.ts`.
 * https://hl7.org/fhir/us/core/StructureDefinition-us-core-questionnaireresponse.html
 */
import type * as fhir from '@medplum/fhirtypes'
import {
  Assessment,
  type AssessmentState,
  assessmentKinds,
  assessmentResults,
  type RiskFinding,
  respondents,
  type Score,
} from '../src/domain/assessment.ts'
import { riskLevels } from '../src/domain/instruments/instrument.ts'
import { asConcept } from '../src/lens/code-table.ts'
import type { Codec } from '../src/lens/codec.ts'
import { bool, dateTime, decimal, idOf, integer, oneOf, refTo, text } from '../src/lens/codecs.ts'
import { mapping } from '../src/lens/mapping.ts'
import type { Place } from '../src/lens/place.ts'
import { shape, together } from '../src/lens/shape.ts'
import { participationMode } from './codes/participation-mode.ts'
import { answers } from './shared/answers.ts'
import { listed, single, valuesOf, withUrl } from './shared/combine.ts'
import { coding, identifier } from './shared/datatypes.ts'
import { core, extension, local } from './shared/extension.ts'
import { labels } from './shared/labels.ts'
import { reasonText } from './shared/reason-text.ts'
import { refinedState } from './shared/refined-state.ts'

export interface AssessmentParts {
  readonly QuestionnaireResponse: fhir.QuestionnaireResponse
  /** Derived from it; no row writes them. */
  readonly Observation?: readonly fhir.Observation[]
}

/** The first state of a status is the one that others mean by it. */
const statusOf = {
  'in-progress': 'in-progress',
  planned: 'in-progress',
  completed: 'completed',
  reviewed: 'completed',
  amended: 'amended',
  stopped: 'stopped',
  declined: 'stopped',
  'entered-in-error': 'entered-in-error',
} as const satisfies Record<AssessmentState, fhir.QuestionnaireResponse['status']>

type Named = { readonly [K in keyof NonNullable<Assessment['instrument']>]-?: string | undefined }
/** Nothing said of an instrument is no instrument. */
const named: Codec<Named, Assessment['instrument']> = {
  name: 'instrument',
  read: (raw) => (Object.values(raw).some((member) => member !== undefined) ? raw : undefined),
  write: (value) => ({ id: value?.id, version: value?.version, language: value?.language, questionnaire: value?.questionnaire }),
}

type At = Place<fhir.Extension, fhir.Extension>

const score = shape<fhir.Extension, Score>(
  'score',
  (at: At) => ({
    key: extension(at, 'key').valueString.as(text),
    code: extension(at, 'code').valueCoding.optional(coding),
    value: extension(at, 'value').valueDecimal.optional(decimal),
    receivedValue: extension(at, 'receivedValue').valueDecimal.optional(decimal),
    variant: extension(at, 'variant').valueString.optional(text),
    min: extension(at, 'min').valueInteger.optional(integer),
    max: extension(at, 'max').valueInteger.optional(integer),
    complete: extension(at, 'complete').valueBoolean.optional(bool),
    ruleVersion: extension(at, 'ruleVersion').valueString.optional(text),
  }),
  { url: local('score') },
)

const band = shape<fhir.Extension, NonNullable<Assessment['band']>>(
  'band',
  (at: At) => ({
    code: extension(at, 'code').valueString.as(text),
    ruleVersion: extension(at, 'ruleVersion').valueString.as(text),
  }),
  { url: local('band') },
)

const finding = shape<fhir.Extension, RiskFinding>(
  'risk finding',
  (at: At) => ({
    ruleId: extension(at, 'ruleId').valueString.as(text),
    level: extension(at, 'level').valueCode.as(oneOf(...riskLevels)),
    itemRefs: valuesOf(at.extension, 'itemRef', (item) => item.valueString.as(text)),
    at: extension(at, 'at').valueDateTime.as(dateTime),
  }),
  { url: local('risk-finding') },
)

export default mapping<Assessment, AssessmentParts>({
  name: 'assessment.questionnaire-response',
  version: 2,
  domain: Assessment,
  owner: 'coordination',
  blank: { QuestionnaireResponse: { resourceType: 'QuestionnaireResponse', status: 'in-progress' } },
  fields: ({ QuestionnaireResponse: response }) => ({
    identifiers: single(response.identifier.optional(identifier)),
    clientId: response.subject.optional(idOf('Patient')),
    episodeId: extension(response, core('workflow-episodeOfCare')).valueReference.optional(idOf('EpisodeOfCare')),
    sessionId: response.encounter.optional(idOf('Encounter')),
    kind: extension(response, local('assessment-kind')).valueCode.optional(oneOf(...assessmentKinds)),
    instrument: together({
      id: extension(response, local('instrument')).valueString.optional(text),
      version: extension(response, local('instrument-version')).valueString.optional(text),
      language: response.language.optional(text),
      questionnaire: response.questionnaire.optional(text),
    }).as<Assessment['instrument']>(named),
    administeredAt: extension(response, local('administered-at')).valueDateTime.optional(dateTime),
    completedAt: response.authored.optional(dateTime),
    // HL7's completionMode has three codes, and none for a call.
    mode: extension(response, local('assessment-mode')).valueCodeableConcept.optional(asConcept(participationMode)),
    respondent: extension(response, local('respondent')).valueCode.optional(oneOf(...respondents)),
    administeredBy: response.author.optional(
      refTo('Practitioner', 'PractitionerRole', 'Organization', 'Patient', 'RelatedPerson', 'Device'),
    ),
    items: listed(response.item.optional(answers)),
    scores: response.extension.each(score, { by: ['key', 'code'], only: withUrl(local('score')) }),
    band: extension(response, local('band')).optional(band),
    result: extension(response, local('assessment-result')).valueCode.optional(oneOf(...assessmentResults)),
    riskFindings: response.extension.each(finding, { by: ['ruleId'], only: withUrl(local('risk-finding')) }),
    needsDerived: valuesOf(response.extension, local('need-derived'), (at) => at.valueReference.as(idOf('Condition'))),
    reviewedBy: extension(response, local('reviewed-by')).valueReference.optional(refTo('Practitioner', 'PractitionerRole')),
    reviewedAt: extension(response, local('reviewed-at')).valueDateTime.optional(dateTime),
    statusReason: extension(response, local('status-reason')).valueCodeableConcept.optional(reasonText),
    ...labels(response),
    state: refinedState(response, response.status, statusOf),
  }),
})
