/**
 * The store's contract. A store holds one tenant; above the tenants stands one control store with this same contract.
 *
 * - `look` answers questions from a consistent snapshot of what is committed (read-your-writes included).
 * - `commit` carries out a plan: a pure generator that asks, writes, asks again, and ends in a result. All of it is one commit, all or
 *   nothing; what it asks is answered inside the commit and sees what it has written so far. A failure as result undoes everything.
 *   A plan may be run more than once (a lost race): it must have no effect but its steps.
 *
 * The promise of `commit` settles after the commit is on the disk (an fsync, which many plans may share).
 */
import { ok, type Problem, problem, type Result } from '../domain/problem.ts'
import type { Guard } from '../fhir/search/labels.ts'
import type { Query, TokenValue } from '../fhir/search/query.ts'
import type { Audit, Change, Delivery, InstantText, Link, Message } from './change.ts'

/**
 * Which patients the asker may see: resources of their compartments, rolls that name nobody else (`visible.ts`), and what tells of no patient.
 * Specially protected records (`fhir/search/labels.ts`) with the right to them alone, of some patients only those that tell of one;
 * psychotherapy notes never.
 */
export type Visibility = 'everything' | { readonly patients: readonly string[] | 'all'; readonly protectedRecords?: boolean }

/** A stored version. `text` is what was stored, byte for byte; a deletion has none. */
export interface Stored {
  readonly type: string
  readonly id: string
  readonly version: number
  readonly at: InstantText
  readonly sequence: number
  readonly text?: string
  /** Of a version asked for by its name: how guarded it is, where it is. */
  readonly guard?: Guard
  /** Of a version in a history: it was written after a deletion. */
  readonly isRevived?: boolean
}

export interface Page<T> {
  readonly items: readonly T[]
  /** Hand it back as `after` to go on; absent on the last page. */
  readonly next?: string
  /** Only when the question asked for it. */
  readonly total?: number
}

/** Each line of the audit is sealed with the SHA-256 of itself and of the seal before it. */
export interface AuditCheck {
  readonly lines: number
  /** Lines from before there were seals. */
  readonly unsealed: number
  /** The last seal; whoever notes it elsewhere can tell later whether everything up to it is still there. */
  readonly head?: string
  /** The number, from 1, of the first line that is not as it was written, or before which one is missing; one after the last where the end is missing. */
  readonly broken?: number
  /** Whether the seal that was asked for is here; only where one was. */
  readonly found?: boolean
}

/** What was wrong with a question that is known to be wrong only when it is asked: `look` rejects with it, and so does a plan. */
export class Unanswerable extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.detail)
    this.name = new.target.name
    this.problem = problem
  }
}

/** A question is longer than the database takes: `too-costly`. */
export class TooMuchAsked extends Unanswerable {
  constructor() {
    super(problem('too-costly', 'This asks for more at once than can be looked for here: ask for fewer values, or one by one.'))
  }
}

/**
 * A question came with an `after` that this store did not give out, or not for such a question: `invalid`; or that it gave out in another
 * life, before it was restored from a backup: `gone`, start again from the beginning.
 */
export class BadCursor extends Unanswerable {}

/** When a resource was first written, by whom, and by whom one of its versions; whom the commit's line in the audit names. */
export interface Written {
  readonly createdAt: InstantText
  readonly createdBy?: string
  readonly updatedBy?: string
}

/** Questions, each with the type of its answer. */
export interface Questions {
  /** The current version, a deletion included; undefined if there never was one. */
  resource: { ask: { type: string; id: string }; answer: Stored | undefined }
  version: { ask: { type: string; id: string; version: number }; answer: Stored | undefined }
  /** Of resources, and of the commits that `at` and `sequence` name; in the order asked. Of what this commit has written it is not known yet. */
  writers: { ask: { of: readonly Pick<Stored, 'type' | 'id' | 'at' | 'sequence'>[] }; answer: readonly Written[] }
  /**
   * Newest first. Without id: of a type; without type: of the whole store. `at`: versions that were current at some time of that period
   * (milliseconds, both ends included). `among`: those alone, in all their versions where none is named. `count` 0: their number alone.
   * `room`: characters; a page ends with the version that fills it.
   */
  history: {
    ask: {
      type?: string
      id?: string
      since?: InstantText
      at?: { readonly lo: number; readonly hi: number }
      among?: readonly { readonly type: string; readonly id: string; readonly version?: number }[]
      count: number
      after?: string
      visible: Visibility
      room?: number
    }
    answer: Page<Stored>
  }
  /**
   * Current resources that fit, in the order asked for. `after` is a `next` of an earlier page of the same query: further pages show what
   * there was at the first one, as it was then, without what has been deleted since. `room`: characters; a page ends with the match that
   * fills it.
   */
  search: { ask: { query: Query; visible: Visibility; after?: string; room?: number }; answer: Page<Stored> }
  /** An `after` for first pages: of however many searches, they and all that follow show what there was when this was asked. */
  beginning: { ask: Record<never, never>; answer: string }
  /**
   * The values that current resources of a type have of a token or uri parameter (a URI is a code without a system), each once, `count` of
   * them at most. It knows nothing of who asks: whoever may not see everything may not be told of one before a search has found it.
   */
  values: { ask: { type: string; param: string; count: number }; answer: readonly TokenValue[] }
  message: { ask: { id: string } | { key: string }; answer: Message | undefined }
  /** Newest first. `room`: bytes as they came; a page ends with the message that fills it. */
  messages: { ask: { state?: Message['state']; count: number; after?: string; room?: number }; answer: Page<Message> }
  delivery: { ask: { id: string }; answer: Delivery | undefined }
  /** Newest first. */
  deliveries: {
    ask: { connection?: string; state?: Delivery['state']; type?: string; resource?: string; count: number; after?: string }
    answer: Page<Delivery>
  }
  /** Of each lane of a connection the first delivery that is neither delivered nor dead, if it is due. */
  due: { ask: { connection: string; at: InstantText; count: number }; answer: readonly Delivery[] }
  /** Of each lane of a connection the first open delivery, where an attempt has left and its outcome is not kept. */
  inFlight: { ask: { connection: string }; answer: readonly Delivery[] }
  /** When the next delivery of any lane becomes due; undefined if none waits. */
  nextDue: { ask: { connection: string }; answer: InstantText | undefined }
  link: { ask: { connection: string; type: string; id: string }; answer: Link | undefined }
  /** From the partner's side. */
  remoteLink: { ask: { connection: string; remoteType: string; remoteId: string }; answer: Link | undefined }
  /** Of a connection, by type and id of ours. */
  links: { ask: { connection: string; count: number; after?: string }; answer: Page<Link> }
  record: { ask: { kind: string; key: string }; answer: string | undefined }
  /** Ordered by key. */
  records: { ask: { kind: string; count: number; after?: string }; answer: Page<{ key: string; text: string }> }
  /** Put versions of one type in commit order: the stable clock for feeds. `next` is always present: it is where to go on later. */
  feed: {
    ask: { type: string; after?: string; upTo?: number; count: number; visible: Visibility }
    answer: { items: readonly Stored[]; next: string }
  }
  /**
   * Newest first, each with the number of its commit; a line that came with nothing else has that of the commit before it. `since` and `until` are milliseconds, both included. `patient`: lines that name something of the patient's compartment, or
   * whose commit wrote to it. A page looks through so many lines at most: it may hold fewer than were asked for, and yet not be the last.
   */
  audit: {
    ask: {
      count: number
      after?: string
      principal?: string
      action?: string
      patient?: string
      since?: number
      until?: number
    }
    answer: Page<{ sequence: number; entry: Omit<Audit, 'change'> }>
  }
  /** Whether the audit is what was written, all of it. `head`: a seal that was noted earlier, to be found again. */
  auditCheck: { ask: { head?: string }; answer: AuditCheck }
  /**
   * The number of the last commit, and the instant of this one: later than that of any commit on the disk before it, and than that of any
   * earlier version of a resource that this one writes. Commits that reach the disk together may share an instant; `sequence` tells them apart.
   */
  now: { ask: Record<never, never>; answer: { sequence: number; at: InstantText } }
}

export type Ask = { [K in keyof Questions]: { readonly ask: K } & Questions[K]['ask'] }[keyof Questions]
export type AnswerTo<A extends Ask> = Questions[A['ask']]['answer']

/** What a plan yields: questions to be answered together, changes to be written, or a rest between pieces of long work. */
export type Step = { readonly asks: readonly Ask[] } | { readonly write: readonly Change[] } | { readonly rest: true }

/** Part of a plan: yields steps, is handed the answers, returns T. Compose with `yield*`. */
export type Steps<T> = Generator<Step, T, readonly unknown[]>

/** A plan starts afresh each time it is called. */
export type Plan<T> = () => Steps<Result<T>>

export interface Store {
  look<const A extends Ask>(ask: A): Promise<AnswerTo<A>>
  commit<T>(plan: Plan<T>): Promise<Result<T>>
  /** Calls back after every commit that left deliveries due, or changed a connection; returns the way to stop. Only wakes: nothing depends on it. */
  onCommit(wake: () => void): () => void
  close(): Promise<void>
}

/** One question inside a plan. */
export function* ask<const A extends Ask>(question: A): Steps<AnswerTo<A>> {
  const [answer] = yield { asks: [question] }
  return answer as AnswerTo<A>
}

/** Many questions inside a plan, answered together: one round trip. */
export function* askAll<A extends Ask>(questions: readonly A[]): Steps<readonly AnswerTo<A>[]> {
  if (questions.length === 0) return []
  return (yield { asks: questions }) as readonly AnswerTo<A>[]
}

/** Changes inside a plan: questions asked later in the same plan see them. */
export function* write(...changes: readonly Change[]): Steps<void> {
  if (changes.length > 0) yield { write: changes }
}

/** After so many items of a long list everything else has a turn. */
const turn = 64

/** Texts of so many characters take a while to be worked on. */
const long = 256 * 1024

/** Between the items of a list that may be long: whatever else waits has its turn, now and then, and beside each item whose text is long. */
export const rest = (item: number, text = ''): Steps<void> =>
  item % turn === turn - 1 || text.length > long ? resting() : noSteps

/** Behind what was done with a text that may be long: whatever else waits has its turn. */
export const restAfter = (text: string): Steps<void> => (text.length > long ? resting() : noSteps)

function* resting(): Steps<void> {
  yield { rest: true }
}

/** Most items are short, and there are many: to rest beside none of them costs nothing. */
const noSteps: Steps<void> = (function* () {})()

/**
 * Runs steps that only ask, outside of a commit: each question is answered from what is committed when it is asked. `pause` lets everything
 * else have its turn where the steps rest.
 */
export async function lookThrough<T>(store: Store, steps: Steps<T>, pause?: () => Promise<void>): Promise<T> {
  let step = steps.next([])
  while (!step.done) {
    if ('write' in step.value) throw new Error('steps outside of a commit may only ask')
    if ('rest' in step.value) await pause?.()
    step = steps.next('asks' in step.value ? await Promise.all(step.value.asks.map((one) => store.look(one))) : [])
  }
  return step.value
}

/** Steps that come to nothing but what they write, as a commit of their own. */
export const carryOut = (store: Store, steps: () => Steps<void>): Promise<Result<undefined>> =>
  store.commit(function* () {
    yield* steps()
    return ok(undefined)
  })
