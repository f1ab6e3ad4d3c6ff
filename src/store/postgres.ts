/**
 * PostgreSQL through `pg`: one connection writes, and holds the lock by which it alone may; a few others read.
 * https://node-postgres.com/
 */
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import { Gate } from './gate.ts'
import { Lasting } from './lasting.ts'
import type { Client, Pool, Result } from './postgres-driver.ts'
import { forPostgres, toPostgres, writesTwice } from './postgres-text.ts'
import { postgresMigrations } from './schema/postgres.ts'
import {
  type Database,
  type Row,
  type Single,
  type SqlClient,
  type Statement,
  singles,
  type Verdict,
  type Work,
  type WriteClient,
} from './sql.ts'

/** The protocol takes 65,535; more than these at once bring nothing. */
const valuesAtOnce = 4000
/** Statements kept ready on each connection; searches make many different ones. */
const keptStatements = 500

/** Milliseconds between two signs of life, and after which one that is missing means the end. */
const [pulse, silence] = [5000, 15_000]
/** Rows that are written before they are counted. */
const fewRows = 500
const tables = `version, resource, compartment, guarded, parameter, term, segment, posting, period, amount, word, indexed, dated, message,
  delivery, link, record, audit`

export interface Connections {
  /** Holds the store's lock. */
  readonly writer: Client
  readonly readers: Pool
  /** Whether the connection that writes is gone, and the lock with it. */
  isLost(): boolean
  /** Called where it does not answer any more. */
  lose(): void
  close(): Promise<void>
}

export function openPostgres({ writer, readers, isLost, lose, close }: Connections): Database {
  const gate = new Gate()
  const writing = new PostgresWriter(writer, gate, isLost)
  let known = fewRows
  const heart = setInterval(() => writing.beat().catch(lose), pulse)
  heart.unref()
  return {
    writer: writing,
    reader: new PostgresClient(readers),
    gate,
    migrations: postgresMigrations,
    pause: () => nextTurn(),
    elapsed: () => performance.now(),
    // Until PostgreSQL's own housekeeping comes round it plans by what there was before: it counts anew each time that there is twice as much.
    async rest() {
      if (writing.rows < known) return
      known = 2 * writing.rows
      readers.query(`ANALYZE ${tables}`).catch(() => undefined)
    },
    async close() {
      clearInterval(heart)
      await close()
    },
  }
}

class PostgresClient implements SqlClient {
  readonly #connection: Client | Pool
  readonly #statements = new Map<string, { readonly text: string; readonly name: string }>()
  protected readonly lasting = new Lasting()
  /** So many were written. */
  rows = 0

  constructor(connection: Client | Pool) {
    this.#connection = connection
  }

  async execute(statement: Statement): Promise<readonly Row[]> {
    if (!('width' in statement)) return this.#answer(statement)
    const most = writesTwice(statement) ? statement.width : valuesAtOnce
    for (const single of singles(statement, most)) await this.query(single)
    this.rows += statement.values.length / statement.width
    return []
  }

  async #answer(statement: Single): Promise<readonly Row[]> {
    if (!('isLasting' in statement)) return (await this.query(statement)).rows
    return this.lasting.get(statement) ?? this.lasting.keep(statement, (await this.query(statement)).rows)
  }

  protected query({ sql, values }: Single): Promise<Result> {
    return this.#connection.query({ ...this.#prepare(sql), values: values.map(toPostgres) })
  }

  #prepare(sql: string): { readonly text: string; readonly name?: string } {
    const known = this.#statements.get(sql)
    if (known) return known
    const text = forPostgres(sql)
    if (this.#statements.size >= keptStatements) return { text }
    const made = { text, name: `s${this.#statements.size}` }
    this.#statements.set(sql, made)
    return made
  }
}

class PostgresWriter extends PostgresClient implements WriteClient {
  readonly #gate: Gate
  readonly #isLost: () => boolean
  readonly hasParts = true
  #isBusy = false
  #beat: Promise<unknown> | undefined

  constructor(connection: Client, gate: Gate, isLost: () => boolean) {
    super(connection)
    this.#gate = gate
    this.#isLost = isLost
  }

  /** On the connection that holds the lock: whoever has lost it has lost the transaction. */
  async transaction(work: Work, kept?: () => void): Promise<Verdict> {
    await this.#run('BEGIN')
    let verdict: Verdict = 'undo'
    try {
      verdict = await work()
    } finally {
      if (verdict === 'undo') await this.#run('ROLLBACK').catch(() => undefined)
    }
    if (verdict === 'keep') await this.#gate.alone(() => this.#commit(kept))
    return verdict
  }

  async #commit(kept: (() => void) | undefined): Promise<void> {
    const { command } = await this.#run('COMMIT')
    if (command !== 'COMMIT') {
      this.lasting.forget()
      throw new Error('a statement of the transaction had failed')
    }
    kept?.()
  }

  isOutside(error: unknown): boolean {
    const code = (error as { code?: unknown } | null)?.code
    return this.#isLost() || (typeof code === 'string' && outside.test(code))
  }

  protected override async query(statement: Single): Promise<Result> {
    await this.#beat
    if (statement.sql.startsWith('ROLLBACK')) this.lasting.forget()
    this.#isBusy = true
    return super.query(statement).finally(() => {
      this.#isBusy = false
    })
  }

  /** Whether it still answers, asked while it has nothing else to do: a connection may be cut without a word. Rejects if not. */
  async beat(): Promise<void> {
    if (this.#isBusy) return
    const answer = super.query({ sql: 'SELECT 1', values: [] })
    this.#beat = answer.catch(() => undefined)
    const late = wait(silence, undefined, { ref: false }).then(() => Promise.reject(new Error('the database does not answer')))
    await Promise.race([answer, late])
    this.#beat = undefined
  }

  #run(sql: string): Promise<Result> {
    return this.query({ sql, values: [] })
  }
}

/**
 * Connection, read-only, deadlock, resources, operator, system; and of the operating system.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const outside = /^(08...|25006|40...|53...|57...|58...|E[A-Z]+)$/
