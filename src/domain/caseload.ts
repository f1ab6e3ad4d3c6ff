/** A caseload: whom a coordinator works with, how much each weighs, and how much they can carry. */
import { z } from 'zod'
import { Decimal, Handle, Id, Identifier, Literal, LocalDate, list, Moment, PartialDate, Text } from './kernel.ts'
import { stateMachine } from './state-machine.ts'

export const assignmentRoles = ['primary', 'backup', 'covering'] as const

export const Assignment = z.object({
  handle: Handle,
  clientId: Id,
  episodeId: Id.optional(),
  role: z.enum(assignmentRoles).optional(),
  /** 1 (calm) to 4 (in crisis). */
  acuity: z.number().int().min(1).max(4).optional(),
  /** In place of what the acuity weighs. */
  weight: Decimal.optional(),
  from: Moment.optional(),
  /** The first day on which it counts no more. */
  to: PartialDate.optional(),
  endReason: Text.optional(),
  /** The supervisor (a reference) who let a client go without a successor. */
  releasedBy: Literal.optional(),
  /** The document that hands over. */
  handoffNoteId: Id.optional(),
})
export type Assignment = z.infer<typeof Assignment>

export const caseloadStates = ['current', 'retired', 'entered-in-error'] as const

/** Read schema: a List with our code. */
export const Caseload = z.object({
  identifiers: list(Identifier),
  name: Text.optional(),
  /** A PractitionerRole. */
  coordinatorId: Id.optional(),
  /** In the same unit as the weights. */
  capacityWeighted: z.number().int().min(0).optional(),
  assignments: list(Assignment),
  statusReason: Text.optional(),
  state: z.enum(caseloadStates),
})
export type Caseload = z.infer<typeof Caseload>

/** What an assignment of ours says; who covers for somebody does so for a time. */
export const AssignmentCommand = Assignment.extend({
  episodeId: Id,
  role: z.enum(assignmentRoles),
  acuity: Assignment.shape.acuity.unwrap(),
  weight: z
    .union([Decimal.refine((digits) => !digits.startsWith('-')), z.number().min(0)])
    .transform(String)
    .optional(),
  to: LocalDate.optional(),
}).refine(({ role, to }) => role !== 'covering' || to !== undefined, { message: 'is needed where somebody covers', path: ['to'] })

export const CaseloadCommand = Caseload.extend({
  coordinatorId: Id,
  capacityWeighted: Caseload.shape.capacityWeighted.unwrap(),
  assignments: z.array(AssignmentCommand).readonly().default([]),
})

export const caseloadMachine = stateMachine({
  states: caseloadStates,
  events: {
    assign: { from: ['current'], to: 'current' },
    'hand-over': { from: ['current'], to: 'current' },
    end: { from: ['current'], to: 'current', reason: true },
    retire: { from: ['current'], to: 'retired', reason: true },
    'mark-error': { from: 'any', to: 'entered-in-error' },
  },
})

const Weight = z.number().min(0).max(1000)
/** What acuities 1 to 4 weigh where an assignment does not say otherwise: the calmest least. */
export const AcuityWeights = z
  .tuple([Weight, Weight, Weight, Weight])
  .refine((weights) => weights.every((weight, at) => at === 0 || weights[at - 1]! <= weight), 'does not grow with the acuity')
export type AcuityWeights = z.infer<typeof AcuityWeights>
export const usualWeights: AcuityWeights = [1, 1.5, 2.5, 4]

const weightOf = ({ weight, acuity }: Assignment, weights: AcuityWeights): number =>
  Number(weight ?? weights[(acuity ?? 0) - 1] ?? 0)

/** Does it still count on this day? */
export const isOpen = ({ to }: Assignment, day: string): boolean => to === undefined || to > day
const hasBegun = ({ from }: Assignment, day: string): boolean => from === undefined || from.slice(0, 10) <= day

export const openPrimaries = ({ assignments }: Caseload, day: string): readonly Assignment[] =>
  assignments.filter((one) => one.role === 'primary' && isOpen(one, day))

/** What a coordinator carries on a day; `utilisation` 1 is all that they can. */
interface Load {
  readonly load: number
  readonly utilisation?: number
  readonly overload: boolean
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000

/** By the weights of those who are assigned on that day (`2026-03-02`), to three decimals. */
export function loadOf({ assignments, capacityWeighted, state }: Caseload, day: string, weights: AcuityWeights): Load {
  const counting = state === 'current' ? assignments.filter((one) => isOpen(one, day) && hasBegun(one, day)) : []
  const load = rounded(counting.reduce((sum, one) => sum + weightOf(one, weights), 0))
  if (capacityWeighted === undefined) return { load, overload: false }
  return {
    load,
    ...(capacityWeighted > 0 && { utilisation: rounded(load / capacityWeighted) }),
    overload: load > capacityWeighted,
  }
}
