/**
 * SQLite files through `node:sqlite`: one connection writes, one reads what is committed.
 * https://www.sqlite.org/wal.html
 */
import { open } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Lasting } from './lasting.ts'
import {
  type Database,
  type Row,
  type SqlClient,
  type Statement,
  singles,
  type Verdict,
  type Work,
  type WriteClient,
} from './sql.ts'
import { Checkpoints } from './sqlite-checkpoints.ts'
import { Ready } from './sqlite-rows.ts'

/** Before it, a WAL file that starts anew at a checkpoint could in rare cases corrupt the database. https://www.sqlite.org/wal.html#walresetbug */
const oldest = '3.51.3'
/** More at once bring no more. */
const valuesAtOnce = 256
/** Statements kept ready; searches make many different ones. */
const keptStatements = 500

interface SqliteOptions {
  /** Whether a commit waits for the disk. False only for files that nobody will miss. */
  readonly durable: boolean
}

export function openSqlite(file: string, { durable }: SqliteOptions): Database {
  const db = connect(file, durable)
  const other = new SqliteClient(connect(file, durable, true))
  const writer = new SqliteWriter(db, () => other.endSnapshot(), durable ? `${file}-wal` : undefined)
  const checkpoints = durable ? new Checkpoints(db, file) : undefined
  return {
    writer,
    // While no transaction is open the writer reads best: it has at hand what was just written.
    reader: { execute: (statement) => (writer.isOpen ? other : writer).read(statement) },
    pause: () => nextTurn(),
    elapsed: () => performance.now(),
    ...(checkpoints && {
      rest() {
        writer.endSnapshot()
        return checkpoints.rest()
      },
    }),
    async close() {
      await checkpoints?.end()
      other.close()
      writer.close()
    },
  }
}

function connect(file: string, durable: boolean, readOnly = false): DatabaseSync {
  const db = new DatabaseSync(file, { readOnly, timeout: 5000 })
  const [major = 0, minor = 0, patch = 0] = String(value(db, 'SELECT sqlite_version()')).split('.').map(Number)
  if (major * 1e6 + minor * 1e3 + patch < 3_051_003) throw new Error(`SQLite ${oldest} or newer is needed`)
  // KiB of pages kept in memory. The other connection reads only while a transaction is open: it needs less.
  db.exec(`PRAGMA mmap_size = 0; PRAGMA cache_size = -${readOnly ? 4096 : 8192}; PRAGMA foreign_keys = OFF`)
  if (readOnly) return db
  const mode = value(db, 'PRAGMA journal_mode = WAL')
  db.exec(`PRAGMA synchronous = ${durable ? 'FULL' : 'OFF'}; PRAGMA wal_autocheckpoint = 10000`)
  const synchronous = value(db, 'PRAGMA synchronous')
  if (mode !== 'wal' || synchronous !== (durable ? 2 : 0)) throw new Error('SQLite did not accept WAL with full synchronisation')
  return db
}

const value = (db: DatabaseSync, sql: string): unknown => Object.values(db.prepare(sql).get() ?? {})[0]

class SqliteClient implements SqlClient {
  protected readonly db: DatabaseSync
  readonly #statements = new Map<string, Ready>()
  readonly #lasting = new Lasting()
  #snapshot = false

  constructor(db: DatabaseSync) {
    this.db = db
  }

  execute(statement: Statement): readonly Row[] {
    if (!('width' in statement)) return this.#prepare(statement.sql).all(statement.values)
    for (const { sql, values } of singles(statement, valuesAtOnce)) this.#prepare(sql).run(values)
    return []
  }

  /**
   * What is read in one turn of the event loop is read from one snapshot: to open one takes longer than to find a row in it. It ends with the
   * turn, or with the next commit.
   */
  read(statement: Statement): readonly Row[] {
    if (!this.#snapshot) {
      this.#prepare('BEGIN').run([])
      this.#snapshot = true
      setImmediate(() => this.endSnapshot())
    }
    if (!('isLasting' in statement)) return this.execute(statement)
    return this.#lasting.get(statement) ?? this.#lasting.keep(statement, this.execute(statement))
  }

  endSnapshot(): void {
    if (!this.#snapshot) return
    this.#snapshot = false
    this.#prepare('COMMIT').run([])
  }

  #prepare(sql: string): Ready {
    const known = this.#statements.get(sql)
    if (known) return known
    // A row that is refused undoes its plan as a whole. Were the statement alone to be undone, SQLite would keep a copy of each page it changes.
    // And where a LIMIT is a bound value as it is, SQLite plans the statement anew for each value: as an expression it is none of the plan's.
    const ready = new Ready(
      this.db.prepare(sql.replace('insert into', 'insert or fail into').replace(/\bLIMIT \?/gi, 'LIMIT +?')),
    )
    if (this.#statements.size >= keptStatements) this.#statements.clear()
    this.#statements.set(sql, ready)
    return ready
  }

  close(): void {
    this.endSnapshot()
    this.#statements.clear()
    this.db.close()
  }
}

/** Milliseconds after which what a transaction has written is more than its COMMIT should wait for alone. */
const long = 100

class SqliteWriter extends SqliteClient implements WriteClient {
  readonly #committed: () => void
  readonly #wal: string | undefined
  #broken: unknown
  isOpen = false
  readonly hasParts = true

  /**
   * @param committed called after each commit, before anybody else has a turn
   * @param wal the file that commits wait for, if they do
   */
  constructor(db: DatabaseSync, committed: () => void, wal?: string) {
    super(db)
    this.#committed = committed
    this.#wal = wal
  }

  async transaction(work: Work, kept?: () => void): Promise<Verdict> {
    if (this.#broken !== undefined) throw this.#broken
    this.endSnapshot()
    this.#run('BEGIN IMMEDIATE')
    this.isOpen = true
    const began = performance.now()
    try {
      const verdict = await work()
      if (verdict === 'keep') {
        if (performance.now() - began > long) await this.#syncAhead()
        this.#run('COMMIT')
        kept?.()
      }
      this.#committed()
      return verdict
    } catch (error) {
      // What the system has forgotten to write it does not write when it is asked again: only a new start reads what is really there.
      if (codeOf(error) === failedSync) this.#broken = error
      throw error
    } finally {
      if (this.db.isTransaction) this.#run('ROLLBACK')
      this.isOpen = false
    }
  }

  isOutside(error: unknown): boolean {
    const code = codeOf(error)
    return code !== undefined && outside.includes(code & 0xff)
  }

  /** What did not fit into the cache is in the file already: others have their turn while the disk takes it, and COMMIT waits for the rest alone. */
  async #syncAhead(): Promise<void> {
    const file = this.#wal === undefined ? undefined : await open(this.#wal, 'r+').catch(() => undefined)
    try {
      await file?.datasync()
    } catch (cause) {
      throw Object.assign(new Error('The disk did not take what was written', { cause }), { errcode: failedSync })
    } finally {
      await file?.close()
    }
  }

  #run(sql: string): void {
    this.execute({ sql, values: [] })
  }
}

// https://www.sqlite.org/rescode.html
/** Busy, locked, out of memory, interrupted, IO error, full, cannot open, locking protocol. */
const outside: readonly number[] = [5, 6, 7, 9, 10, 13, 14, 15]
const failedSync = 1034

function codeOf(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | null)?.errcode
  return typeof code === 'number' ? code : undefined
}
