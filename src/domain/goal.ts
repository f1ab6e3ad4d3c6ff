/** A goal: what the client wants to reach, who agreed, how it is measured, and how far it has come. */
import { z } from 'zod'
import { AnyValue } from './any-value.ts'
import { Coding, Concept, Decimal, Handle, Id, Identifier, Literal, list, Moment, PartialDate, Text } from './kernel.ts'
import { labelFields } from './labels.ts'
import type { Issue } from './problem.ts'
import { stateMachine } from './state-machine.ts'
import { trends } from './trend.ts'

/** https://hl7.org/fhir/R4/valueset-goal-status.html */
export const lifecycles = [
  ...['proposed', 'planned', 'accepted', 'active', 'on-hold', 'completed', 'cancelled', 'entered-in-error', 'rejected'],
] as const
/** An axis of its own. https://hl7.org/fhir/R4/valueset-goal-achievement.html */
export const achievements = [
  ...['in-progress', 'improving', 'worsening', 'no-change', 'achieved', 'sustaining'],
  ...['not-achieved', 'no-progress', 'not-attainable'],
] as const
/** How a goal may stand when the work on it ends. */
const conclusions = ['achieved', 'sustaining', 'not-achieved', 'not-attainable'] as const

export const expressers = ['client', 'coordinator', 'clinician', 'family'] as const

/** `party` is a reference: `Patient/…`, `PractitionerRole/…`. */
export const Acceptance = z.object({
  party: Literal,
  status: z.enum(['agree', 'disagree', 'pending']).optional(),
  at: Moment.optional(),
  note: Text.optional(),
})
export type Acceptance = z.infer<typeof Acceptance>

/** What is measured, and by when; a date alone is a deadline. */
export const Measure = z.union([
  z.object({
    handle: Handle,
    code: Coding,
    baseline: AnyValue.optional(),
    target: AnyValue.optional(),
    dueOn: PartialDate.optional(),
  }),
  z.object({ handle: Handle, dueOn: PartialDate }),
])
export type Measure = z.infer<typeof Measure>

/** Written once and never changed. `source` is an Observation. */
export const Progress = z
  .object({ handle: Handle, at: Moment, value: AnyValue.optional(), note: Text.optional(), source: Id.optional() })
  .refine(({ value, note, source }) => (value ?? note ?? source) !== undefined, 'says how far it has come')
export type Progress = z.infer<typeof Progress>

/** How a measure of the goal has come along, by the client's Observations of its code. */
export const MeasureTrend = z.object({
  measure: Coding,
  trend: z.enum(trends),
  latest: Decimal.optional(),
  delta: Decimal.optional(),
  reliableChange: z.boolean().optional(),
  response: z.boolean().optional(),
  remission: z.boolean().optional(),
})
export type MeasureTrend = z.infer<typeof MeasureTrend>

/** Read schema: any Goal of a patient. */
export const Goal = z.object({
  identifiers: list(Identifier),
  clientId: Id,
  statement: Concept,
  clientWords: Text.optional(),
  addresses: list(Id),
  expressedBy: z.enum(expressers).optional(),
  acceptance: list(Acceptance),
  measures: list(Measure),
  priority: z.enum(['high', 'medium', 'low']).optional(),
  startOn: PartialDate.optional(),
  achievement: z.enum(achievements).optional(),
  progress: list(Progress),
  /** Computed whenever the goal is read. */
  trends: list(MeasureTrend),
  statusReason: Text.optional(),
  ...labelFields,
  lifecycle: z.enum(lifecycles),
})
export type Goal = z.infer<typeof Goal>

/** What we ask of a goal of our own. */
export const GoalCommand = Goal.extend({
  statement: Concept.refine(({ text }) => text !== undefined, { message: 'says in words what the goal is', path: ['text'] }),
  addresses: z.array(Id).min(1).readonly(),
  expressedBy: z.enum(expressers),
})

export const goalMachine = stateMachine({
  states: lifecycles,
  events: {
    plan: { from: ['proposed'], to: 'planned' },
    reject: { from: ['proposed'], to: 'rejected' },
    accept: { from: ['planned'], to: 'accepted' },
    activate: { from: ['accepted'], to: 'active' },
    hold: { from: ['active'], to: 'on-hold' },
    resume: { from: ['on-hold'], to: 'active' },
    complete: { from: ['active'], to: 'completed' },
    cancel: { from: ['proposed', 'planned', 'accepted', 'active', 'on-hold'], to: 'cancelled' },
    'mark-error': { from: 'any', to: 'entered-in-error' },
  },
})

const over: ReadonlySet<Goal['lifecycle']> = new Set(['completed', 'cancelled', 'rejected', 'entered-in-error'])
export const isOver = ({ lifecycle }: Goal): boolean => over.has(lifecycle)

/** A goal is worked on with the client's agreement, and ends with a word on whether it was reached. */
export function unmet(goal: Goal): readonly Issue[] {
  const agreed = goal.acceptance.some(({ party, status }) => party === `Patient/${goal.clientId}` && status === 'agree')
  if (goal.lifecycle === 'active' && !agreed) return [{ path: 'acceptance', message: 'lacks the agreement of the client' }]
  const concluded = conclusions.some((one) => one === goal.achievement)
  return goal.lifecycle === 'completed' && !concluded
    ? [{ path: 'achievement', message: `must be one of ${conclusions.join(', ')}` }]
    : []
}

/** Progress that was written down stays. */
export function erased(before: Goal, next: Goal): readonly Issue[] {
  const kept = new Set(next.progress.map((one) => JSON.stringify(one)))
  return before.progress.every((one) => kept.has(JSON.stringify(one)))
    ? []
    : [{ path: 'progress', message: 'is added to, never changed' }]
}
