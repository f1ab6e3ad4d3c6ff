/**
 * A collection of `/coordination`: a domain type, the resources it lives in, and its rules. One file per collection beside this one;
 * reading, listing, creating, updating, events and the same rules behind `/fhir` work from this description alone.
 */
import type { Resource } from '@medplum/fhirtypes'
import type { z } from 'zod'
import type { Issue, Result } from '../../domain/problem.ts'
import type { StateMachine } from '../../domain/state-machine.ts'
import type { Filter } from '../../fhir/search/query.ts'
import type { Mapping } from '../../lens/mapping.ts'
import type { Change } from '../../store/change.ts'
import type { Steps, Stored } from '../../store/store.ts'
import type { Context } from '../context.ts'

/** May whoever reads see this? */
export type Seen = (stored: Stored) => boolean
/** Rules look at everything. */
export const byAll: Seen = () => true

/** A resource (or several of one type) that belongs to the anchor. */
export type PartOf =
  /**
   * Found by a reference search parameter of the part that points at the anchor, `only` those that fit; `link` makes a new one point there
   * (`value` is the domain object's).
   */
  | {
      readonly type: string
      readonly many: boolean
      readonly by: string
      readonly only?: (part: Resource) => boolean
      readonly link: (part: Resource, anchor: string, value: object) => Resource
      /** The reference (or references) to the anchor: quicker than the search parameter, which is asked otherwise. */
      readonly anchorOf?: (part: Resource) => string | undefined | readonly (string | undefined)[]
    }
  /** Found by what it has in common with the anchor (an identifier of both); of one type `only` those that fit. */
  | {
      readonly type: string
      readonly many: boolean
      readonly like: (anchor: Resource) => Filter | undefined
      readonly only?: (part: Resource) => boolean
      /** The way back: which anchors have that in common with it; undefined where it has nothing of the kind. */
      readonly wholes: (part: Resource) => Filter | undefined
      readonly link: (part: Resource, anchor: string, value: object) => Resource
    }
  /** Found by references that the anchor holds; the mapping writes those itself. `heldBy` finds the anchors that hold one (`Type/id`). */
  | {
      readonly type: string
      readonly many: boolean
      readonly of: (anchor: Resource) => readonly string[]
      readonly heldBy: (reference: string) => Filter
    }

/** A domain object at a moment in a plan: its id, its value, its parts as stored. */
export interface Held<D, P> {
  readonly id: string
  readonly value: D
  readonly parts: P
}

/** What an event brings: `POST /coordination/{collection}/{id}/events`. */
export interface EventInput {
  readonly type: string
  readonly at?: string
  /** Who did it: a reference (`PractitionerRole/…`) or words. */
  readonly actor?: string
  readonly reason?: string
  /** All other members, checked by the collection's own rule. */
  readonly [detail: string]: unknown
}

/** A member as it was: the anchor's version, and when that was written. Oldest first. */
export interface MemberVersion<D> {
  readonly version: number
  readonly at: string
  readonly value: D
}

/** What an event changes beyond the state itself, which the machine has moved already in `value`; or why it may not be. */
export type Rule<D, P> = (ctx: Context, value: D, event: EventInput, at: string, before: Held<D, P>) => Steps<Result<D>>

/** One rule for all events of a machine. */
export const onEach = <D, P>({ events }: StateMachine<string, string>, rule: Rule<D, P>): Readonly<Record<string, Rule<D, P>>> =>
  Object.fromEntries(Object.keys(events).map((name) => [name, rule]))

interface Collection<D extends object, P extends object> {
  readonly name: string
  /** Prefix of ids that we make for the anchor. */
  readonly prefix: string
  readonly anchor: string
  readonly parts: readonly PartOf[]
  readonly mapping: Mapping<D, P>
  /** Body of POST and PUT; `state` is set by `initial` and events, whatever a body says. */
  readonly command: z.ZodType<D>
  /** Does a resource of the anchor's type belong here? Exactly one collection claims it, or none. */
  readonly claims: (anchor: Resource) => boolean
  /** Search parameters behind `?client=` (a reference to Patient, or `_id` for clients themselves), and `?state=` where one parameter tells the state. */
  readonly client?: string
  /** The order of lists, and what `?due=` looks at, as search parameters. */
  readonly sort?: string
  readonly due?: string
  /** A search that finds all that belong here, and perhaps others: where others of the anchor's type may be many more. */
  readonly among?: readonly [param: string, value: string]
  /** A search that finds all members of a state, and perhaps others: where there may be many, and few of them are asked for. */
  readonly inState?: (state: string) => readonly [param: string, value: string]
  readonly machine?: { readonly field: keyof D & string; readonly states: StateMachine<string, string>; readonly initial: string }
  /**
   * What looks beyond its own resources (at those alone that are `seen` by whoever reads), or at the clock: laid over what the mapping
   * reads, on every reading.
   */
  readonly view?: (held: Held<D, P>, seen: Seen) => Steps<Partial<D> & { readonly [shown: string]: unknown }>
  /** What its earlier versions tell: laid over a member that is read, or answered with, by itself, not over those of a list. */
  readonly told?: (versions: readonly MemberVersion<D>[]) => { readonly [shown: string]: unknown }
  /** What a person should look at as the member stands: told beside it where it is read, or answered with, by itself. It hinders nothing. */
  readonly warns?: (held: Held<D, P>, seen: Seen) => Steps<readonly Issue[]>
  /** Names that the view adds to the fields: nobody writes them, and what a body says of them is ignored. */
  readonly shown?: readonly string[]
  /** Fields that only the gateway computes; what a body, or a resource on `/fhir`, says otherwise of them is refused. */
  readonly computed?: readonly (keyof D & string)[]
  /** Fields that events set, and nothing else; on `/fhir` they come with the status. */
  readonly byEvents?: readonly (keyof D & string)[]
  /** Before a new or changed value is written: fill in what is computed, check what needs a look at other records. `at` is the commit's instant. */
  readonly prepare?: (ctx: Context, value: D, before: Held<D, P> | undefined, at: string) => Steps<Result<D>>
  /** What events must say on `/coordination`, by name. On `/fhir` a resource tells of them, and may tell less. */
  readonly details?: Readonly<Record<string, z.ZodType>>
  /** The state that a change on `/fhir` means, where it is made beside the state's own element (the request is revoked, not its Task). */
  readonly meant?: (now: D, before: D) => string | undefined
  /**
   * Rules of events, by name; what has none is told why it is so (`with-reason.ts`). Read from a change on `/fhir`, an event's details are
   * the fields of the changed value.
   */
  readonly on?: Readonly<Record<string, Rule<D, P>>>
  /** A cheap look at the anchor: can `after` have anything to say about it at all? Asked of every write, before parts are gathered. */
  readonly concerns?: (anchor: Resource) => boolean
  /** Consequences in the same commit, however the write came about (here, on `/fhir`, from a partner). */
  readonly after?: (ctx: Context, now: Held<D, P>, before: Held<D, P> | undefined, at: string) => Steps<Result<readonly Change[]>>
  /**
   * A new one is of the episode of care that its client is in, unless it says otherwise. It may be of none: clients are met, and referred,
   * before any programme has taken them in.
   */
  readonly ofEpisode?: true
  readonly removable?: boolean
  /** Why it may not go, by whichever door; nothing, where it may. Asked before it goes, or after. */
  readonly held?: (held: Held<D, P>, at: string) => Steps<readonly Issue[]>
  /** Made and changed by the gateway's own computation alone: writes from outside are refused, whichever door they come by. */
  readonly sealed?: boolean
  /** Members follow from other records: nobody posts, puts or patches one. In words, for whoever tries. */
  readonly derived?: string
}

/** For the table of all collections: the types of each are its own business. */
// biome-ignore lint/suspicious/noExplicitAny: an existential type; each collection is checked where it is written
export type AnyCollection = Collection<any, any>

/** Checks a collection's types where it is written. */
export const collection = <D extends object, P extends object>(spec: Collection<D, P>): Collection<D, P> => spec
