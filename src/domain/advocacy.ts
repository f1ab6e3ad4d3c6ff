/** What is done for a client's rights and claims towards an office, a payer, a landlord, a school: its deadline, its steps, how it ended. */
import { z } from 'zod'
import { Handle, Id, Identifier, LocalDate, list, Minutes, Moment, PartialDate, RefTo, Text } from './kernel.ts'
import { labelFields } from './labels.ts'
import type { Issue } from './problem.ts'
import { stateMachine } from './state-machine.ts'
import type { HouseWork } from './work-item.ts'

export const advocacyKinds = [
  ...['benefits-application', 'appeal', 'grievance', 'accommodation-request', 'court-appearance', 'eviction-defence'],
  ...['provider-dispute', 'denied-service', 'rights-information', 'school-meeting', 'other'],
] as const
export const authorities = ['verbal', 'signed-release', 'poa', 'appointed-rep', 'none'] as const
export const advocacyOutcomes = ['granted', 'partly', 'denied', 'withdrawn', 'pending'] as const
const advocacyStates = ['open', 'waiting-on-other', 'appealed', 'closed', 'entered-in-error'] as const
type AdvocacyState = (typeof advocacyStates)[number]
/** https://hl7.org/fhir/R4/valueset-task-status.html */
export const taskStatuses = [
  ...['draft', 'requested', 'received', 'accepted', 'rejected', 'ready', 'cancelled', 'in-progress', 'on-hold', 'failed'],
  ...['completed', 'entered-in-error'],
] as const
export type TaskStatus = (typeof taskStatuses)[number]

/** `contact` is a reference or words. */
export const Step = z.object({ handle: Handle, at: Moment, action: Text, contact: Text.optional(), outcome: Text.optional() })
export type Step = z.infer<typeof Step>

const over = new Set<TaskStatus>(['completed', 'failed', 'cancelled', 'rejected'])
/** What a status reads as; that an open one is an appeal is said beside it. */
export function stateOf(status: TaskStatus, appealed: boolean): AdvocacyState {
  if (status === 'entered-in-error') return status
  if (over.has(status)) return 'closed'
  if (status === 'on-hold') return 'waiting-on-other'
  return appealed ? 'appealed' : 'open'
}
const fits = ({ state, workStatus }: { state: AdvocacyState; workStatus: TaskStatus }): boolean =>
  stateOf(workStatus, state === 'appealed') === state

const fields = z.object({
  identifiers: list(Identifier),
  clientId: Id,
  kind: z.enum(advocacyKinds),
  /** Towards whom. */
  target: RefTo('Organization').optional(),
  authority: z.enum(authorities).optional(),
  consentId: Id.optional(),
  openedAt: Moment.optional(),
  /** The last day, by the calendar. */
  deadline: PartialDate.optional(),
  steps: list(Step),
  outcome: z.enum(advocacyOutcomes).optional(),
  /** An authorization that was denied (a Claim), or an action before this one. */
  appealOf: RefTo('Claim', 'Task').optional(),
  documents: list(Id),
  timeSpent: Minutes.optional(),
  statusReason: Text.optional(),
  ...labelFields,
  /** Task.status; it follows from state and outcome. */
  workStatus: z.enum(taskStatuses),
  state: z.enum(advocacyStates),
})

/** Read schema: any Task with a kind of ours. */
export const AdvocacyAction = fields.refine(fits, { message: 'does not fit the state', path: ['workStatus'] })
export type AdvocacyAction = z.infer<typeof AdvocacyAction>

/** Acting for a client before a payer needs it in writing; until then one informs them of their rights. */
const inWriting = new Set<AdvocacyAction['authority']>(['signed-release', 'poa', 'appointed-rep'])
/** An appeal is made by whoever has been authorised in writing. */
export const unauthorised = ({
  kind,
  authority,
  state,
}: Pick<AdvocacyAction, 'kind' | 'authority' | 'state'>): readonly Issue[] =>
  (kind === 'appeal' || state === 'appealed') && !inWriting.has(authority)
    ? [{ path: 'authority', message: 'is needed in writing; without it the action stays rights-information' }]
    : []

export const AdvocacyCommand = fields.extend({
  target: RefTo('Organization'),
  authority: z.enum(authorities),
  deadline: LocalDate.optional(),
  workStatus: z.enum(taskStatuses).default('in-progress'),
})

/** The status of a state; closed tells success from failure. */
export function workStatusOf({ state, outcome }: Pick<AdvocacyAction, 'state' | 'outcome'>): TaskStatus {
  if (state === 'entered-in-error') return state
  if (state === 'waiting-on-other') return 'on-hold'
  if (state === 'closed') return outcome === 'denied' ? 'failed' : 'completed'
  return 'in-progress'
}

export const advocacyMachine = stateMachine({
  states: advocacyStates,
  events: {
    wait: { from: ['open', 'appealed'], to: 'waiting-on-other' },
    resume: { from: ['waiting-on-other'], to: 'open' },
    appeal: { from: ['open', 'waiting-on-other', 'closed'], to: 'appealed' },
    close: { from: ['open', 'waiting-on-other', 'appealed'], to: 'closed' },
    'mark-error': { from: 'any', to: 'entered-in-error' },
  },
})

/** A day that does not move is work until the action is closed. The day ends in UTC: before it ends anywhere in the States. */
export function lastDay({ state, deadline }: Pick<AdvocacyAction, 'state' | 'deadline'>): HouseWork | undefined {
  if (state === 'closed' || state === 'entered-in-error' || deadline?.length !== 10) return undefined
  return {
    kind: 'obligation',
    what: 'Advocacy with a last day: act, or let it pass knowingly',
    dueAt: `${deadline}T23:59:59Z`,
    priority: 'urgent',
  }
}
