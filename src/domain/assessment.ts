/**
 * An assessment: an instrument, or another way to look, with its answers as they were given. Scores, band, result and risk findings are
 * computed from the answers (`assess.ts`), never set by hand.
 */
import { z } from 'zod'
import { riskLevels } from './instruments/instrument.ts'
import { Coding, Decimal, Id, Identifier, list, Moment, PartialDate, RefTo, Text, Uri } from './kernel.ts'
import { labelFields } from './labels.ts'
import { stateMachine } from './state-machine.ts'

export const assessmentKinds = [
  ...['intake', 'instrument', 'sdoh-screen', 'risk', 'psychosocial', 'functional', 'level-of-care', 'other'],
] as const
export const assessmentModes = ['in-person', 'phone', 'video', 'self-paper', 'self-portal', 'kiosk', 'imported'] as const
export const respondents = ['client', 'parent', 'caregiver', 'clinician-rated'] as const
/** Why an item has no answer: the words of https://hl7.org/fhir/R4/valueset-data-absent-reason.html. Declined is not zero. */
export const absentReasons = ['asked-declined', 'not-asked', 'unknown', 'asked-unknown', 'not-applicable'] as const
export const assessmentResults = ['positive', 'negative', 'indeterminate', 'declined', 'not-scorable'] as const

export const assessmentStates = [
  ...['planned', 'in-progress', 'completed', 'reviewed', 'amended', 'stopped', 'declined', 'entered-in-error'],
] as const
export type AssessmentState = (typeof assessmentStates)[number]

export const Answer = z.union([
  z.object({ coding: Coding }),
  z.object({ boolean: z.boolean() }),
  z.object({ integer: z.number().int() }),
  z.object({ decimal: Decimal }),
  z.object({ text: Text }),
  z.object({ date: PartialDate }),
])
export type Answer = z.infer<typeof Answer>

/** `linkId` is `/` and the LOINC code; items that allow several answers hold several. */
export const AssessmentItem = z.object({
  linkId: Text,
  code: Coding.optional(),
  answers: list(Answer),
  score: z.number().int().optional(),
  absentReason: z.enum(absentReasons).optional(),
})
export type AssessmentItem = z.infer<typeof AssessmentItem>

/** Where what was received differs from what the answers give, both are here: `receivedValue` beside `value`. */
export const Score = z.object({
  key: Text,
  code: Coding.optional(),
  value: Decimal.optional(),
  receivedValue: Decimal.optional(),
  /** Numbers of different variants are never compared. */
  variant: Text.optional(),
  min: z.number().int().optional(),
  max: z.number().int().optional(),
  complete: z.boolean().optional(),
  ruleVersion: Text.optional(),
})
export type Score = z.infer<typeof Score>

export const RiskFinding = z.object({ ruleId: Text, level: z.enum(riskLevels), itemRefs: list(Text), at: Moment })
export type RiskFinding = z.infer<typeof RiskFinding>

/** A Practitioner, or one of these. */
const Author = RefTo('Practitioner', 'PractitionerRole', 'Organization', 'Patient', 'RelatedPerson', 'Device')

/** Read schema: any QuestionnaireResponse. */
export const Assessment = z.object({
  /** FHIR has room for one. */
  identifiers: z.array(Identifier).max(1).readonly().default([]),
  clientId: Id.optional(),
  episodeId: Id.optional(),
  sessionId: Id.optional(),
  kind: z.enum(assessmentKinds).optional(),
  /** `questionnaire` is a canonical URL. */
  instrument: z
    .object({ id: Text.optional(), version: Text.optional(), language: Text.optional(), questionnaire: Uri.optional() })
    .optional(),
  administeredAt: Moment.optional(),
  completedAt: Moment.optional(),
  mode: z.enum(assessmentModes).optional(),
  respondent: z.enum(respondents).optional(),
  administeredBy: Author.optional(),
  items: list(AssessmentItem),
  scores: list(Score),
  band: z.object({ code: Text, ruleVersion: Text }).optional(),
  result: z.enum(assessmentResults).optional(),
  riskFindings: list(RiskFinding),
  needsDerived: list(Id),
  reviewedBy: RefTo('Practitioner', 'PractitionerRole').optional(),
  reviewedAt: Moment.optional(),
  statusReason: Text.optional(),
  ...labelFields,
  state: z.enum(assessmentStates),
})
export type Assessment = z.infer<typeof Assessment>

export const assessmentMachine = stateMachine({
  states: assessmentStates,
  events: {
    start: { from: ['planned'], to: 'in-progress' },
    decline: { from: ['planned'], to: 'declined' },
    complete: { from: ['in-progress'], to: 'completed' },
    stop: { from: ['in-progress'], to: 'stopped', reason: true },
    review: { from: ['completed', 'amended'], to: 'reviewed' },
    amend: { from: ['completed', 'reviewed'], to: 'amended', reason: true },
    'mark-error': { from: 'any', to: 'entered-in-error' },
  },
})
