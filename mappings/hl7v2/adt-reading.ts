/**
 * What an ADT message says: the facts that every report of a stay yields, and what only HL7 v2 tells besides. A reading goes one way;
 * nothing is written back to a hospital. What the message does not say stays absent, what it expressly empties (`""`) is null.
 */
import type { ContactPoint, PostalAddress } from '../../src/domain/client.ts'
import type { DischargeFacts, PatientFacts } from '../../src/domain/discharge.ts'
import type { Concept, Identifier, Ref } from '../../src/domain/kernel.ts'
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

export interface AdtReading extends DischargeFacts {
  readonly source: 'adt'
  /** MSH-9.2: `A03`. */
  readonly trigger: string
  readonly patient: PatientReading
  readonly coverages: readonly CoverageReading[]
  /** What was odd, all of it warnings. */
  readonly issues: readonly Issue[]
}

export interface PatientReading extends PatientFacts {
  readonly contacts: readonly ContactPoint[]
  readonly addresses: readonly PostalAddress[]
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
