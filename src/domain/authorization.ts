/** A prior authorization: what a payer was asked to pay for before it was done, and what it answered. */
import { z } from 'zod'
import { addDays, epoch } from './calendar.ts'
import { Decimal, Id, Identifier, list, Moment, Period, RefTo, Text } from './kernel.ts'
import { labelFields } from './labels.ts'
import { ProcedureCode } from './service-line.ts'
import { stateMachine } from './state-machine.ts'

const authorizationStates = [
  'draft',
  'submitted',
  'pended',
  'approved',
  'partially-approved',
  'modified',
  'denied',
  'appealed',
  'expired',
  'exhausted',
  'cancelled',
  'entered-in-error',
] as const
export type AuthorizationState = (typeof authorizationStates)[number]

/** X12 code source 306: certified in total, in part, not certified, pended, modified, cancelled. */
export const reviewActions = ['A1', 'A2', 'A3', 'A4', 'A6', 'C'] as const
export type ReviewAction = (typeof reviewActions)[number]

export const AuthorizationItem = z.object({
  sequence: z.number().int().min(1),
  code: ProcedureCode,
  modifiers: list(z.string().regex(/^[A-Z0-9]{2}$/)),
  unitsRequested: Decimal.optional(),
})
export type AuthorizationItem = z.infer<typeof AuthorizationItem>

/** `number` is the payer's own for this item. */
const Decision = z.object({ code: z.enum(reviewActions), number: Text.optional(), reason: Text.optional() })

/** What the payer says to one item. */
const Decided = z
  .object({
    sequence: z.number().int().min(1),
    unitsApproved: Decimal.optional(),
    decision: Decision.optional(),
    /** When it may be done, where the payer says so for the item. */
    period: Period.optional(),
  })
  .refine(({ unitsApproved, decision, period }) => unitsApproved ?? decision ?? period, 'says something')
export type DecidedItem = z.infer<typeof Decided>

/** The payer's answer, or what a person was told of it. */
export const AuthorizationAnswer = z.object({
  /** The payer's number for all of it. */
  payerRef: Text.optional(),
  period: Period.optional(),
  items: list(Decided),
})
export type AuthorizationAnswer = z.infer<typeof AuthorizationAnswer>

const sequencesOnce = (items: readonly { readonly sequence: number }[]): boolean =>
  new Set(items.map(({ sequence }) => sequence)).size === items.length

/** Read schema: a foreign Claim with use preauthorization. */
export const Authorization = z.object({
  identifiers: list(Identifier),
  clientId: Id,
  coverageId: Id,
  insurer: RefTo('Organization').optional(),
  /** Who asks. */
  provider: RefTo('Organization', 'Practitioner', 'PractitionerRole'),
  items: z.array(AuthorizationItem).refine(sequencesOnce, 'each has a sequence of its own').readonly().default([]),
  /** When it is to be done, where, and by whom. */
  period: Period.optional(),
  /** A Location. */
  facility: RefTo('Location').optional(),
  renderer: RefTo('Practitioner', 'PractitionerRole').optional(),
  /** What shows the need for it: DocumentReferences. */
  documents: list(Id),
  urgency: z.enum(['standard', 'expedited']),
  createdAt: Moment,
  submittedAt: Moment.optional(),
  answer: AuthorizationAnswer.optional(),
  statusReason: Text.optional(),
  state: z.enum(authorizationStates),
  ...labelFields,
})
export type Authorization = z.infer<typeof Authorization>

/** What became of an item, seen beside what was asked: what the payer says of it, and how many units lines have used. */
const seen = { unitsApproved: Decimal.optional(), unitsUsed: Decimal.optional(), decision: Decision.optional() }
export type SeenItem = AuthorizationItem & z.infer<z.ZodObject<typeof seen>>

export const AuthorizationCommand = Authorization.extend({
  items: z
    .array(AuthorizationItem.extend({ unitsRequested: Decimal, ...seen }))
    .min(1)
    .refine(sequencesOnce, 'each has a sequence of its own')
    .readonly(),
  urgency: z.enum(['standard', 'expedited']).default('standard'),
  createdAt: Moment.default(''),
})

const waiting = ['submitted', 'pended', 'appealed'] as const
/** People record what a payer told them; what a payer answers in FHIR counts by itself (`decidedState`). */
export const authorizationMachine = stateMachine({
  states: authorizationStates,
  events: {
    submit: { from: ['draft'], to: 'submitted' },
    pend: { from: ['submitted'], to: 'pended' },
    approve: { from: waiting, to: 'approved' },
    modify: { from: waiting, to: 'modified' },
    deny: { from: waiting, to: 'denied', reason: true },
    appeal: { from: ['denied', 'partially-approved', 'modified'], to: 'appealed' },
    cancel: {
      from: ['draft', 'submitted', 'pended', 'approved', 'partially-approved', 'modified'],
      to: 'cancelled',
      reason: true,
    },
    'mark-error': { from: 'any', to: 'entered-in-error', reason: true },
  },
})

const hourMs = 3_600_000
/**
 * When a payer must have answered: 72 hours if it is pressing, seven days otherwise. https://www.ecfr.gov/current/title-42/section-438.210
 */
export function answerDue({ submittedAt, urgency }: Pick<Authorization, 'submittedAt' | 'urgency'>): string | undefined {
  const from = submittedAt === undefined ? undefined : epoch(submittedAt)
  return from === undefined ? undefined : new Date(from + (urgency === 'expedited' ? 72 : 7 * 24) * hourMs).toISOString()
}

/**
 * The last day to appeal, counted from the day that one learns of the denial: sixty days, as managed Medicaid has it. Other payers give more;
 * whoever knows better changes the day. https://www.ecfr.gov/current/title-42/section-438.402
 */
export const appealBy = (day: string): string => addDays(day, 60)
