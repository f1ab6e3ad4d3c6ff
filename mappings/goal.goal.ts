/** Goal ↔ Goal. https://hl7.org/fhir/R4/goal.html, https://hl7.org/fhir/us/core/StructureDefinition-us-core-goal.html */
import type * as fhir from '@medplum/fhirtypes'
import {
  type Acceptance,
  achievements,
  expressers,
  Goal,
  lifecycles,
  type Measure,
  type MeasureTrend,
  type Progress,
} from '../src/domain/goal.ts'
import { trends } from '../src/domain/trend.ts'
import { asConcept, codeTable } from '../src/lens/code-table.ts'
import { type Codec, cannot, unread } from '../src/lens/codec.ts'
import { bool, date, dateTime, decimal, idOf, oneOf, text, withHandle } from '../src/lens/codecs.ts'
import { mapping } from '../src/lens/mapping.ts'
import type { Place } from '../src/lens/place.ts'
import { shape } from '../src/lens/shape.ts'
import { annotated } from './shared/annotated.ts'
import { anyValue, valueIn } from './shared/any-value.ts'
import { idsIn, instead, withUrl } from './shared/combine.ts'
import { coding, concept, identifier } from './shared/datatypes.ts'
import { core, extension, local } from './shared/extension.ts'
import { labels } from './shared/labels.ts'

const achievement = codeTable(
  'http://terminology.hl7.org/CodeSystem/goal-achievement',
  achievements.map((word) => [word, word] as const),
)
const priority = codeTable('http://terminology.hl7.org/CodeSystem/goal-priority', [
  ['high-priority', 'high'],
  ['medium-priority', 'medium'],
  ['low-priority', 'low'],
])

type Coded = Extract<Measure, { code: unknown }>
type AnyTarget = { readonly [K in keyof Omit<Coded, 'handle'>]: Coded[K] | undefined }

const target = shape<fhir.GoalTarget, AnyTarget>('target', (at) => ({
  code: at.measure.coding.where({}).optional(coding),
  baseline: valueIn(at, local('baseline')),
  target: anyValue(
    {
      quantity: at.detailQuantity,
      range: at.detailRange,
      concept: at.detailCodeableConcept,
      boolean: at.detailBoolean,
      integer: at.detailInteger,
      text: at.detailString,
    },
    at.detailRatio,
  ),
  dueOn: instead(at.dueDate.optional(date), at.dueDuration),
}))

/** A target that names what is measured by no code is left as it is. */
const measure: Codec<fhir.GoalTarget, Measure> = withHandle<fhir.GoalTarget, Measure>({
  name: 'measure',
  read(raw, report) {
    const said = target.read(raw, report)
    if (said === unread) return unread
    return said.code !== undefined || (said.dueOn !== undefined && raw.measure === undefined)
      ? (said as Measure)
      : cannot(report, 'expected a coded measure or a date')
  },
  write: (value, prior) => target.write(value as AnyTarget, prior),
})

const acceptance = shape<fhir.Extension, Acceptance>(
  'acceptance',
  (at: Place<fhir.Extension, fhir.Extension>) => ({
    party: extension(at, 'individual').valueReference.reference.as(text),
    status: extension(at, 'status').valueCode.optional(oneOf('agree', 'disagree', 'pending')),
    at: extension(at, local('acceptance-at')).valueDateTime.optional(dateTime),
    note: extension(at, local('acceptance-note')).valueString.optional(text),
  }),
  { url: core('goal-acceptance') },
)

const progress = annotated<Progress>(
  'goal-progress',
  (said) => ({
    value: valueIn(said, 'value'),
    note: extension(said, 'note').valueString.optional(text),
    source: extension(said, 'source').valueReference.optional(idOf('Observation')),
  }),
  ({ note }) => note ?? 'progress',
)

const measureTrend = shape<fhir.Extension, MeasureTrend>(
  'trend of a measure',
  (at) => ({
    measure: extension(at, 'measure').valueCoding.as(coding),
    trend: extension(at, 'trend').valueCode.as(oneOf(...trends)),
    latest: extension(at, 'latest').valueDecimal.optional(decimal),
    delta: extension(at, 'delta').valueDecimal.optional(decimal),
    reliableChange: extension(at, 'reliableChange').valueBoolean.optional(bool),
    response: extension(at, 'response').valueBoolean.optional(bool),
    remission: extension(at, 'remission').valueBoolean.optional(bool),
  }),
  { url: local('measure-trend') },
)

/** The client's own words are a note that says so. */
const clientWords = { extension: [{ url: local('client-words'), valueBoolean: true }] }

export default mapping<Goal, { Goal: fhir.Goal }>({
  name: 'goal.goal',
  version: 1,
  domain: Goal,
  owner: 'coordination',
  blank: { Goal: { resourceType: 'Goal', lifecycleStatus: 'proposed', description: {}, subject: {} } },
  fields: ({ Goal: goal }) => ({
    identifiers: goal.identifier.each(identifier, { by: ['handle'] }),
    clientId: goal.subject.as(idOf('Patient')),
    statement: goal.description.as(concept),
    clientWords: goal.note.where(clientWords, (item) => item.text !== undefined).text.optional(text),
    addresses: idsIn(goal.addresses, 'Condition'),
    expressedBy: extension(goal, local('expressed-by')).valueCode.optional(oneOf(...expressers)),
    acceptance: goal.extension.each(acceptance, { by: ['party'], only: withUrl(core('goal-acceptance')) }),
    measures: goal.target.each(measure, { by: ['handle'] }),
    priority: goal.priority.optional(asConcept(priority)),
    startOn: instead(goal.startDate.optional(date), goal.startCodeableConcept),
    achievement: goal.achievementStatus.optional(asConcept(achievement)).ownedBy('shared'),
    progress: goal.note.each(progress.codec, progress.options),
    trends: goal.extension.each(measureTrend, { by: ['measure'], only: withUrl(local('measure-trend')) }),
    statusReason: goal.statusReason.optional(text),
    ...labels(goal),
    lifecycle: goal.lifecycleStatus.as(oneOf(...lifecycles)),
  }),
})
