/** ProgressMeasure ↔ Observation. https://hl7.org/fhir/R4/observation.html, https://hl7.org/fhir/R4/extension-resource-pertainstogoal.html */
import type * as fhir from '@medplum/fhirtypes'
import { loinc } from '../src/domain/loinc.ts'
import { ProgressMeasure, progressSources } from '../src/domain/progress.ts'
import { directions, trends } from '../src/domain/trend.ts'
import { asConcept, codeTable } from '../src/lens/code-table.ts'
import type { Codec } from '../src/lens/codec.ts'
import { bool, dateTime, idOf, oneOf, refTo, text } from '../src/lens/codecs.ts'
import { mapping } from '../src/lens/mapping.ts'
import { anyValue, valueIn } from './shared/any-value.ts'
import { instead, oneConcept, valuesOf } from './shared/combine.ts'
import { conceptOfCoding, identifier } from './shared/datatypes.ts'
import { core, extension, local, localSystem } from './shared/extension.ts'
import { labels } from './shared/labels.ts'

const trend = codeTable(
  localSystem('trend'),
  trends.map((word) => [word, word] as const),
)

const state: Codec<fhir.Observation['status'], ProgressMeasure['state']> = {
  name: 'state of a measurement',
  read: (raw) => (raw === 'entered-in-error' ? raw : 'recorded'),
  write: (value, prior) =>
    value === 'entered-in-error' ? value : prior === undefined || prior === 'entered-in-error' ? 'final' : prior,
}

export const pertainsToGoal = core('resource-pertainsToGoal')

export default mapping<ProgressMeasure, { Observation: fhir.Observation }>({
  name: 'progress.observation',
  version: 1,
  domain: ProgressMeasure,
  owner: 'coordination',
  blank: {
    Observation: {
      resourceType: 'Observation',
      status: 'final',
      category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'survey' }] }],
      code: {},
    },
  },
  fields: ({ Observation }) => ({
    identifiers: Observation.identifier.each(identifier, { by: ['handle'] }),
    clientId: Observation.subject.as(idOf('Patient')),
    goalIds: valuesOf(Observation.extension, pertainsToGoal, (at) => at.valueReference.as(idOf('Goal'))),
    code: Observation.at('code').as(conceptOfCoding(loinc)),
    value: anyValue(
      {
        quantity: Observation.valueQuantity,
        range: Observation.valueRange,
        concept: Observation.valueCodeableConcept,
        boolean: Observation.valueBoolean,
        integer: Observation.valueInteger,
        text: Observation.valueString,
      },
      Observation.valueRatio,
      Observation.valueSampledData,
      Observation.valueTime,
      Observation.valueDateTime,
      Observation.valuePeriod,
    ),
    variant: extension(Observation, local('score-variant')).valueCode.optional(text),
    at: instead(
      Observation.effectiveDateTime.optional(dateTime),
      Observation.effectivePeriod,
      Observation.effectiveTiming,
      Observation.effectiveInstant,
    ),
    source: extension(Observation, local('progress-source')).valueCode.optional(oneOf(...progressSources)),
    sourceRef: extension(Observation, local('progress-source-record')).valueReference.optional(
      refTo('QuestionnaireResponse', 'Encounter'),
    ),
    direction: extension(Observation, local('progress-direction')).valueCode.optional(oneOf(...directions)),
    baseline: valueIn(Observation, local('baseline')),
    reliableChange: extension(Observation, local('reliable-change')).valueBoolean.optional(bool),
    trend: oneConcept(Observation.interpretation, 'trend', trend, asConcept(trend)),
    ...labels(Observation),
    state: Observation.status.as(state),
  }),
})
