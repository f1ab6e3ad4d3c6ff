/**
 * The Observations that make an assessment searchable: one for each answered item, the total, the level of a triage, and the panel that
 * holds them together. They are written from the assessment, never read back.
 * https://hl7.org/fhir/us/core/StructureDefinition-us-core-observation-screening-assessment.html
 */
import type { CodeableConcept, Observation, Reference } from '@medplum/fhirtypes'
import { instrumentFor, isSettled } from '../../src/domain/assess.ts'
import type { Assessment, AssessmentItem, Score } from '../../src/domain/assessment.ts'
import { type Instrument, linkIdOf, scoreCodeOf, systemOf } from '../../src/domain/instruments/instrument.ts'
import { evaluate } from '../../src/domain/instruments/score.ts'
import { silently, unread } from '../../src/lens/codec.ts'
import { decimal, refTo } from '../../src/lens/codecs.ts'
import { coding } from './datatypes.ts'
import { core, local, localSystem } from './extension.ts'

/** What an Observation says besides whom it is about: its code, and a value or why there is none. */
interface Said {
  /** LOINC code, or our own word: one Observation of each for one assessment. */
  readonly code: string
  readonly says: Partial<Observation>
}

const concept = (code: string): CodeableConcept => ({ coding: [{ system: systemOf(code), code }] })
const absent = (code: string): Partial<Observation> => ({
  dataAbsentReason: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code }] },
})
const scoreOf = (digits: string) => ({
  value: decimal.write(digits, undefined),
  unit: '{score}',
  system: 'http://unitsofmeasure.org',
  code: '{score}',
})

function ofItem({ answers, absentReason }: AssessmentItem): Partial<Observation> | undefined {
  const [answer] = answers
  if (answers.length > 1 || (answer !== undefined && !('coding' in answer || 'boolean' in answer))) return undefined
  if (answer && 'coding' in answer) return { valueCodeableConcept: { coding: [coding.write(answer.coding, undefined)] } }
  if (answer) return { valueBoolean: answer.boolean }
  return absentReason === undefined ? undefined : absent(absentReason)
}

const interpretationCodes = {
  positive: ['POS', 'Positive'],
  negative: ['NEG', 'Negative'],
  indeterminate: ['IND', 'Indeterminate'],
} as const

/** The band in our code and in words, and whether the screen is positive. */
function interpretation({ band, result }: Assessment): Partial<Observation> {
  const known = interpretationCodes[result as keyof typeof interpretationCodes]
  const concepts: CodeableConcept[] = [
    ...(band ? [{ coding: [{ system: localSystem('instrument-band'), code: band.code }], text: band.code }] : []),
    ...(known
      ? [
          {
            coding: [
              { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation', code: known[0], display: known[1] },
            ],
          },
        ]
      : []),
  ]
  return concepts.length > 0 ? { interpretation: concepts } : {}
}

/** What was received is the value; where the answers give another number, that stands beside it. */
function ofTotal(score: Score, assessment: Assessment): Partial<Observation> {
  const shown = score.receivedValue ?? score.value
  const recomputed = { coding: [{ system: localSystem('score'), code: 'recomputed' }], text: 'recomputed from the answers' }
  return {
    ...(shown === undefined
      ? absent(assessment.result === 'declined' ? 'asked-declined' : 'unknown')
      : { valueQuantity: scoreOf(shown) }),
    ...(score.receivedValue !== undefined && {
      component: [
        score.value === undefined
          ? { code: recomputed, ...absent('unknown') }
          : { code: recomputed, valueQuantity: scoreOf(score.value) },
      ],
    }),
    ...interpretation(assessment),
    ...(score.variant !== undefined && { extension: [{ url: local('score-variant'), valueCode: score.variant }] }),
  }
}

function ofLevel(instrument: Instrument, assessment: Assessment): Said[] {
  const { scoring } = instrument
  if (scoring.method !== 'triage') return []
  const { level } = evaluate(instrument, assessment.items)
  // The level `none` has no answer code: the items alone say it.
  const answer = scoring.levels.find((one) => one.level === level)?.answer
  return answer === undefined
    ? []
    : [{ code: scoring.code, says: { valueCodeableConcept: concept(answer), ...interpretation(assessment) } }]
}

/** What each Observation of an assessment says, members before their panel (the last). None where the instrument is not known here. */
export function observationsSaid(assessment: Assessment): readonly Said[] {
  const instrument = instrumentFor(assessment)
  if (!instrument) return []
  if (assessment.state === 'declined') return [{ code: instrument.panel, says: absent('asked-declined') }]
  if (!isSettled(assessment)) return []
  const items = instrument.items.flatMap((item): Said[] => {
    const own = assessment.items.filter(({ linkId }) => linkId === linkIdOf(item))
    const says = own.length === 1 ? ofItem(own[0]!) : undefined
    return says ? [{ code: item.code, says }] : []
  })
  const totals = assessment.scores.flatMap((score): Said[] =>
    score.code?.code !== undefined && score.code.system === systemOf(score.code.code)
      ? [{ code: score.code.code, says: ofTotal(score, assessment) }]
      : [],
  )
  const members = [...items, ...totals, ...ofLevel(instrument, assessment)]
  return [...members, { code: instrument.panel, says: members.length > 0 ? {} : absent('unknown') }]
}

const statusOf = { amended: 'corrected', 'entered-in-error': 'entered-in-error', stopped: 'cancelled' } as const

/** The status of an assessment's Observations. */
const observationStatus = ({ state }: Assessment): Observation['status'] => statusOf[state as keyof typeof statusOf] ?? 'final'

type Other = 'PractitionerRole' | 'Organization' | 'Patient' | 'RelatedPerson' | 'Device'
const author = refTo<Reference<never>, 'Practitioner', Other>(
  'Practitioner',
  ...(['PractitionerRole', 'Organization', 'Patient', 'RelatedPerson', 'Device'] as const),
)
const isDevice = ({ reference, type }: Reference): boolean => type === 'Device' || reference?.split('/').at(-2) === 'Device'

/** One Observation whole: whom it is about, when, by whom, under which labels, and where it comes from. */
export function observationOf(
  { code, says }: Said,
  assessment: Assessment,
  response: { readonly reference: string; readonly security?: readonly object[] | undefined },
): Observation {
  const { clientId, episodeId, sessionId, administeredBy, administeredAt, completedAt } = assessment
  const effective = administeredAt ?? completedAt
  const by = administeredBy && author.write(administeredBy, undefined)
  const { extension = [], ...value } = says
  const episode =
    episodeId === undefined
      ? []
      : [{ url: core('workflow-episodeOfCare'), valueReference: { reference: `EpisodeOfCare/${episodeId}` } }]
  return {
    resourceType: 'Observation',
    ...(response.security && { meta: { security: [...response.security] } }),
    ...(extension.length + episode.length > 0 && { extension: [...extension, ...episode] }),
    status: observationStatus(assessment),
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'survey' }] }],
    code: concept(code),
    ...(clientId !== undefined && { subject: { reference: `Patient/${clientId}` } }),
    ...(sessionId !== undefined && { encounter: { reference: `Encounter/${sessionId}` } }),
    ...(effective !== undefined && { effectiveDateTime: effective }),
    // A device measures, and performs nothing. https://hl7.org/fhir/R4/observation-definitions.html#Observation.device
    ...(by && (isDevice(by) ? { device: by } : { performer: [by] })),
    ...value,
    derivedFrom: [{ reference: response.reference }],
  }
}

/** Totals that came as Observations beside the answers. */
export function receivedTotals(assessment: Assessment, observations: readonly Observation[]): readonly Score[] {
  const known = instrumentFor(assessment)
  const code = known && scoreCodeOf(known)
  if (code === undefined) return []
  return observations.flatMap((one): Score[] => {
    const isTotal = one.code?.coding?.some((each) => each.system === systemOf(code) && each.code === code)
    const number = one.valueQuantity?.value ?? one.valueInteger
    const digits = number === undefined ? unread : decimal.read(number, silently)
    return isTotal && digits !== unread ? [{ key: 'total', code: { system: systemOf(code), code }, value: digits }] : []
  })
}
