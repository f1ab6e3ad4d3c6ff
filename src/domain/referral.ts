/**
 * A referral, from the draft to the closed loop. The Task owns the state of the work, the ServiceRequest the authorisation to do it
 * (`requestStatus`); a loop that was closed says so beside the work's own end (`closure`).
 */
import { z } from 'zod'
import { inOrder } from './in-order.ts'
import { Coding, Concept, Handle, Id, Identifier, list, Moment, Priority, RefTo, Text } from './kernel.ts'
import { labelFields } from './labels.ts'
import { LastChange } from './last-change.ts'
import { stateMachine } from './state-machine.ts'

/** What a Task tells of the work. */
export const workStates = [
  ...['draft', 'requested', 'received', 'accepted', 'rejected', 'in-progress', 'on-hold', 'completed', 'failed', 'cancelled'],
  'entered-in-error',
] as const
export type WorkState = (typeof workStates)[number]

const closedStates = ['closed-confirmed', 'closed-unconfirmed'] as const
export const referralStates = [...workStates, ...closedStates] as const
export type ReferralState = (typeof referralStates)[number]

export const requestStatuses = ['draft', 'active', 'on-hold', 'revoked', 'completed', 'entered-in-error', 'unknown'] as const
export type RequestStatus = (typeof requestStatuses)[number]

export const referralKinds = [
  ...['clinical-provider', 'community-service', 'crisis-service', 'hospital-step-down'],
  ...['primary-care', 'legal', 'housing', 'benefits'],
] as const

/** https://hl7.org/fhir/R4/valueset-request-intent.html; ours are a proposal (the client chooses) or an order. */
export const intents = [
  ...['proposal', 'plan', 'directive', 'order', 'original-order', 'reflex-order', 'filler-order', 'instance-order', 'option'],
] as const

export const ContactAttempt = z.object({
  handle: Handle,
  at: Moment,
  channel: z.enum(['phone', 'email', 'portal', 'fax', 'in-person', 'letter']),
  outcome: z.enum(['reached', 'no-answer', 'refused', 'wrong-number']),
  note: Text.optional(),
})
export type ContactAttempt = z.infer<typeof ContactAttempt>

export const outcomeKinds = [
  ...['service-provided', 'partial', 'not-provided', 'client-declined', 'client-unreachable', 'no-capacity', 'ineligible'],
  ...['waitlisted', 'other'],
] as const
export type OutcomeKind = (typeof outcomeKinds)[number]

export const Outcome = z.object({
  kind: z.enum(outcomeKinds).optional(),
  procedures: list(Concept),
  enrolment: z.enum(['enrolled', 'not-enrolled', 'waitlisted']).optional(),
  note: Text.optional(),
})
export type Outcome = z.infer<typeof Outcome>

export const needResolutions = ['yes', 'no', 'partly', 'unknown'] as const

/** A Practitioner, or one of these. */
const Requester = RefTo('Practitioner', 'PractitionerRole', 'Organization', 'Patient', 'RelatedPerson', 'Device')
/** A HealthcareService, or one of these. */
const Target = RefTo('HealthcareService', 'Organization', 'PractitionerRole', 'Practitioner', 'CareTeam')

const fields = z.object({
  identifiers: list(Identifier),
  clientId: Id,
  episodeId: Id.optional(),
  requester: Requester.optional(),
  kind: z.enum(referralKinds).optional(),
  /** A category of SDOH Clinical Care, or a clinical one. */
  category: Coding.optional(),
  /** What is asked for. */
  service: Concept.optional(),
  reasons: list(Id),
  goalIds: list(Id),
  priority: Priority.optional(),
  /** Absent: an open pool. */
  target: Target.optional(),
  candidates: list(Target),
  intermediary: RefTo('Organization').optional(),
  intent: z.enum(intents),
  consentId: Id.optional(),
  coverageId: Id.optional(),
  authorizationId: Id.optional(),
  attachments: list(Id),
  patientInstruction: Text.optional(),
  doNotContact: z.enum(['no', 'only-through-coordinator']).optional(),
  requestedAt: Moment.optional(),
  respondBy: Moment.optional(),
  expiresAt: Moment.optional(),
  /** First service, and the end of the work. */
  startedAt: Moment.optional(),
  endedAt: Moment.optional(),
  /** Nobody answered in time. */
  stale: z.literal(true).optional(),
  contactAttempts: list(ContactAttempt),
  statusReason: Text.optional(),
  outcome: Outcome.optional(),
  needResolved: z.enum(needResolutions).optional(),
  clientConfirmed: z.object({ at: Moment, saidReceived: z.boolean(), stillNeeded: z.boolean() }).optional(),
  parentReferralId: Id.optional(),
  reReferralOf: Id.optional(),
  lastChange: LastChange.optional(),
  ...labelFields,
  requestStatus: z.enum(requestStatuses),
  closure: z.enum(['confirmed', 'unconfirmed']).optional(),
  state: z.enum(workStates),
})
const endsAfterStart = ({ startedAt, endedAt }: { startedAt?: string | undefined; endedAt?: string | undefined }): boolean =>
  inOrder(startedAt, endedAt)
const order = { message: 'cannot be before startedAt', path: ['endedAt'] }

/** Read schema: any ServiceRequest about a patient. */
export const Referral = fields.refine(endsAfterStart, order)
/** In the store the state is the work's; in the house it is also that the loop was closed (`shownState`). */
export type Referral = Omit<z.infer<typeof Referral>, 'state'> & { state: ReferralState }

/** What we ask of a referral of our own. */
export const ReferralCommand = fields
  .extend({
    kind: z.enum(referralKinds),
    category: Coding,
    service: Concept,
    reasons: z.array(Id).min(1).readonly(),
    priority: Priority,
    intent: z.enum(['proposal', 'order']),
    doNotContact: z.enum(['no', 'only-through-coordinator']),
    /** Follows from the state; see `requestStatusOf`. */
    requestStatus: z.enum(requestStatuses).default('draft'),
    state: z.enum(referralStates),
  })
  .refine(endsAfterStart, order)

const ended = ['completed', 'failed', 'rejected'] as const
const underway = ['accepted', 'in-progress', 'on-hold'] as const

/** The closed loop, event by event. */
export const referralMachine = stateMachine({
  states: referralStates,
  events: {
    send: { from: ['draft'], to: 'requested', by: 'requester' },
    discard: { from: ['draft'], to: 'cancelled', by: 'requester' },
    receive: { from: ['requested'], to: 'received', by: 'performer' },
    accept: { from: ['requested', 'received'], to: 'accepted', by: 'performer' },
    reject: { from: ['requested', 'received'], to: 'rejected', by: 'performer', reason: true },
    withdraw: { from: ['requested', 'received'], to: 'cancelled', by: 'requester', reason: true },
    expire: { from: ['requested', 'received'], to: 'cancelled', by: 'clock' },
    start: { from: ['accepted'], to: 'in-progress', by: 'performer' },
    hold: { from: ['accepted', 'in-progress'], to: 'on-hold', by: 'performer', reason: true },
    resume: { from: ['on-hold'], to: 'in-progress', by: 'performer' },
    complete: { from: underway, to: 'completed', by: 'performer' },
    fail: { from: underway, to: 'failed', by: 'performer', reason: true },
    cancel: { from: underway, to: 'cancelled', by: 'either', reason: true },
    'confirm-with-client': { from: [...ended, 'closed-unconfirmed'], to: 'closed-confirmed', by: 'requester' },
    'close-unconfirmed': { from: [...ended, 'cancelled'], to: 'closed-unconfirmed', by: 'requester', reason: true },
    'mark-error': { from: 'any', to: 'entered-in-error', by: 'requester' },
  },
})
