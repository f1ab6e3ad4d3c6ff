/**
 * A crisis: from the moment it is opened until somebody has seen the client again. A grave one is acknowledged by a licensed clinician
 * within minutes, or it goes up the line.
 */
import { z } from 'zod'
import { dayMs } from './calendar.ts'
import { Handle, Id, Identifier, list, Moment, RefTo, Text } from './kernel.ts'
import { labelFields } from './labels.ts'
import type { Issue } from './problem.ts'
import { stateMachine } from './state-machine.ts'
import type { HouseWork } from './work-item.ts'

export const crisisTriggers = [
  ...['instrument-rule', 'call-988', 'walk-in', 'third-party', 'ed-visit', 'law-enforcement', 'coordinator-judgement'],
] as const
export const riskTypes = ['suicide', 'violence', 'self-neglect', 'overdose', 'abuse', 'psychosis', 'other'] as const
/** From the least to the gravest. */
export const crisisLevels = ['low', 'moderate', 'high', 'acute'] as const
export type CrisisLevel = (typeof crisisLevels)[number]
export const actionKinds = [
  ...['call-988', 'call-911', 'mobile-team', 'safety-plan', 'contact-support-person', 'clinician-consult', 'stay-on-line'],
  ...['transport', 'means-restriction', 'break-glass-read', 'supervisor-notified'],
] as const
export const dispositions = [
  ...['stabilised-in-place', 'mobile-crisis', 'ed-transport', 'inpatient-voluntary', 'inpatient-involuntary', 'crisis-unit'],
  ...['respite', 'police-welfare-check', 'left-without-contact'],
] as const
const crisisStates = [
  ...['open', 'acknowledged', 'stabilising', 'resolved', 'followed-up', 'transferred', 'entered-in-error'],
] as const
export type CrisisState = (typeof crisisStates)[number]

/** `actor` is a reference (`PractitionerRole/…`) or words. */
export const CrisisAction = z.object({
  handle: Handle,
  at: Moment,
  actor: Text.optional(),
  kind: z.enum(actionKinds),
  note: Text.optional(),
})
export type CrisisAction = z.infer<typeof CrisisAction>

export const MeansSafety = z.object({
  asked: z.boolean().optional(),
  lethalMeans: list(Text),
  counselled: z.boolean().optional(),
  plan: Text.optional(),
})
/** A Practitioner, or a PractitionerRole. */
export const Clinician = RefTo('Practitioner', 'PractitionerRole')
export const Acknowledgement = z.object({ clinician: Clinician, at: Moment })
export const Escalation = z.object({ handle: Handle, at: Moment, to: Text })
export type Escalation = z.infer<typeof Escalation>
/** The agency that took over, and who there. */
export const Transfer = z.object({ org: RefTo('Organization'), person: Text, at: Moment })

/** Read schema: any Flag with an identifier of a crisis. */
export const CrisisEvent = z.object({
  identifiers: list(Identifier),
  clientId: Id,
  episodeId: Id.optional(),
  openedAt: Moment.optional(),
  trigger: z.enum(crisisTriggers).optional(),
  riskTypes: list(z.enum(riskTypes)),
  level: z.enum(crisisLevels).optional(),
  assessments: list(Id),
  actions: list(CrisisAction),
  disposition: z.enum(dispositions).optional(),
  meansSafety: MeansSafety.optional(),
  /** Until when somebody must have acknowledged it. */
  acknowledgeBy: Moment.optional(),
  acknowledgedBy: Acknowledgement.optional(),
  escalations: list(Escalation),
  disclosures: list(Id),
  followUps: list(Id),
  closedAt: Moment.optional(),
  transferredTo: Transfer.optional(),
  statusReason: Text.optional(),
  ...labelFields,
  state: z.enum(crisisStates),
})
export type CrisisEvent = z.infer<typeof CrisisEvent>

/** What we ask of a crisis of our own. It is restricted and psychiatric unless somebody labels it otherwise. */
export const CrisisCommand = CrisisEvent.extend({
  trigger: z.enum(crisisTriggers),
  riskTypes: z.array(z.enum(riskTypes)).min(1).readonly(),
  level: z.enum(crisisLevels),
  sensitivity: CrisisEvent.shape.sensitivity.default(['PSY']),
  confidentiality: CrisisEvent.shape.confidentiality.default('R'),
})

const unsettled = ['open', 'acknowledged', 'stabilising'] as const
export const isUnsettled = ({ state }: CrisisEvent): boolean => unsettled.some((one) => one === state)

export const crisisMachine = stateMachine({
  states: crisisStates,
  events: {
    acknowledge: { from: ['open'], to: 'acknowledged' },
    stabilise: { from: ['acknowledged'], to: 'stabilising' },
    resolve: { from: ['stabilising'], to: 'resolved' },
    /** Another agency takes over. */
    transfer: { from: [...unsettled], to: 'transferred' },
    'follow-up': { from: ['resolved', 'transferred'], to: 'followed-up' },
    escalate: { from: ['open'], to: 'open', by: 'clock' },
    'mark-error': { from: 'any', to: 'entered-in-error' },
  },
})

const minute = 60_000
/** How long a crisis of this level may stand unacknowledged before it goes to the next in line. */
const patience: Readonly<Partial<Record<CrisisLevel, number>>> = { acute: 15 * minute, high: 60 * minute }
const line = ['supervisor', 'on-call'] as const

const after = (moment: string, ms: number): string => new Date(Date.parse(moment) + ms).toISOString()

export function acknowledgeBy({ openedAt, level }: CrisisEvent): string | undefined {
  const wait = level && patience[level]
  return openedAt === undefined || wait === undefined ? undefined : after(openedAt, wait)
}

/** What should have gone up the line by `at` (an instant), and is not among the escalations yet. */
export function escalationsDue(crisis: CrisisEvent, at: string): readonly Escalation[] {
  const wait = crisis.level && patience[crisis.level]
  if (crisis.state !== 'open' || crisis.openedAt === undefined || wait === undefined) return []
  return line
    .map((to, i) => ({ at: after(crisis.openedAt!, (i + 1) * wait), to }))
    .filter((due) => Date.parse(due.at) <= Date.parse(at) && !crisis.escalations.some(({ to }) => to === due.to))
}

/** An open crisis is somebody's work: by the clock that sends it up the line, or within a day. */
export function waiting({ state, openedAt, acknowledgeBy: until, escalations }: CrisisEvent): HouseWork | undefined {
  if (state !== 'open' || openedAt === undefined) return undefined
  return {
    kind: 'crisis-check',
    what: 'A crisis waits for a clinician to acknowledge it',
    dueAt: until ?? after(openedAt, dayMs),
    priority: 'stat',
    ...(until !== undefined && { sla: { policyId: 'crisis-acknowledgement', startedAt: openedAt, targetAt: until } }),
    escalations: escalations.map(({ at, to }) => ({ at, reason: `Nobody acknowledged it: ${to}` })),
  }
}

/** What stands in the way of a state. */
export function unfinished({ state, level, acknowledgedBy, disposition, transferredTo }: CrisisEvent): readonly Issue[] {
  if (state === 'transferred' && !transferredTo)
    return [{ path: 'transferredTo', message: 'says which agency took over, and who there' }]
  if (state !== 'resolved' || (level !== 'high' && level !== 'acute')) return []
  return [
    ...(acknowledgedBy ? [] : [{ path: 'acknowledgedBy', message: 'lacks a licensed clinician' }]),
    ...(disposition ? [] : [{ path: 'disposition', message: 'is required of a grave crisis' }]),
  ]
}

/** What was done stays written down. */
export function undone(before: CrisisEvent, next: CrisisEvent): readonly Issue[] {
  const kept = new Set(next.actions.map((one) => JSON.stringify(one)))
  return before.actions.every((one) => kept.has(JSON.stringify(one)))
    ? []
    : [{ path: 'actions', message: 'are added to, never changed' }]
}

/** How soon somebody sees the client again after a crisis: policy and days. */
export const followUpAfter = ({ level }: CrisisEvent): { readonly policyId: string; readonly days: number } =>
  level === 'high' || level === 'acute' ? { policyId: 'CRISIS-24H', days: 1 } : { policyId: 'CRISIS-72H', days: 3 }

/** The graver of two levels. */
export const graver = (a: CrisisLevel | undefined, b: CrisisLevel): CrisisLevel =>
  a !== undefined && crisisLevels.indexOf(a) > crisisLevels.indexOf(b) ? a : b
