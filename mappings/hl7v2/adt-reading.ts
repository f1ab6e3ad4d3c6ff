/**
 * What an ADT message says, in our words: the one shape that every trigger event is read into. A reading goes one way only; nothing is
 * written back to a hospital. What the message does not say stays absent.
 */
import type { ContactPoint, HumanName, PostalAddress } from '../../src/domain/client.ts'
import type { Coding, Concept, Identifier, Ref } from '../../src/domain/kernel.ts'
import type { Issue } from '../../src/domain/problem.ts'

/** What a hospital's connection knows that its messages do not say. */
export interface ConnectionFacts {
  /** IANA zone of times without an offset. */
  readonly timeZone?: string
  /** Namespace or universal id of an assigning authority (PID-3.4) → identifier system. */
  readonly assigningAuthorities?: Readonly<Record<string, string>>
  /** The organization that all visits of this connection belong to. */
  readonly facility?: Ref
}

export type AdtEvent = 'admit' | 'register' | 'discharge' | 'update' | 'cancel-admit' | 'cancel-discharge'

export interface AdtReading {
  readonly event: AdtEvent
  /** MSH-9.2: `A03`. */
  readonly trigger: string
  /** MSH-10. */
  readonly messageId: string
  /** MSH-3 and MSH-4. */
  readonly sender: { readonly application?: string; readonly facility?: string }
  /** MSH-7. */
  readonly sentAt?: string
  /** EVN-2: when the hospital's system took it down; what orders messages of one visit. */
  readonly recordedAt?: string
  /** EVN-6: when it happened, else `recordedAt`, else `sentAt`. */
  readonly eventAt?: string
  /** MSH-11 is T or D. */
  readonly test: boolean
  readonly patient: PatientReading
  readonly visit: VisitReading
  readonly diagnoses: readonly DiagnosisReading[]
  readonly coverages: readonly CoverageReading[]
  /** Fields that the sender declares to have no value any more (`""`), as paths: `visit.disposition`. */
  readonly withdrawn: readonly string[]
  /** What was odd, all of it warnings. */
  readonly issues: readonly Issue[]
}

export interface PatientReading {
  /** PID-3 and PID-19. Those without a system are kept, and never matched. */
  readonly identifiers: readonly Identifier[]
  readonly names: readonly HumanName[]
  readonly birthDate?: string
  readonly gender?: 'male' | 'female' | 'other' | 'unknown'
  readonly contacts: readonly ContactPoint[]
  readonly addresses: readonly PostalAddress[]
  /** Since when, if that was said. */
  readonly deceased?: boolean | string
}

export interface VisitReading {
  /** PV1-19, else PV1-50, else the account (PID-18). */
  readonly number?: Identifier
  /** PV1-2 as v3-ActCode, or as sent where that has no word for it. */
  readonly class?: Coding
  /** PV1-4, admission type. */
  readonly type?: Concept
  /** PV1-10, hospital service. */
  readonly service?: Concept
  readonly admittedAt?: string
  readonly dischargedAt?: string
  /** PV1-36 as NUBC discharge status, or as sent. */
  readonly disposition?: Coding
  /** PV1-37. */
  readonly destination?: Concept
  readonly attending?: PractitionerReading
  readonly location?: LocationReading
  /** The connection's, else what MSH-4 calls itself. */
  readonly facility?: Ref
  /** PV2-3. */
  readonly admitReason?: Concept
  readonly readmission?: boolean
}

export interface PractitionerReading {
  readonly identifier?: Identifier
  readonly name?: HumanName
}

/** PL: where in the hospital. */
export interface LocationReading {
  readonly facility?: string
  readonly building?: string
  readonly floor?: string
  readonly pointOfCare?: string
  readonly room?: string
  readonly bed?: string
}

export interface DiagnosisReading {
  readonly code: Concept
  readonly role: 'principal' | 'secondary' | 'admitting'
  /** DG1-6: a working diagnosis may still change. */
  readonly stage?: 'admitting' | 'working' | 'final'
  /** DG1-15. */
  readonly rank?: number
  /** DG1-26. */
  readonly onAdmission?: boolean
}

export interface CoverageReading {
  /** IN1-1: 1 pays first. */
  readonly rank?: number
  readonly plan?: Concept
  readonly payer?: { readonly name?: string; readonly identifiers: readonly Identifier[] }
  /** IN1-49, else IN1-36. */
  readonly memberId?: string
  readonly group?: string
  /** IN1-17. */
  readonly relationship?: Concept
  readonly period?: { readonly start?: string; readonly end?: string }
}
