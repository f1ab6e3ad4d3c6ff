/**
 * A care plan: needs, goals, and what is done about them. An intervention is planned here, or linked to the request that carries it out;
 * then that request tells who does it and how far it is. That a plan was superseded is seen: another one replaces it.
 */
import { z } from 'zod'
import { inOrder } from './in-order.ts'
import { Concept, Handle, Id, Identifier, LocalDate, list, Moment, Period, RefTo, Text } from './kernel.ts'
import { labelFields } from './labels.ts'
import { LastChange } from './last-change.ts'
import type { Issue } from './problem.ts'
import { Signature } from './session.ts'
import { stateMachine } from './state-machine.ts'

export const planKinds = ['coordination', 'treatment', 'crisis-safety', 'transition', 'wellness'] as const

export const interventionKinds = [
  ...['service', 'referral', 'session-series', 'assessment', 'education', 'advocacy', 'communication', 'medication-support'],
  ...['self-action', 'monitoring'],
] as const
/** https://hl7.org/fhir/R4/valueset-care-plan-activity-status.html */
export const interventionStatuses = [
  ...['not-started', 'scheduled', 'in-progress', 'on-hold', 'completed', 'cancelled', 'stopped', 'unknown', 'entered-in-error'],
] as const

/** ISO 8601 with one unit: `P90D`, `P1W`, `PT12H`. */
export const Duration = z.string().regex(/^P([1-9]\d{0,2}[DWMY]|T[1-9]\d{0,2}[HMS])$/)

/** In words, or so many times in a period (`timesPer: 2, period: 'P1W'`). */
export const Schedule = z.union([
  z.object({ text: Text }),
  z
    .object({
      timesPer: z.number().int().min(1),
      period: Duration,
      start: LocalDate.optional(),
      end: LocalDate.optional(),
    })
    .refine(({ start, end }) => inOrder(start, end), { message: 'cannot be before start', path: ['end'] }),
])
export type Schedule = z.infer<typeof Schedule>

const aboutIt = {
  handle: Handle,
  kind: z.enum(interventionKinds).optional(),
  code: Concept.optional(),
  goalIds: list(Id),
  authorizationId: Id.optional(),
  outcome: Text.optional(),
}
/** Carried out by a ServiceRequest, or one of these. */
const Linked = z.object({
  ...aboutIt,
  linked: RefTo('ServiceRequest', 'Task', 'Appointment', 'CommunicationRequest', 'RequestGroup'),
})
const Planned = z.object({
  ...aboutIt,
  status: z.enum(interventionStatuses),
  statusReason: Text.optional(),
  /** Practitioners, or one of these. */
  performers: list(
    RefTo('Practitioner', 'PractitionerRole', 'Organization', 'HealthcareService', 'CareTeam', 'Patient', 'RelatedPerson'),
  ),
  schedule: Schedule.optional(),
  locationId: Id.optional(),
})
export const Intervention = z.union([Linked, Planned])
export type Intervention = z.infer<typeof Intervention>
export type LinkedIntervention = z.infer<typeof Linked>
export type PlannedIntervention = z.infer<typeof Planned>

const storedStates = ['draft', 'active', 'on-hold', 'completed', 'revoked', 'entered-in-error'] as const
export const planStates = [...storedStates, 'superseded'] as const
export type PlanState = (typeof planStates)[number]

/** A Practitioner, or one of these. */
const Author = RefTo('Practitioner', 'PractitionerRole', 'Organization', 'Patient', 'RelatedPerson', 'CareTeam', 'Device')

/** Read schema: any CarePlan of a patient. */
export const CarePlan = z.object({
  identifiers: list(Identifier),
  clientId: Id,
  episodeId: Id.optional(),
  kind: z.enum(planKinds).optional(),
  title: Text.optional(),
  narrative: Text.optional(),
  period: Period.optional(),
  author: Author.optional(),
  contributors: list(Author),
  careTeamId: Id.optional(),
  needs: list(Id),
  goals: list(Id),
  interventions: list(Intervention),
  reviewEvery: Duration.optional(),
  reviewedAt: Moment.optional(),
  /** Follows from these, and from hospital stays and crises since. */
  nextReviewOn: LocalDate.optional(),
  signatures: list(Signature),
  crisisPlanId: Id.optional(),
  replaces: Id.optional(),
  lastChange: LastChange.optional(),
  statusReason: Text.optional(),
  ...labelFields,
  state: z.enum(storedStates),
})
export type CarePlan = Omit<z.infer<typeof CarePlan>, 'state'> & { state: PlanState }

/** What is planned says what it is. It may serve no goal: finding out whether a need is one comes before any. */
const PlannedCommand = Planned.extend({ kind: z.enum(interventionKinds), code: Concept })

/** What we ask of a plan of our own; reviewed every ninety days unless it says otherwise. */
export const CarePlanCommand = CarePlan.extend({
  kind: z.enum(planKinds),
  title: Text,
  narrative: Text,
  period: Period,
  author: Author,
  needs: z.array(Id).min(1).readonly(),
  interventions: list(z.union([Linked, PlannedCommand])),
  reviewEvery: Duration.default('P90D'),
  state: z.enum(planStates),
})

export const carePlanMachine = stateMachine({
  states: planStates,
  events: {
    activate: { from: ['draft'], to: 'active' },
    /** Looked at, and left as it stands; what is to change is a plan of its own. */
    review: { from: ['active'], to: 'active' },
    hold: { from: ['active'], to: 'on-hold' },
    resume: { from: ['on-hold'], to: 'active' },
    complete: { from: ['active'], to: 'completed' },
    revoke: { from: ['draft', 'active', 'on-hold'], to: 'revoked' },
    supersede: { from: ['active'], to: 'superseded', by: 'clock' },
    'mark-error': { from: 'any', to: 'entered-in-error' },
  },
})

/** An active plan has a goal. */
export const notYetActive = ({ state, goals }: CarePlan): readonly Issue[] =>
  state === 'active' && goals.length === 0 ? [{ path: 'goals', message: 'is empty: an active plan has a goal' }] : []

/** Of two coordination plans only one is active: for one episode, or for the client where one of them names no episode. */
export const rivals = (one: CarePlan, other: CarePlan): boolean =>
  one.kind === 'coordination' &&
  other.kind === 'coordination' &&
  one.clientId === other.clientId &&
  (one.episodeId === undefined || other.episodeId === undefined || one.episodeId === other.episodeId)
