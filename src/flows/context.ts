/** What every flow is given: the tenant's store, the partners' connectors, time, ids, and on whose behalf it runs. */
import type { KeySource } from '../access/jwks.ts'
import type { Principal } from '../access/principal.ts'
import type { AskProvider, SignIn } from '../access/sign-in.ts'
import type { Connect } from '../connectors/connector.ts'
import type { Mailer } from '../connectors/mail.ts'
import type { ClaimParties } from '../domain/claim-parties.ts'
import type { MinorLaw } from '../domain/deciding.ts'
import type { Policy } from '../domain/follow-up-policies.ts'
import type { Security } from '../fhir/capability-statement.ts'
import type { Log } from '../observe/log.ts'
import type { Store } from '../store/store.ts'
import type { Looks } from './audit/looks.ts'

/** Milliseconds since the epoch. */
export type Clock = () => number

/** The time by this clock, as an instant. */
export const nowOf = ({ clock }: { readonly clock: Clock }): string => new Date(clock()).toISOString()

/** A prefix of the kind, a hyphen and 26 characters of Crockford base 32: 48 bits of time, 80 random bits. */
export type NewId = (prefix: string) => string

/** So many bytes from a cryptographic source, for secrets. */
export type RandomBytes = (count: number) => Uint8Array

/** Lets everything else that waits have its turn: between pieces of work that would be long in one go. */
export type Pause = () => Promise<void>

export interface FlowSettings {
  /** Base of our canonical URLs and NamingSystems; default under `https://warm-handoff.example/fhir`. */
  readonly canonicalBase: string
  /** Public address of this gateway, without a slash at the end. */
  readonly baseUrl: string
  /** How callers come in, as it is announced; nothing is said of it where this says nothing. */
  readonly security?: Security
  /** What a direct write on `/fhir` must satisfy: `refuse` invalid ones, or `mark` them in `meta.tag` and keep them. */
  readonly validation: 'refuse' | 'mark'
  /** Whether what a message writes gets a Provenance: `on` unless it says otherwise. */
  readonly provenance?: 'on' | 'off'
  /** What is audited: all (`on`, unless it says otherwise), all but what only reads, or nothing. */
  readonly audit?: 'on' | 'changes' | 'off'
  /** Names of the tenants there are, `default` among them. */
  readonly tenants: readonly string[]
  /** Follow-up policies of one's own, in force besides the usual ones. */
  readonly policies?: readonly Policy[]
  /** Who sends claims and who takes them, where that has been agreed. */
  readonly claims?: ClaimParties
  /** From which age minors agree alone, by state. */
  readonly minorLaws?: readonly MinorLaw[]
  /** States in which a care plan is signed by the client, or whoever decides for them, before it is in force. */
  readonly planSignatures?: readonly string[]
  /** The PractitionerRole of whoever looks at what was read in emergencies: without one there is no such access. */
  readonly privacyOfficer?: string
  /** How the care team signs in, where they do. */
  readonly signIn?: SignIn
}

/** What a tenant has for itself. */
export type TenantSettings = Partial<
  Pick<FlowSettings, 'baseUrl' | 'policies' | 'claims' | 'minorLaws' | 'planSignatures' | 'privacyOfficer' | 'signIn'>
>

/**
 * A request that must have its effect once: the first commit keeps its result under the key, a repeat is given that result.
 * https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
export interface Once {
  readonly key: string
  /** SHA-256 of the request's body, hex: the same key with another body is a conflict. */
  readonly digest: string
}

/** Where a request came from, as the audit tells it. */
export interface Origin {
  readonly request?: string
  /** The address that called. */
  readonly from?: string
  /** The address for which it called, as the proxy before us says. */
  readonly forwarded?: string
}

export interface Context {
  readonly once?: Once
  readonly origin?: Origin
  /** How often somebody unknown was refused under this name that is still to be told; 0 where it was told a moment ago. */
  readonly knocks: (name: string) => number
  /** What this call looks at, where it is to be audited. */
  readonly looks?: Looks
  readonly store: Store
  /** The store above the tenants: clients, tokens, jti. */
  readonly control: Store
  readonly clock: Clock
  readonly newId: NewId
  readonly random: RandomBytes
  readonly pause: Pause
  /** Where every tenant's tokens are to be had, whatever its own address: what an assertion must be made out to. */
  readonly tokenUrl: string
  /** Public keys of clients that registered the address of a key set. */
  readonly keys: KeySource
  /** By which people sign in. */
  readonly askProvider: AskProvider
  readonly log: Log
  readonly connect: Connect
  /** Absent where no mail can be sent. */
  readonly mailer?: Mailer
  readonly settings: FlowSettings
  readonly principal: Principal
}
