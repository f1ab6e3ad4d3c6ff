/** The one implementation of Store, over whichever database it is given. */
import type { Result } from '../domain/problem.ts'
import { lastMoment } from './commit.ts'
import { db, prepare, row } from './compile.ts'
import { loadUnlisted } from './dated.ts'
import { Numbers } from './index-entries.ts'
import type { Known } from './page.ts'
import { unavailable } from './plan.ts'
import { answer } from './questions.ts'
import { Recent } from './recent.ts'
import { newestRow } from './resources.ts'
import { migrate } from './schema/migrate.ts'
import { type Database, drive, driveInTurns, type Sql } from './sql.ts'
import type { AnswerTo, Ask, Plan, Store } from './store.ts'
import { type Opened, Writer } from './writer.ts'

export interface StoreOptions {
  /** Milliseconds since the epoch. */
  readonly clock: () => number
  /** A random name for a new store, which its cursors carry. */
  readonly newEpoch: () => string
  /** So many resources wait in memory before they are listed together. Usually some thousands. */
  readonly together?: number
  /** Milliseconds that a question may hold up everything else. */
  readonly patience?: number
}

/** Brings the tables up to date, or makes them. Fails on a store that a newer version of this program has written. */
export async function openSqlStore(database: Database, options: StoreOptions): Promise<Store> {
  const { writer } = database
  let opened: Opened | undefined
  try {
    await writer.transaction(async () => {
      await drive(migrate(options.newEpoch, database.migrations), writer)
      opened = await drive(load(options), writer)
      return 'keep'
    })
  } catch (error) {
    await database.close()
    throw error
  }
  return new SqlStore(database, opened!, options)
}

class SqlStore implements Store {
  readonly #database: Database
  readonly #known: Known
  readonly #clock: () => number
  readonly #patience: number
  readonly #writer: Writer
  readonly #wakes = new Set<() => void>()
  #closed: Promise<void> | undefined

  constructor(database: Database, opened: Opened, { clock, patience = 10 }: StoreOptions) {
    this.#database = database
    this.#known = opened.known
    this.#clock = clock
    this.#patience = patience
    this.#writer = new Writer(database, opened, clock, () => {
      for (const wake of this.#wakes) wake()
    })
  }

  async look<const A extends Ask>(ask: A): Promise<AnswerTo<A>> {
    if (this.#closed) throw new Error('the store is closed')
    const { reader, writer, gate, elapsed, pause } = this.#database
    if (ask.ask === 'search') this.#writer.tidy()
    const now = this.#clock()
    const steps = answer(ask, { ...this.#known, at: now, clock: now })
    let begun = elapsed()
    const breathe = async () => {
      if (elapsed() - begun < this.#patience) return
      gate?.leave()
      await pause()
      await gate?.enter()
      begun = elapsed()
    }
    const run = () => driveInTurns(steps, reader ?? writer, breathe, () => (reader === undefined ? this.#writer.open : undefined))
    if (gate === undefined) return run()
    await gate.enter()
    return run().finally(() => gate.leave())
  }

  async commit<T>(plan: Plan<T>): Promise<Result<T>> {
    return this.#closed ? unavailable('The store is closed.') : this.#writer.commit(plan)
  }

  onCommit(wake: () => void): () => void {
    const own = () => wake()
    this.#wakes.add(own)
    return () => this.#wakes.delete(own)
  }

  close(): Promise<void> {
    this.#closed ??= this.#writer.idle().then(() => this.#database.close())
    return this.#closed
  }
}

const epochOf = prepare<Record<never, never>>()(() => db.selectFrom('meta').select('value').where('name', '=', 'epoch'))

function* load({ together }: StoreOptions): Sql<Opened> {
  const moment = (yield* row(lastMoment, {})) ?? { sequence: 0, at: 0, latest: 0 }
  const epoch = (yield* row(epochOf, {}))?.value
  if (epoch === undefined) throw new Error('the store has no epoch')
  const numbers = new Numbers(together)
  yield* loadUnlisted(numbers.unlisted)
  const known = { epoch, unlisted: numbers.unlisted, recent: new Recent() }
  return { counters: { ...moment, row: (yield* newestRow()) + 1 }, numbers, known }
}
