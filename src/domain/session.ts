/**
 * A session: contact with a client that was planned, held, and signed. Group sessions are one session per client, joined by the group's
 * identifier alone.
 */
import { z } from 'zod'
import { Coding, Concept, Handle, Id, Identifier, Instant, list, Minutes, Moment, RefTo, Text, Times, Uri } from './kernel.ts'
import { labelFields } from './labels.ts'
import { SessionNote } from './session-note.ts'
import { stateMachine } from './state-machine.ts'

export const sessionKinds = [
  'individual-counselling',
  'group-counselling',
  'family-counselling',
  'case-management',
  'crisis-intervention',
  'assessment-visit',
  'peer-support',
  'skills-training',
  'family-education',
  'outreach',
  'home-visit',
  'team-conference',
  'medication-support',
  'navigation',
  'follow-up',
] as const

export const sessionFoci = [
  'mental-health',
  'substance-use',
  'co-occurring',
  'physical-health',
  'poverty',
  'unemployment',
  'abuse',
  'housing',
  'family',
  'other',
] as const

export const sessionStates = [
  'planned',
  'booked',
  'arrived',
  'in-progress',
  'completed',
  'signed',
  'no-show',
  'cancelled',
  'amended',
  'entered-in-error',
] as const

/** How one that was planned may have been given up, and by whom. */
export const cancellations = ['late-cancel', 'client-cancel', 'provider-cancel'] as const
export const sessionOutcomes = ['completed', 'no-show', ...cancellations, 'partial'] as const

export const modalities = ['in-person', 'video', 'audio-only', 'chat', 'async'] as const

/** Who held or joined it: a practitioner, or the role they have at an organization. */
const Clinician = RefTo('Practitioner', 'PractitionerRole')

export const Telehealth = z.object({
  clientLocation: z.enum(['home', 'clinic', 'other']),
  /** USPS codes. */
  clientState: Text.optional(),
  providerState: Text.optional(),
  consentToTelehealth: z.boolean().optional(),
  audioOnlyReason: z.enum(['no-video-access', 'client-declined']).optional(),
  platform: Text.optional(),
})

export const Participant = z.object({
  handle: Handle,
  who: RefTo('Patient', 'RelatedPerson', 'Practitioner', 'PractitionerRole', 'Organization'),
  role: z.enum(['client', 'family', 'collateral', 'interpreter', 'staff']).optional(),
  present: z.boolean().optional(),
})

export const Signature = z.object({
  handle: Handle,
  party: Text,
  role: z.enum(['client', 'guardian', 'coordinator', 'clinician', 'supervisor']),
  method: z.enum(['wet', 'electronic', 'verbal-witnessed']),
  at: Instant,
  /** Who was there, and heard or saw it. */
  witness: Text.optional(),
  /** The signed paper, where there is one. */
  documentId: Id.optional(),
})

/** Read schema: a foreign ambulatory Encounter is a session already. */
export const Session = z.object({
  identifiers: list(Identifier),
  clientId: Id.optional(),
  episodeId: Id.optional(),
  kind: z.enum(sessionKinds).optional(),
  focus: list(z.enum(sessionFoci)),
  scheduled: Times.optional(),
  actual: z.object({ start: Moment.optional(), end: Moment.optional(), breakMinutes: Minutes.optional() }).optional(),
  minutesIndirect: Minutes.optional(),
  modality: z.enum(modalities),
  telehealth: Telehealth.optional(),
  /** CMS place of service. */
  placeOfService: z
    .string()
    .regex(/^\d{2}$/)
    .optional(),
  locationId: Id.optional(),
  renderer: Clinician.optional(),
  coRenderers: list(Clinician),
  supervisor: Clinician.optional(),
  participants: list(Participant),
  group: z
    .object({
      groupSessionId: Text,
      size: z.number().int().min(2).optional(),
      topic: Text.optional(),
      curriculum: Text.optional(),
    })
    .optional(),
  interventions: list(Concept.extend({ handle: Handle })),
  needIds: list(Id),
  goalIds: list(Id),
  /** The progress note. */
  note: SessionNote.optional(),
  /** ICD-10-CM codes this session was about, first is primary. */
  diagnoses: list(Coding.extend({ system: Uri, code: Text })),
  outcome: z.enum(sessionOutcomes).optional(),
  interpreterUsed: z.boolean().optional(),
  signatures: list(Signature),
  referralId: Id.optional(),
  /** The appointment that it keeps. */
  appointmentId: Id.optional(),
  /** What is to be billed for it, where the kind alone does not tell: a HCPCS or CPT number. */
  procedureCode: z
    .string()
    .regex(/^[A-Z0-9]{5}$/)
    .optional(),
  /** What is billed beside it and never alone: that communication was complex, say. */
  addOnCodes: list(z.string().regex(/^[A-Z0-9]{5}$/)),
  statusReason: Text.optional(),
  state: z.enum(sessionStates),
  ...labelFields,
})
export type Session = z.infer<typeof Session>

const held = new Set(['completed', 'signed', 'amended'])

/**
 * What a session of ours must say. Whose it is was there, unless it is said otherwise; what it was about may be said when it was held. A first
 * contact comes before there is an episode, and a goal is what an auditor asks for, later: the reading warns of it. The place of service
 * follows from where and how it was held; a licence where the client is, and a note, are asked for when it is signed (`sessions.ts`).
 */
export const SessionCommand = Session.extend({
  clientId: Id,
  kind: z.enum(sessionKinds),
  renderer: Clinician,
}).superRefine((session, ctx) => {
  const fault = (path: string, message: string): void => ctx.addIssue({ code: 'custom', path: [path], message })
  const { actual, telehealth, modality, kind, group, state } = session
  if (held.has(state) && (!actual?.start || !actual.end)) fault('actual', 'start and end are required once it is completed')
  if (actual?.start && actual.end && Date.parse(actual.end) <= Date.parse(actual.start))
    fault('actual', 'must end after it starts')
  if ((telehealth !== undefined) !== (modality !== 'in-person'))
    fault('telehealth', 'is required for every modality but in-person, and only there')
  if ((group !== undefined) !== (kind === 'group-counselling')) fault('group', 'goes with group-counselling, and only with it')
})

/** The life of a session. `signed` is what billing and follow-ups listen to. */
export const sessionMachine = stateMachine({
  states: sessionStates,
  events: {
    book: { from: ['planned'], to: 'booked' },
    arrive: { from: ['booked'], to: 'arrived' },
    start: { from: ['booked', 'arrived'], to: 'in-progress' },
    complete: { from: ['in-progress'], to: 'completed' },
    sign: { from: ['completed', 'amended'], to: 'signed' },
    cosign: { from: ['signed'], to: 'signed' },
    amend: { from: ['signed'], to: 'amended', reason: true },
    'no-show': { from: ['booked', 'arrived'], to: 'no-show' },
    cancel: { from: ['planned', 'booked', 'arrived', 'in-progress'], to: 'cancelled', reason: true },
    'mark-error': { from: 'any', to: 'entered-in-error', reason: true },
  },
})

/** Whole minutes face to face: seconds are cut, breaks do not count. Undefined while it has no start and end. */
export function minutesDirect({ actual }: Pick<Session, 'actual'>): number | undefined {
  if (!actual?.start || !actual.end) return undefined
  const minutes = Math.floor((Date.parse(actual.end) - Date.parse(actual.start)) / 60_000) - (actual.breakMinutes ?? 0)
  return Number.isNaN(minutes) ? undefined : Math.max(0, minutes)
}

/** Is a supervisor's signature wanted beside the one that stands? What somebody without a licence of their own has signed wants one. */
export const needsCosignature = ({ state, signatures }: Session, licensed: boolean): boolean =>
  state === 'signed' && !licensed && !signatures.some(({ role }) => role === 'supervisor')
