/** What is on record around a session, as far as its lines depend on it. */
import type { AppliedPayerRule } from '../domain/payer-rule.ts'
import type { Credential } from '../domain/practitioner.ts'
import type { CoverageKind, ServiceLine, StaffLevel } from '../domain/service-line.ts'
import type { Session } from '../domain/session.ts'
import type { ClaimEdits } from './claim-edits.ts'
import type { BilledBeside } from './conflicts.ts'
import type { EarlierContact } from './in-person.ts'
import type { Overlap } from './overlap.ts'
import type { TimedBeside } from './units.ts'

/** First and last day, each perhaps open. */
export interface Span {
  readonly start: string | undefined
  readonly end: string | undefined
}

export interface CoverageFact extends Span {
  readonly id: string
  readonly kind: CoverageKind | undefined
  /** 1 pays first. */
  readonly priority: number | undefined
  readonly active: boolean
  readonly rule: AppliedPayerRule
  /** Has what is billed here been billed to it already? */
  readonly isBilled?: boolean
}

/** Units of one code that a payer has authorized. */
export interface AuthorizationFact extends Span {
  readonly id: string
  readonly coverageId: string | undefined
  readonly code: string
  /** Of the item. */
  readonly sequence: number
  /** What lines of other sessions have left; never below zero. */
  readonly unitsLeft: number
}

export interface RendererFact {
  readonly staffLevel: StaffLevel | undefined
  readonly credentials: readonly Credential[]
  /** Is there somebody who answers for them? */
  readonly isSupervised: boolean
}

export interface BillingFacts {
  readonly sessionId: string
  readonly session: Session
  /** Where the session's times are written in UTC: the zone whose day is the date of service. */
  readonly timeZone: string | undefined
  readonly coverages: readonly CoverageFact[]
  readonly authorizations: readonly AuthorizationFact[]
  /** CMS place of service of the Location that the session names, if any. */
  readonly placeOfLocation: string | undefined
  /** Undefined: not on record here. */
  readonly renderer: RendererFact | undefined
  readonly billingOrg: ServiceLine['billingOrg']
  /** Who answers for the renderer, where somebody must. */
  readonly supervising: ServiceLine['supervising']
  /** ICD-10-CM of the session, then of its needs. */
  readonly diagnoses: readonly string[]
  /** Units of a code that other sessions of the client have on that day. */
  readonly unitsThatDay: (code: string, day: string) => number
  /** Quarter hours of other sessions of the days around. */
  readonly timedBeside: readonly TimedBeside[]
  /** Lines of the month, and of the days around a call, that are billed, or ready to be, for other sessions. */
  readonly billedBeside: readonly BilledBeside[]
  /** CMS's edits for the codes of the session, of whoever pays. */
  readonly edits: ClaimEdits
  /** Other sessions at the same time, of the client or of whoever held this one. */
  readonly overlapping: readonly Overlap[]
  /** Days that the client spent in hospitals, from the one after the admission to the one before the discharge. */
  readonly inHospital: readonly Span[]
  /** Days on which the client was in custody, as far as somebody has recorded it. */
  readonly inCustody: readonly Span[]
  /** Where the payer asks after them. */
  readonly contacts: readonly EarlierContact[]
  /** Days on which plans were in force. */
  readonly plans: readonly Span[]
  /** Days on which the client agreed to care management. */
  readonly careConsents: readonly (Span & { readonly id: string })[]
  /** Visits of the last years that may initiate care management, whoever held them. */
  readonly visits: readonly { readonly id: string; readonly code: string; readonly day: string }[]
}

/** Does the span hold the day? Partial dates mean all of their days. */
export const holds = ({ start, end }: Span, day: string): boolean =>
  (start === undefined || start.slice(0, 10) <= day) &&
  (end === undefined || day.slice(0, end.slice(0, 10).length) <= end.slice(0, 10))
