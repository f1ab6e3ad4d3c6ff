/**
 * How the store talks to a database: pure generators that yield statements and are handed rows.
 * A driver runs them: at once where the client answers at once, awaiting where it must, and pausing where they are long.
 */
import type { Gate } from './gate.ts'
import type { Migration } from './schema/migrate.ts'

export type Value = string | number | null
export type Row = Readonly<Record<string, Value>>

/** Run once, answer the rows. */
export interface Single {
  readonly sql: string
  readonly values: readonly Value[]
  /** Rows that it has found once are never changed: whoever asks for what is committed may remember them. */
  readonly isLasting?: true
}

/** Run once for each `width` of the values, in order, in one round trip; answers no rows. */
export interface Batch {
  readonly sql: string
  readonly width: number
  readonly values: readonly Value[]
}

export type Statement = Single | Batch

/** Yielded in place of a statement between pieces of long work: nothing is run, and others may have their turn. */
export const turn: Single = { sql: '', values: [] }

/**
 * A batch as single statements with up to `most` values each: an insert of one row becomes one of many, which takes half the time.
 * What is no insert, or has bound values besides its row, stays one statement for each list of values.
 */
export function* singles({ sql, width, values }: Batch, most: number): Generator<Single> {
  let i = 0
  const atMost = Math.floor(most / width)
  // Few sizes, so that there are few texts of statements to keep ready.
  for (const rows of [atMost, Math.min(64, atMost), Math.min(8, atMost)]) {
    const many = i + rows * width <= values.length ? ofMany(sql, width, rows) : undefined
    if (many === undefined) continue
    for (const step = rows * width; i + step <= values.length; i += step) yield { sql: many, values: values.slice(i, i + step) }
  }
  for (; i < values.length; i += width) yield { sql, values: values.slice(i, i + width) }
}

function ofMany(sql: string, width: number, rows: number): string | undefined {
  const tuple = `(${Array(width).fill('?').join(', ')})`
  const end = sql.indexOf(` values ${tuple}`) + ` values ${tuple}`.length
  if (rows < 2 || !sql.startsWith('insert ') || !sql.slice(0, end).endsWith(tuple) || sql.includes('?', end)) return undefined
  return sql.slice(0, end) + `, ${tuple}`.repeat(rows - 1) + sql.slice(end)
}

/** Part of the store's work: yields statements, is handed their rows, returns T. Compose with `yield*`. */
export type Sql<T> = Generator<Statement, T, readonly Row[]>

/** The thin client of a database. Errors of the database are thrown (or rejected) as they are. */
export interface SqlClient {
  execute(statement: Statement): readonly Row[] | Promise<readonly Row[]>
}

/** Thrown by a client: a value is longer than its database takes. Nothing of the plan that would have written it stays. */
export class TooLong extends Error {
  /** As many as there may be. */
  readonly bytes: number
  constructor(bytes: number) {
    super('a value is too long')
    this.bytes = bytes
  }
}

/** What became of a piece of work inside a transaction. */
export type Verdict = 'keep' | 'undo'
export type Work = () => Promise<Verdict>

/** The one connection that writes. */
export interface WriteClient extends SqlClient {
  /**
   * All of `work` in one transaction, on the disk when the promise resolves; undone if it answers `undo` or throws. `kept` is called when it
   * is on the disk, before anybody reads that.
   */
  transaction(work: Work, kept?: () => void): Promise<Verdict>
  /** Whether a part of the open transaction can be undone alone. If not, every plan gets its own transaction. */
  readonly hasParts: boolean
  /** Whether an error came from outside (disk full, broken, locked) and has nothing to do with the statement: it may work later. */
  isOutside(error: unknown): boolean
}

/** A database as the store needs it: the writer, and a reader that sees what is committed, and never an open transaction. */
export interface Database {
  readonly writer: WriteClient
  /** Absent: reads wait until no transaction is open, and then use the writer. */
  readonly reader?: SqlClient
  /** Where statements are awaited: keeps what is read, in tables and in memory, as it is between two turns. */
  readonly gate?: Gate
  /** The steps that make its tables, if these are not SQLite's. */
  readonly migrations?: readonly Migration[]
  /** Lets everything else that waits have its turn. */
  pause(): Promise<void>
  /** Milliseconds since some moment, never set back. */
  elapsed(): number
  /** Housekeeping between two transactions. */
  rest?(): Promise<void>
  close(): Promise<void>
}

type Breathe = () => Promise<void> | undefined

/** So many rows of one statement are written between two turns. */
const mostRows = 4000

/** One statement for many rows, some of them at a time. */
export function* inParts(sql: string, width: number, values: readonly Value[]): Sql<void> {
  const part = mostRows * width
  if (values.length <= part) yield { sql, width, values }
  else for (let from = 0; from < values.length; from += part) yield { sql, width, values: values.slice(from, from + part) }
}

/** Runs the steps to their end, at once where the client answers at once; `breathe` answers a promise when it is time to pause. */
export function drive<T>(steps: Sql<T>, client: SqlClient, breathe?: Breathe): T | Promise<T> {
  let step = steps.next([])
  while (!step.done) {
    const rows = run(step.value, client)
    const pausing = breathe?.()
    if (pausing !== undefined || rows instanceof Promise) return later(steps, client, breathe, rows, pausing)
    step = steps.next(rows)
  }
  return step.value
}

const run = (statement: Statement, client: SqlClient) => (statement === turn ? [] : client.execute(statement))

/**
 * The same outside of transactions: others have their turn where the steps say so alone, and what lies between two turns sees one state.
 * `wait` answers a promise as long as the client is not to be used.
 */
export async function driveInTurns<T>(steps: Sql<T>, client: SqlClient, breathe: Breathe, wait: Breathe): Promise<T> {
  let step = steps.next([])
  while (!step.done) {
    if (step.value === turn) await breathe()
    for (let waiting = wait(); waiting !== undefined; waiting = wait()) await waiting
    const rows = run(step.value, client)
    step = steps.next(rows instanceof Promise ? await rows : rows)
  }
  return step.value
}

async function later<T>(
  steps: Sql<T>,
  client: SqlClient,
  breathe: Breathe | undefined,
  rows: ReturnType<SqlClient['execute']>,
  pausing: Promise<void> | undefined,
): Promise<T> {
  await pausing
  let step = steps.next(await rows)
  while (!step.done) {
    const next = run(step.value, client)
    await breathe?.()
    step = steps.next(next instanceof Promise ? await next : next)
  }
  return step.value
}
