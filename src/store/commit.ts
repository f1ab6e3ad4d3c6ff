/** What is known while a plan is carried out: its number, its instant, and what it has done so far. */
import { db, each, inserting, prepare } from './compile.ts'
import type { Numbers } from './index-entries.ts'
import type { Sql } from './sql.ts'

/** What the writer knows without asking, because it is the only one that writes. */
export interface Counters {
  /** Of the last commit. */
  sequence: number
  /** Milliseconds: the instant of the last commit. */
  at: number
  /** Milliseconds: no version has a later instant. */
  latest: number
  /** Of the next version. */
  row: number
}

export interface Commit {
  readonly counters: Counters
  readonly numbers: Numbers
  /** This commit's number, should it write. */
  readonly sequence: number
  /** This commit's instant, in milliseconds. */
  readonly at: number
  /** What the clock said, in milliseconds. */
  readonly clock: number
  /** Of its first version. */
  readonly firstRow: number
  /** The latest instant of its versions, as far as they are known. */
  latest: number
  wrote: boolean
  /** Whether it wrote deliveries. */
  delivers: boolean
  /** Whether something of it is in the database already. */
  begun: boolean
  /** Whether that is in a part of the transaction of its own. */
  inPart: boolean
}

/** A resource already has a version of this commit's instant (they reach the disk together): the plan has to run again, a little later. */
export class SameInstant extends Error {
  readonly at: number
  constructor(at: number) {
    super('a version must be later than the one before it')
    this.at = at
  }
}

const insertMoment = inserting('moment', ['sequence', 'at', 'latest', 'row'])
const updateMoment = prepare<{ sequence: number; latest: number }>()(($) =>
  db
    .updateTable('moment')
    .set({ latest: $('latest') })
    .where('sequence', '=', $('sequence')),
)
export const lastMoment = prepare<Record<never, never>>()(() =>
  db.selectFrom('moment').select(['sequence', 'at', 'latest']).orderBy('sequence', 'desc').limit(1),
)

/** Before the changes of commits are written. */
export function* beginMoments(commits: readonly Commit[]): Sql<void> {
  yield* each(
    insertMoment,
    commits.map(({ sequence, at, latest, firstRow, counters }) => ({
      sequence,
      at,
      latest: Math.max(at, latest, counters.latest),
      row: firstRow,
    })),
  )
}

/** After the last change of a commit that was begun before all of them were known. */
export function* endMoment({ sequence, at, latest, counters }: Commit): Sql<void> {
  if (latest > Math.max(at, counters.latest)) yield* each(updateMoment, [{ sequence, latest }])
}

/** Versions that were written together share their instant, and what is read is mostly read again. */
const instants = new Map<number, string>()
const mostInstants = 1000

export function instant(milliseconds: number): string {
  const known = instants.get(milliseconds)
  if (known !== undefined) return known
  const text = new Date(milliseconds).toISOString()
  if (instants.size >= mostInstants) instants.clear()
  instants.set(milliseconds, text)
  return text
}

export function milliseconds(text: string): number {
  const value = Date.parse(text)
  if (Number.isNaN(value)) throw new Error('not an instant')
  return value
}
