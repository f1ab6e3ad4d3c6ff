/** A measurement of how far a client has come: it belongs to goals, and is one of a series. */
import { z } from 'zod'
import { AnyValue } from './any-value.ts'
import { instruments } from './instruments/index.ts'
import { scoreCodeOf } from './instruments/instrument.ts'
import { Coding, Id, Identifier, list, Moment, RefTo, Text } from './kernel.ts'
import { labelFields } from './labels.ts'
import { loinc } from './loinc.ts'
import { stateMachine } from './state-machine.ts'
import { type Change, directions, trends } from './trend.ts'

export const progressSources = ['instrument', 'self-report', 'clinician', 'device', 'claims', 'attendance'] as const
const progressStates = ['recorded', 'entered-in-error'] as const

/** Read schema: any Observation that says to which goal it pertains. */
export const ProgressMeasure = z.object({
  identifiers: list(Identifier),
  clientId: Id,
  goalIds: list(Id),
  code: Coding,
  value: AnyValue.optional(),
  /** Numbers of different variants are never compared. */
  variant: Text.optional(),
  at: Moment.optional(),
  source: z.enum(progressSources).optional(),
  /** An assessment, or a session. */
  sourceRef: RefTo('QuestionnaireResponse', 'Encounter').optional(),
  direction: z.enum(directions).optional(),
  baseline: AnyValue.optional(),
  /** Computed from the series, up to this value. */
  reliableChange: z.boolean().optional(),
  trend: z.enum(trends).optional(),
  ...labelFields,
  state: z.enum(progressStates),
})
export type ProgressMeasure = z.infer<typeof ProgressMeasure>

const needed = z.object({ code: Text, system: Text })
export const ProgressCommand = ProgressMeasure.extend({
  goalIds: z.array(Id).min(1).readonly(),
  code: Coding.refine((one) => needed.safeParse(one).success, 'needs a system and a code'),
  value: AnyValue,
  at: Moment,
  source: z.enum(progressSources),
  direction: z.enum(directions),
})

export const progressMachine = stateMachine({
  states: progressStates,
  events: { 'mark-error': { from: 'any', to: 'entered-in-error' } },
})

/** The number in a value, if it is one. */
export function numberIn(value: AnyValue | undefined): number | undefined {
  if (value === undefined) return undefined
  if ('integer' in value) return value.integer
  return 'quantity' in value && value.quantity.value !== undefined && value.quantity.comparator === undefined
    ? Number(value.quantity.value)
    : undefined
}

/** What counts as a change of the total with this code. */
export const changeOf = ({ system, code }: Coding): Change | undefined =>
  system === loinc ? instruments.find((one) => scoreCodeOf(one) === code)?.change : undefined
