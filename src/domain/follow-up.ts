/**
 * What is owed after a discharge: a contact or visit within a window of days. A follow-up is never decided by hand: it is computed from
 * the stays, the evidence and the calendar (`follow-ups-owed.ts`); people add attempts, outside evidence and documented exclusions.
 */
import { z } from 'zod'
import { localDate } from './calendar.ts'
import { Id, Identifier, Instant, LocalDate, list, Moment, Text, TimeZone } from './kernel.ts'
import { stateMachine } from './state-machine.ts'

const followUpStates = ['open', 'attempted', 'satisfied', 'satisfied-late', 'missed', 'excluded', 'entered-in-error'] as const
export type FollowUpState = (typeof followUpStates)[number]

/** Exclusions that follow from the stays; people add others. */
const computedExclusions = [
  'discharge-cancelled',
  'no-longer-owed',
  'transferred',
  'hospice',
  'died',
  'admitted',
  'readmitted',
  'counted-with-earlier-visit',
] as const
export type ComputedExclusion = (typeof computedExclusions)[number]

/** `rule` names the policy's rule that it was held against; `added` is what a person brought from outside. */
export const FollowUpEvidence = z.object({
  /** `Type/id`, an address elsewhere, or words for what was seen. */
  ref: Text,
  at: Moment.optional(),
  rule: Text.optional(),
  accepted: z.boolean().optional(),
  why: Text.optional(),
})
export type FollowUpEvidence = z.infer<typeof FollowUpEvidence>

export const Exclusion = z.object({ code: Text, at: Moment.optional(), documentId: Id.optional() })
export type Exclusion = z.infer<typeof Exclusion>

export const Attempt = z.object({ at: Moment, channel: Text, outcome: Text })
export type Attempt = z.infer<typeof Attempt>

export const FollowUpObligation = z.object({
  identifiers: list(Identifier),
  clientId: Id.optional(),
  dischargeId: Id.optional(),
  crisisEventId: Text.optional(),
  /** `FUH-7@MY2025`: the measure and the year of the discharge. */
  policyId: Text,
  /** The rules that it was computed by, called by the first year they were in force: `MY2025` for a discharge in 2026, too. */
  ruleVersion: Text.optional(),
  /** The day of the discharge, at the facility. */
  indexDate: LocalDate.optional(),
  /** First and last day that count, both included. */
  dueFrom: LocalDate.optional(),
  dueTo: LocalDate.optional(),
  timeZone: TimeZone.optional(),
  indexDayCounts: z.boolean().optional(),
  calendar: z.enum(['calendar-days', 'business-days']).optional(),
  evidence: list(FollowUpEvidence),
  exclusions: list(Exclusion),
  attempts: list(Attempt),
  state: z.enum(followUpStates),
})
export type FollowUpObligation = z.infer<typeof FollowUpObligation>

/** Follow-ups are computed: what a person may hand in are events. A body of one's own is for crises and payers' own policies. */
export const FollowUpCommand = FollowUpObligation.extend({ clientId: Id, dueFrom: LocalDate, dueTo: LocalDate }).refine(
  (value) => value.dueFrom <= value.dueTo,
  { message: 'is not before dueFrom', path: ['dueTo'] },
)

/** `attempt`, `add-evidence` and `exclude` are people's; the state after them is computed. */
export const followUpMachine = stateMachine({
  states: followUpStates,
  events: {
    attempt: { from: ['open', 'attempted', 'missed'], to: 'attempted' },
    'add-evidence': { from: ['open', 'attempted', 'missed'], to: 'satisfied' },
    exclude: { from: ['open', 'attempted', 'missed'], to: 'excluded' },
    satisfy: { from: ['open', 'attempted', 'missed', 'satisfied-late'], to: 'satisfied', by: 'clock' },
    'satisfy-late': { from: ['open', 'attempted', 'missed', 'satisfied'], to: 'satisfied-late', by: 'clock' },
    miss: { from: ['open', 'attempted', 'satisfied', 'satisfied-late'], to: 'missed', by: 'clock' },
    undo: { from: ['open', 'attempted', 'missed', 'satisfied', 'satisfied-late'], to: 'excluded', by: 'clock' },
    reinstate: { from: ['excluded'], to: 'open', by: 'clock' },
    reset: { from: ['attempted', 'missed', 'satisfied', 'satisfied-late'], to: 'open', by: 'clock' },
    'enter-in-error': { from: 'any', to: 'entered-in-error', reason: true },
  },
})

/** Details of the events that people cause. */
export const AttemptDetail = z.object({ channel: Text, outcome: Text })
export const EvidenceDetail = z.object({ ref: Text, occurredAt: Instant })
export const ExclusionDetail = z.object({ code: Text, documentId: Id })

const computed: ReadonlySet<string> = new Set(computedExclusions)

/** The exclusions that people put there. */
export const ownExclusions = (one: Pick<FollowUpObligation, 'exclusions'>): readonly Exclusion[] =>
  one.exclusions.filter(({ code }) => !computed.has(code))

/** Has its last day passed, though nobody has said so yet? */
export const isOverdue = ({ state, dueTo, timeZone }: FollowUpObligation, now: string): boolean =>
  (state === 'open' || state === 'attempted') && dueTo !== undefined && (localDate(now, timeZone) ?? now) > dueTo
