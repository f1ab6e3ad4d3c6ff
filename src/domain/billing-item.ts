/**
 * One version of a service line as the billing feed shows it: all that a professional claim needs, as far as it is known here. The line's
 * own members never change for a version; whom it names (`client`, `coverage`, `renderer` …) is told as it stands when the page is pulled.
 */

import type { Adjudication } from './adjudication.ts'
import type { PostalAddress } from './client.ts'
import type { Coverage } from './coverage.ts'
import type { ServiceLine } from './service-line.ts'

/** A place in the mail. */
export type MailAddress = Pick<PostalAddress, 'lines' | 'city' | 'state' | 'postalCode' | 'country'>

export interface NamedOrganization {
  readonly id: string
  readonly name?: string
  readonly npi?: string
  /** Employer identification number. */
  readonly taxId?: string
  readonly address?: MailAddress
  readonly phone?: string
  readonly identifiers: readonly { readonly system?: string | undefined; readonly value: string }[]
}

/** A person as a claim names them. */
export interface NamedClinician {
  readonly id: string
  readonly family?: string
  readonly given?: string
  readonly npi?: string
  readonly taxonomy?: string
}

export interface NamedFacility {
  readonly id: string
  readonly name?: string
  readonly npi?: string
  readonly address?: MailAddress
}

type Insured = 'kind' | 'memberId' | 'subscriberId' | 'relationship' | 'groupNumber' | 'planName' | 'priority'
export type NamedCoverage = {
  readonly id: string
  readonly payer?: NamedOrganization
  /** Who holds the policy, where that is not the client. */
  readonly subscriber?: { readonly id: string; readonly family?: string; readonly given?: string }
} & Partial<Pick<Coverage, Insured | 'medicareSecondBecause'>>

/** What the session followed upon, and who referred the client, where they are somebody else than whoever held it. */
export interface NamedReferral {
  readonly id: string
  /** The payer's number of it. */
  readonly number?: string
  readonly referring?: NamedClinician
}

export interface BillingItem {
  readonly line: string
  readonly version: number
  readonly state: ServiceLine['state']
  /** When this version was written. */
  readonly at: string
  /** Claim frequency (CLM05-3): 1 original, 7 replacement, 8 void of the claim that the line `corrects` went out with. */
  readonly frequency?: '1' | '7' | '8'
  readonly corrects?: string
  /** The number of the claim that is replaced or made void. */
  readonly correctsClaim?: string
  readonly session?: string
  /** The month's count that it bills, where it bills no session. */
  readonly bundle?: string
  readonly codeSystem: 'CPT' | 'HCPCS'
  readonly code: string
  readonly modifiers: readonly string[]
  readonly units?: string
  readonly minutes?: number
  readonly unitRule?: string
  readonly unitRuleVersion?: string
  readonly serviceFrom?: string
  readonly serviceTo?: string
  readonly placeOfService?: string
  readonly diagnoses: readonly string[]
  readonly pointers: readonly number[]
  readonly charge?: ServiceLine['charge']
  readonly reason?: string
  readonly payerClaim?: string
  readonly adjudication?: Adjudication
  /** Claims to whoever pays after `coverage`, as far as they were acknowledged. */
  readonly laterClaims: ServiceLine['laterClaims']
  /** What a payer may object to. */
  readonly warnings: ServiceLine['warnings']
  readonly checks: ServiceLine['checks']
  readonly client: {
    readonly id: string
    readonly family?: string
    readonly given?: string
    readonly birthDate?: string
    readonly gender?: string
    readonly address?: MailAddress
  }
  readonly coverage?: NamedCoverage
  /** The client's others that hold that day, in the order in which they pay; who pays for themselves is not among them. */
  readonly otherCoverages: readonly NamedCoverage[]
  readonly referral?: NamedReferral
  readonly authorization?: { readonly id: string; readonly item?: number; readonly number?: string }
  readonly renderer?: NamedClinician
  /** Who answers for the renderer. */
  readonly supervising?: NamedClinician
  readonly facility?: NamedFacility
  readonly billingProvider?: NamedOrganization
}
