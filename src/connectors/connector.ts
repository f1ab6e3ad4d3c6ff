/**
 * The contract of a connector: how one partner is spoken to. A connector knows its partner's protocol and nothing of flows or stores;
 * every flavour passes the contract suite.
 */
import type { Result } from '../domain/problem.ts'

/** How a connection is configured (`POST /admin/connections`); the zod schema in `flows/connections.ts` is its door. */
export interface Connection {
  readonly name: string
  readonly kind: 'ehr' | 'payer' | 'hospital' | 'cbo' | 'mail' | 'direct'
  readonly flavour: string
  readonly baseUrl?: string
  /** What its links are kept under, where that is not its name alone. */
  readonly linkedAs?: string
  readonly auth: ConnectionAuth
  /** Types of resources that it is sent. */
  readonly push: readonly string[]
  readonly pull: readonly string[]
  readonly pollSeconds?: number
  /** Both sides are compared by themselves, so often. */
  readonly reconcileHours?: number
  /** Whether what is pulled may break rules of R4 and profiles that it claims: tagged (`mark`, the usual), or held in the inbox (`refuse`). */
  readonly validation?: 'refuse' | 'mark'
  readonly purpose: string
  /** Lanes at work at once. */
  readonly maxInFlight: number
  readonly retry: { readonly baseMs: number; readonly capMs: number; readonly maxAttempts: number }
  /** For hospitals: IANA zone of times sent without an offset. */
  readonly timeZone?: string
  /** For hospitals: the Organization id that discharges of this connection belong to. */
  readonly facility?: string
  readonly senders?: readonly { readonly application?: string; readonly facility?: string; readonly endpoint?: string }[]
  /** HL7 v2 namespace → identifier system. */
  readonly assigningAuthorities?: Readonly<Record<string, string>>
  readonly charset?: string
  /** For mail and Direct: the address that it comes from. */
  readonly from?: string
  /** For Direct: which notification counts as arrived; that of the recipient's system (`dispatched`) unless it says that of their HISP. */
  readonly arrival?: 'dispatched' | 'processed'
  /** The state's form in which it is reported to (`mappings/exports`). */
  readonly exportProfile?: string
}

export type ConnectionAuth =
  | { readonly type: 'none' }
  | { readonly type: 'bearer'; readonly token: string }
  | { readonly type: 'basic'; readonly user: string; readonly password: string }
  | {
      readonly type: 'client-credentials'
      readonly tokenUrl: string
      readonly clientId: string
      readonly clientSecret: string
      readonly scope?: string
    }
  | {
      readonly type: 'smart-backend-services'
      readonly tokenUrl?: string
      readonly clientId: string
      readonly privateJwk: object
      readonly scope?: string
    }

/** A remote resource as the partner holds it: its text is kept as it came. */
export interface Remote {
  readonly type: string
  readonly id: string
  /** From ETag, else `meta.versionId`; absent where the partner has no versions. */
  readonly version?: string
  readonly text: string
}

/** What came of one request: done; come back later; no, and why. An answer that never came is told apart (`unanswered`). */
export type Outcome<T> =
  | { readonly outcome: 'delivered'; readonly value: T }
  | {
      readonly outcome: 'try-again'
      /** The request may have been applied: the connection broke or timed out after it left. */
      readonly unanswered: boolean
      /** Milliseconds the partner asked us to wait (Retry-After). */
      readonly afterMs?: number
      readonly reason: string
    }
  | {
      readonly outcome: 'refused'
      /** HTTP status. */
      readonly status: number
      /** 409 and 412: the remote changed; read it again and write anew. */
      readonly stale: boolean
      /** The partner's OperationOutcome or body, cut to 16 KiB; for the dead letter, never for a log. */
      readonly detail: string
    }

export const delivered = <T>(value: T): Outcome<T> => ({ outcome: 'delivered', value })

/** `status`: 0 where it is not the partner's. */
export const refused = (status: number, detail: string) => ({ outcome: 'refused', status, stale: false, detail }) as const

/** A page, and where the next one is. */
export interface Listed {
  readonly items: readonly Remote[]
  readonly next?: string
}

/** A page of the history of a type, and where the next one is. */
export interface Deleted {
  /** Of resources that were deleted (and may have been restored). */
  readonly ids: readonly string[]
  /** Milliseconds, by the partner's clock, of all changes that the page tells of. */
  readonly times: readonly number[]
  readonly next?: string
}

/** What we stamp on what we send. */
export interface Identifier {
  readonly system: string
  readonly value: string
}

export interface Connector {
  /** Reads a resource; `undefined` if the partner answers 404 or 410. */
  read(type: string, id: string): Promise<Outcome<Remote | undefined>>
  /** Looks for the resource that carries our identifier. More than one is refused. */
  find(type: string, identifier: Identifier): Promise<Outcome<Remote | undefined>>
  /**
   * Conditional create on an identifier (https://hl7.org/fhir/R4/http.html#ccreate), or what does as much; answers what then stands there.
   */
  create(type: string, text: string, identifier: Identifier): Promise<Outcome<Remote>>
  /**
   * Whether a create of this type that was never answered can be asked for again: the partner knows our identifier. Of any other type
   * a second create could make a second resource.
   */
  repeats(type: string): boolean
  /** Whether this element of a resource of this type can be changed by us once it stands there. */
  changes(type: string, element: string): boolean
  /**
   * Update, with If-Match where a version is known; `id` may be ours (update as create) for types without identifiers. `standing`: the text
   * that stands there, for partners that are told the differences alone.
   */
  update(type: string, id: string, text: string, version?: string, standing?: string): Promise<Outcome<Remote>>
  /** Resources changed since an instant, page by page: `page` is the `next` of the one before. What lies outside of the connection's address is refused. */
  changedSince(type: string, since: string | undefined, page?: string): Promise<Outcome<Listed>>
  /** Where the partner answers no search of a whole type: all that stands there of one of its patients, changed or not. */
  readonly ofPatient?: (type: string, patient: string) => Promise<Outcome<readonly Remote[]>>
  /** What was deleted since an instant, page by page; `undefined` where the partner announces no history of the type. */
  deletedSince(type: string, since: string | undefined, page?: string): Promise<Outcome<Deleted | undefined>>
  /** Speaks to the partner without changing anything: its CapabilityStatement was readable. */
  test(): Promise<Result<{ readonly software?: string; readonly fhirVersion?: string }>>
}

/** Opens the connector of a connection's flavour; an unknown flavour is a problem. */
export type Connect = (connection: Connection) => Result<Connector>
