/** A work item: something that somebody of the care team is to do, by when, and how urgently. */
import { z } from 'zod'
import { Handle, Id, Identifier, Literal, list, Moment, Priority, RefTo, Text } from './kernel.ts'
import { labelFields } from './labels.ts'
import { asTheClockSays, Sla } from './sla.ts'
import { stateMachine } from './state-machine.ts'

export const workItemKinds = [
  'follow-up',
  'review-plan',
  're-assess',
  'call',
  'document',
  'authorise',
  'referral-chase',
  'obligation',
  'crisis-check',
  'sign',
  /** Two records may be one person's. */
  'merge-review',
  'conflict-review',
  /** A claim went to somebody who does not pay for that day, as is known by now. */
  'billing-review',
  /** A supervisor's: a caseload weighs more than it should. */
  'overload',
  /** A privacy officer's: somebody read in an emergency what they have no right to. */
  'access-review',
] as const
export type WorkItemKind = (typeof workItemKinds)[number]

/** Contact with the client, which those who care for the client elsewhere may see; all other kinds are the house's own business. */
export const sharedKinds: readonly WorkItemKind[] = ['follow-up', 'call']

const workItemStates = ['open', 'in-progress', 'deferred', 'done', 'cancelled', 'entered-in-error'] as const

export const priorities = ['routine', 'urgent', 'asap', 'stat'] as const satisfies readonly z.infer<typeof Priority>[]

/** A role at an organization goes without saying. */
const Assignee = RefTo('PractitionerRole', 'Practitioner', 'CareTeam', 'Organization', 'Patient', 'RelatedPerson')

/** Somebody could not do it, and somebody else was called; written by the event `escalate`. */
const Escalation = z.object({ handle: Handle, at: Moment, to: Literal.optional(), reason: Text.optional() })
export type Escalation = z.infer<typeof Escalation>

/** Read schema: a Task with a code of ours. */
export const WorkItem = z.object({
  identifiers: list(Identifier),
  kind: z.enum(workItemKinds).optional(),
  clientId: Id.optional(),
  /** What it is about, as a reference: `ServiceRequest/…`. */
  about: Literal.optional(),
  /** In words, for whoever does it. */
  what: Text.optional(),
  dueAt: Moment.optional(),
  sla: Sla.optional(),
  priority: Priority.optional(),
  assignee: Assignee.optional(),
  escalations: list(Escalation),
  reason: Text.optional(),
  ...labelFields,
  state: z.enum(workItemStates),
})
export type WorkItem = z.infer<typeof WorkItem>

/**
 * What the house asks of people by itself; `escalations` are those that time has caused, and whoever it is handed to at first is the
 * client's coordinator unless it says otherwise.
 */
export type HouseWork = Pick<WorkItem, 'kind' | 'what' | 'dueAt' | 'priority' | 'sla'> &
  Partial<Pick<WorkItem, 'escalations' | 'assignee'>>

/** What we ask of an item of our own. */
export const WorkItemCommand = WorkItem.extend({
  kind: z.enum(workItemKinds),
  dueAt: Moment.refine((moment) => moment.length > 10, 'says the time, too'),
  priority: Priority.default('routine'),
  assignee: Assignee,
})

const unfinished = ['open', 'in-progress', 'deferred'] as const
export const workItemMachine = stateMachine({
  states: workItemStates,
  events: {
    assign: { from: [...unfinished], to: 'open' },
    start: { from: ['open'], to: 'in-progress' },
    defer: { from: ['open', 'in-progress'], to: 'deferred', reason: true },
    reopen: { from: ['deferred'], to: 'open' },
    complete: { from: ['in-progress'], to: 'done' },
    cancel: { from: [...unfinished], to: 'cancelled', reason: true },
    escalate: { from: ['open', 'in-progress'], to: 'open', reason: true },
    'mark-error': { from: 'any', to: 'entered-in-error' },
  },
})

export const isUnfinished = ({ state }: Pick<WorkItem, 'state'>): boolean => unfinished.some((one) => one === state)

/** The item with its clock as it stands now. */
export const clocked = (item: WorkItem, at: string): WorkItem =>
  item.sla !== undefined && isUnfinished(item) ? { ...item, sla: asTheClockSays(item.sla, at) } : item

/** One step more urgent. */
export const raised = (priority: z.infer<typeof Priority> | undefined): z.infer<typeof Priority> =>
  priorities[Math.min(priorities.indexOf(priority ?? 'routine') + 1, priorities.length - 1)]!
