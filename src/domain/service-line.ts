/** A service line: one procedure code of one signed session, or of a month of them, correct to the unit, on its way through billing. */
import { z } from 'zod'
import { Adjudication, Dollars } from './adjudication.ts'
import { Decimal, Id, Instant, LocalDate, list, Minutes, RefTo, Text } from './kernel.ts'
import { labelFields } from './labels.ts'
import { LaterClaim } from './later-claim.ts'
import { LineCheck } from './line-checks.ts'
import { stateMachine } from './state-machine.ts'

export const staffLevels = [
  'intern',
  'below-bachelor',
  'bachelor',
  'master',
  'doctoral',
  'peer',
  'chw',
  'rn',
  'prescriber',
] as const
export type StaffLevel = (typeof staffLevels)[number]

export const coverageKinds = [
  'medicaid-ffs',
  'medicaid-mco',
  'medicare',
  'medicare-advantage',
  'dual',
  'commercial',
  'tricare',
  'va',
  'self-pay',
  'sliding',
  'grant',
] as const
export type CoverageKind = (typeof coverageKinds)[number]

/** Why a line is not ready. */
export const holdReasons = [
  'code-unknown',
  'code-not-in-force',
  /** An add-on without the code that it adds to. */
  'add-on-alone',
  /** Named as an add-on, and none. */
  'no-add-on',
  /** Billed for a month, not for a session. */
  'counted-by-month',
  'minutes-short',
  'minutes-over',
  /** Other sessions of the day have used what the code allows. */
  'daily-limit',
  /** More units than CMS's edits allow on any claim. */
  'units-over',
  /** Another line of the client's bills what this one may not be billed beside. */
  'code-conflict',
  /** Whoever held it, or the client, was elsewhere at the same time, and that is billed. */
  'times-overlap',
  'no-coverage',
  'no-authorization',
  'authorization-exhausted',
  'renderer-unknown',
  'credential-invalid',
  /** What somebody without a licence has signed waits for whoever answers for them. */
  'cosignature-missing',
  'no-diagnosis',
  'diagnosis-social-only',
  /** The primary one has no form of ICD-10-CM, or is a heading of more precise ones. */
  'diagnosis-invalid',
  /** What the code was for is not billed by it any more. */
  'purpose-over',
  /** By telehealth at home, without a visit in person in the months before that the payer wants. */
  'no-visit-in-person',
  /** No plan was in force on that day. */
  'no-plan',
  /** The client has not agreed to care management, as far as is recorded. */
  'no-consent',
  /** No visit within the year before that initiates it. */
  'no-initiating-visit',
] as const
export type HoldReason = (typeof holdReasons)[number]

/** What is told with a line, and does not hold it: payers see these differently. */
export const lineWarnings = [
  /** Nobody has said how the payer counts quarter hours: full ones are billed. */
  'rule-unknown',
  /** Therapy of the client and of the family on one day: apart from each other, and marked so (XE, 59). */
  'separate-sessions',
  /** Family therapy with and without the client on one day: usually paid once. */
  'family-twice',
  /** By the quarter hour and by the month. */
  'case-management-twice',
  /** Another organization bills targeted case management in the same month. */
  'other-agency',
  /** CMS's edits pay it beside another line of the day only with a modifier that parts the two. */
  'modifier-wanted',
  /** More units than CMS's edits expect: paid with good reasons alone. */
  'units-over',
  /** A call that a visit near it took in, after its line was ready. */
  'part-of-visit',
  /** Units beside a rate for the same day. */
  'day-rate',
  /** Whoever held it, or the client, was elsewhere at the same time, as far as is recorded: nothing bills that. */
  'times-overlap',
  /** The client was in a hospital on that day. */
  'in-hospital',
  /** The client was in prison or in jail on that day. */
  'in-custody',
  /** Of a programme for which the client came on fewer than three days of that week. */
  'programme-days',
  /** Work with mental health whose primary diagnosis is of the body. */
  'primary-not-mental',
  /** Billed to a coverage that does not pay for that day, or not by this line, as is known by now. */
  'coverage-changed',
] as const
export type LineWarning = (typeof lineWarnings)[number]

/** A CPT number or a HCPCS code. */
export const ProcedureCode = z.string().regex(/^[A-Z0-9]{5}$/)

export const serviceLineStates = [
  'draft',
  'checked',
  'held',
  'ready',
  'pulled',
  'billed',
  'accepted',
  'rejected',
  'paid',
  'denied',
  'partial',
  'corrected',
  'void',
  'not-billable',
  'entered-in-error',
] as const

export const ServiceLine = z.object({
  clientId: Id,
  sessionId: Id.optional(),
  /** The month's count that it bills, where it bills no session. */
  bundleId: Id.optional(),
  /** What the session followed upon. */
  referralId: Id.optional(),
  code: ProcedureCode,
  /** In the order they are billed, four at the most. */
  modifiers: list(z.string().regex(/^[A-Z0-9]{2}$/)),
  units: Decimal.optional(),
  /** By which rule the minutes became units, and since when it says so: an edition of our table, and a day of the payer's. */
  unitBasis: z.object({ ruleId: Text, ruleVersion: Text.optional(), minutes: Minutes }).optional(),
  serviceFrom: LocalDate.optional(),
  serviceTo: LocalDate.optional(),
  placeOfService: z
    .string()
    .regex(/^\d{2}$/)
    .optional(),
  renderer: RefTo('Practitioner', 'PractitionerRole').optional(),
  /** Who answers for whoever held it. */
  supervising: RefTo('Practitioner', 'PractitionerRole').optional(),
  billingOrg: RefTo('Organization').optional(),
  /** A Location: where it was given. */
  facility: RefTo('Location').optional(),
  /** ICD-10-CM, first is primary. */
  diagnoses: list(Text),
  /** Places in `diagnoses`, from 1. */
  pointers: list(z.number().int().min(1).max(12)),
  charge: Dollars.optional(),
  coverageId: Id.optional(),
  authorizationId: Id.optional(),
  /** The `sequence` of its item whose units are spent. */
  authorizationItem: z.number().int().min(1).optional(),
  holdReasons: list(z.enum(holdReasons)),
  /** The lines behind a `code-conflict` or `times-overlap`: once they are corrected or void, this one is not held by them. */
  conflictingLines: list(Id),
  warnings: list(z.enum(lineWarnings)),
  checks: list(LineCheck),
  /** Version of the line that a billing system said it billed. */
  billedVersion: z.number().int().min(1).optional(),
  /** The biller's number of the claim, and the payer's. */
  claimRef: Text.optional(),
  payerClaimId: Text.optional(),
  adjudication: Adjudication.optional(),
  adjudicationReason: Text.optional(),
  /** To whoever pays after the line's own payer. */
  laterClaims: list(LaterClaim),
  /** The line that this one replaces. */
  corrects: Id.optional(),
  createdAt: Instant.optional(),
  state: z.enum(serviceLineStates),
  /** Those of the session. */
  ...labelFields,
})
export type ServiceLine = z.infer<typeof ServiceLine>

/** What billing systems and people may cause: acknowledgements move a line on from `ready`. */
export const serviceLineMachine = stateMachine({
  states: serviceLineStates,
  events: {
    recheck: { from: ['draft', 'held'], to: 'checked' },
    bill: { from: ['ready', 'pulled'], to: 'billed' },
    accept: { from: ['billed'], to: 'accepted' },
    reject: { from: ['billed'], to: 'rejected' },
    pay: { from: ['accepted', 'billed'], to: 'paid' },
    'pay-in-part': { from: ['accepted', 'billed'], to: 'partial' },
    deny: { from: ['accepted', 'billed'], to: 'denied' },
    /** Taken back from whoever had it, for whoever pays as is known by now. */
    rebill: { from: ['billed', 'accepted', 'paid', 'denied', 'partial'], to: 'corrected', reason: true },
    override: { from: ['ready'], to: 'ready', reason: true },
    void: { from: ['draft', 'checked', 'held', 'ready', 'pulled', 'rejected', 'denied'], to: 'void', reason: true },
  },
})

/** What the gateway computes itself, from sessions and what is on record. */
export const serviceLineComputation = stateMachine({
  states: serviceLineStates,
  events: {
    check: { from: ['draft', 'held', 'ready', 'pulled'], to: 'checked' },
    hold: { from: ['checked'], to: 'held' },
    release: { from: ['checked'], to: 'ready' },
    withdraw: { from: ['draft', 'checked', 'held', 'ready', 'pulled'], to: 'void' },
    correct: { from: ['billed', 'accepted', 'rejected', 'paid', 'denied', 'partial'], to: 'corrected' },
  },
})

/** What the feed shows: versions in these states, never changed afterwards. */
export const feedStates: readonly ServiceLine['state'][] = ['ready', 'corrected', 'void']

/** Over: nothing happens to them any more. */
const ended: ReadonlySet<ServiceLine['state']> = new Set(['corrected', 'void', 'not-billable', 'entered-in-error'])
export const isLive = ({ state }: Pick<ServiceLine, 'state'>): boolean => !ended.has(state)

const unbilled: ReadonlySet<ServiceLine['state']> = new Set(['draft', 'checked', 'held', 'ready', 'pulled'])
/** No billing system has said yet that it billed it. */
export const isUnbilled = ({ state }: Pick<ServiceLine, 'state'>): boolean => unbilled.has(state)

/** A payer has taken it, and another one pays for that day, or none, as is known by now. */
export const isBilledElsewhere = ({ state, warnings }: Pick<ServiceLine, 'state' | 'warnings'>): boolean =>
  isLive({ state }) && !unbilled.has(state) && state !== 'rejected' && warnings.includes('coverage-changed')

const using: ReadonlySet<ServiceLine['state']> = new Set(['ready', 'pulled', 'billed', 'accepted', 'rejected', 'paid', 'partial'])
/** Units that an authorization has spent on it: none while it is held, none when it was denied or is over. */
export const unitsUsed = ({ state, units }: Pick<ServiceLine, 'state' | 'units'>): number =>
  using.has(state) ? Number(units ?? 0) : 0

/** HCPCS level II begins with a letter, level I (CPT) with a digit. */
export const codeSystemOf = (code: string): 'CPT' | 'HCPCS' => (/^\d/.test(code) ? 'CPT' : 'HCPCS')
