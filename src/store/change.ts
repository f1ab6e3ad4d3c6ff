/**
 * The vocabulary of a commit: everything that can change in a store, as plain data.
 * A change says what is to be, not how to get there; the store writes all changes of a plan, or none.
 */
import type { Issue } from '../domain/problem.ts'

/** RFC 3339 instant, UTC, milliseconds: `2026-03-01T09:30:00.000Z`. */
export type InstantText = string

/**
 * A new version of a resource, exactly as it will be served. Versions count from 1 without gaps; (type, id, version) is unique: where a
 * commit puts the same one again, the last takes the place of those before it.
 */
export interface Put {
  readonly change: 'put'
  readonly type: string
  readonly id: string
  readonly version: number
  /** The bytes to serve, with id and meta in them. */
  readonly text: string
  /** The same, parsed, references resolved: what the search index is made from. */
  readonly resource: object
  readonly at: InstantText
}

/** A deletion is a version too (https://hl7.org/fhir/R4/http.html#delete). */
export interface Remove {
  readonly change: 'remove'
  readonly type: string
  readonly id: string
  readonly version: number
  readonly at: InstantText
}

/** What finds the current version is worked out anew; nothing of it changes. */
export interface Reindex {
  readonly change: 'reindex'
  readonly type: string
  readonly id: string
}

/** What arrived from outside, byte for byte, and what became of it. */
export interface Message {
  readonly id: string
  /** Unique in the store: (source, its own message id), so that a message sent twice is one message. */
  readonly key: string
  /** The connection it came from, or the name the sender gave itself. */
  readonly source: string
  /** `fhir-resource`: a partner's, as it was pulled. */
  readonly kind: 'hl7v2' | 'fhir-message' | 'ccda' | 'fhir-resource'
  /** As received. */
  readonly raw: string
  /** SHA-256 of the bytes, hex: same key and digest is a repeat, same key and another digest a conflict. */
  readonly digest: string
  /** `held`: kept, not (wholly) readable, can be replayed. `test`: marked as test by its sender, never applied. */
  readonly state: 'applied' | 'held' | 'test'
  readonly issues: readonly Issue[]
  /** The answer given, given again to a repeat. */
  readonly answer: string
  /** `Type/id` of what it wrote. */
  readonly wrote: readonly string[]
  readonly at: InstantText
}

/** Insert a message, or replace the one of that id (a replay changes state, issues, answer and wrote; never raw). */
interface Receive {
  readonly change: 'receive'
  readonly message: Message
}

/** A resource that a connection is owed. */
export interface Delivery {
  readonly id: string
  readonly connection: string
  /** Deliveries of one lane keep their order; lanes run in parallel. The lane is the patient's id, or the resource's own. */
  readonly lane: string
  readonly type: string
  readonly resource: string
  readonly version: number
  readonly state: 'pending' | 'waiting' | 'delivered' | 'dead'
  readonly attempts: number
  /** Not before this instant. */
  readonly due: InstantText
  /**
   * Set before a request leaves and cleared by its answer; `due` is then the end of the sender's lease. Found due and in flight, an
   * attempt never came back: it may have been applied, so the next one looks before it writes.
   */
  readonly inFlight: boolean
  /** Why it waits or died, or why there was nothing to send, as an OperationOutcome's text or our own words; never sent on. */
  readonly outcome?: string
  readonly at: InstantText
}

/** Insert a delivery, or replace the one of that id. Its place in the lane is the order of first insertion. */
export interface Deliver {
  readonly change: 'deliver'
  readonly delivery: Delivery
}

/** Our resource ↔ a connection's resource, with the remote version and the *base*: the remote resource as last agreed. */
export interface Link {
  readonly connection: string
  readonly type: string
  readonly id: string
  readonly remoteType: string
  readonly remoteId: string
  readonly remoteVersion?: string
  /** Text of the remote resource as the partner returned it after our write, or as it was last pulled. */
  readonly base: string
  /** Our version that the base agrees with; with `ours`, the version that stood when it was agreed. */
  readonly version: number
  /** Our side of what was agreed, where no version is just that: what is otherwise in the version the partner has yet to learn. */
  readonly ours?: string
}

interface Tie {
  readonly change: 'tie'
  readonly link: Link
}

/** A document for which FHIR has no place (connections, clients, tokens, caseload weights …), by kind and key. */
export interface Remember {
  readonly change: 'remember'
  readonly kind: string
  readonly key: string
  /** JSON text. */
  readonly text: string
  /** From this instant on it may be forgotten (tokens, jti, idempotency answers). */
  readonly expires?: InstantText
}

export interface Forget {
  readonly change: 'forget'
  readonly kind: string
  readonly key: string
}

/** One line of the append-only audit: who did what to which resources, with ids and codes alone. */
export interface Audit {
  readonly change: 'audit'
  readonly at: InstantText
  readonly principal: string
  readonly action: string
  /** `Type/id/_history/n`, or an id of ours. */
  readonly entities: readonly string[]
  /** Of a large commit, in place of its versions one by one: how many it wrote. They bear the number of the line's commit. */
  readonly versions?: number
  readonly outcome: 'success' | 'refused' | 'failed'
  /** Of the problem that it was refused or failed with. */
  readonly code?: string
  /** What was searched for, and the names of the parameters; never a value: `Observation?code&date`. */
  readonly query?: string
  /** v3-ActReason purpose of use. */
  readonly purpose?: string
  /** The request's id, where from (the address that called), and whom a proxy says that it speaks for. */
  readonly request?: string
  readonly from?: string
  readonly forwarded?: string
  /** Of the very same in a row: how often, where it was more than once. */
  readonly times?: number
}

export type Change = Put | Remove | Reindex | Receive | Deliver | Tie | Remember | Forget | Audit
