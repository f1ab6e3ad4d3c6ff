/**
 * Moves what is in a WAL file into its database file, in a thread of its own: it is the one thing about SQLite that takes long enough to be
 * felt by whoever else waits for the event loop. https://www.sqlite.org/wal.html#checkpointing
 */
import { extname } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'

export interface Limits {
  /** Pages in the WAL file from which on it is worth moving them: so many that most are overwritten before they are moved. */
  readonly worthwhile: number
  /** Pages that are moved while writers wait: a few milliseconds. */
  readonly few: number
  /** Pages in the WAL file from which on writers wait. */
  readonly tooMany: number
}
const usual: Limits = { worthwhile: 10_000, few: 1000, tooMany: 60_000 }

/** After a look at a WAL that is short, so many transactions go by without one: it takes as long as a small transaction. */
const unlooked = 8

/** The WAL of one file, seen from the connection that writes it. */
export class Checkpoints {
  readonly #db: DatabaseSync
  readonly #progress: StatementSync
  readonly #file: string
  readonly #limits: Limits
  #moving: Promise<void> | undefined
  #passing = 0
  /** The other thread cannot: this one must. */
  #alone = false

  constructor(db: DatabaseSync, file: string, limits = usual) {
    db.exec('PRAGMA wal_autocheckpoint = 0')
    this.#db = db
    this.#progress = db.prepare('PRAGMA wal_checkpoint(NOOP)')
    this.#file = file
    this.#limits = limits
  }

  /** Between two transactions: has pages moved where it is time to. For what is left at last writers wait, so that the WAL can start anew. */
  async rest(): Promise<void> {
    if (this.#passing-- > 0) return
    const { worthwhile, few, tooMany } = this.#limits
    const { log, moved } = read(this.#progress)
    this.#passing = log < worthwhile ? unlooked : 0
    if (log < worthwhile || moved === log) return
    if (this.#alone) {
      state(this.#db, 'PASSIVE')
      return
    }
    const isLast = moved > 0 && log - moved <= few && this.#moving === undefined
    this.#moving ??= moveAside(this.#file).then((done) => {
      this.#alone = !done
      this.#moving = undefined
    })
    if (isLast || log >= tooMany) await this.#moving
  }

  /** Resolves when no other connection is at work on the file. */
  async end(): Promise<void> {
    await this.#moving
  }
}

/** How many pages the WAL has, and how many of them are moved; PASSIVE moves what it can without waiting for anybody. */
export function state(db: DatabaseSync, mode: 'NOOP' | 'PASSIVE'): { log: number; moved: number } {
  return read(db.prepare(`PRAGMA wal_checkpoint(${mode})`))
}

function read(statement: StatementSync): { log: number; moved: number } {
  const { log, checkpointed } = statement.get() as { log: number; checkpointed: number }
  return { log, moved: checkpointed }
}

let worker: Worker | undefined
const waiting = new Map<string, (done: boolean) => void>()

/** Moves pages in the other thread; false if that failed. One at a time for a file. */
function moveAside(file: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  waiting.set(file, resolve)
  worker ??= start()
  // Only while it is asked does it keep the process alive.
  worker.ref()
  worker.postMessage(file)
  return promise
}

function settle(file: string, done: boolean): void {
  waiting.get(file)?.(done)
  waiting.delete(file)
  if (waiting.size === 0) worker?.unref()
}

function start(): Worker {
  // Beside this file, whether it is the source or what was built of it.
  const started = new Worker(new URL(`./sqlite-checkpoint-thread${extname(import.meta.url)}`, import.meta.url))
  started.on('message', ({ file, done }: { file: string; done: boolean }) => settle(file, done))
  started.on('error', () => {
    worker = undefined
    for (const file of waiting.keys()) settle(file, false)
  })
  return started
}
