/**
 * Group commit: plans that wait while one transaction is written to the disk share the next one, and its fsync. Each plan is a part of it
 * that can be undone alone; promises settle when all of it is on the disk.
 */
import { ok, type Result } from '../domain/problem.ts'
import { type Commit, type Counters, SameInstant } from './commit.ts'
import { Numbers } from './index-entries.ts'
import { carryOut, unavailable } from './plan.ts'
import { purge } from './records.ts'
import { type Database, drive, type Verdict } from './sql.ts'
import type { Plan } from './store.ts'

/** Milliseconds of work after which a group takes no more plans: they all wait for its end. */
const groupTime = 15
/** Milliseconds of work after which the event loop gets a turn, the transaction left open. */
const sliceTime = 8
/** Every so many groups some expired records are deleted. */
const purgeEvery = 64

interface Job {
  readonly plan: Plan<unknown>
  readonly resolve: (result: Result<unknown>) => void
  readonly reject: (error: unknown) => void
}

type Outcome = { readonly result: Result<unknown> } | { readonly error: unknown }

export class Writer {
  readonly #database: Database
  readonly #counters: Counters
  readonly #epoch: string
  readonly #clock: () => number
  readonly #wake: () => void
  readonly #numbers = new Numbers()
  readonly #queue: Job[] = []
  #running: Promise<void> | undefined
  /** While a transaction is open: until it ends. */
  open: Promise<void> | undefined
  #groups = 0
  #sliceStart = 0

  constructor(database: Database, counters: Counters, epoch: string, clock: () => number, wake: () => void) {
    this.#database = database
    this.#counters = counters
    this.#epoch = epoch
    this.#clock = clock
    this.#wake = wake
  }

  commit<T>(plan: Plan<T>): Promise<Result<T>> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ plan, resolve: resolve as Job['resolve'], reject })
      this.#running ??= this.#run()
    })
  }

  /** Resolves when nothing waits and no transaction is open. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running
  }

  async #run(): Promise<void> {
    // Whoever has something to write in this turn of the event loop joins.
    await this.#database.pause()
    while (this.#queue.length > 0) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.open = promise
      await this.#group()
      this.open = undefined
      resolve()
      // What housekeeping cannot do now it does after another commit.
      await this.#database.rest?.().catch(() => undefined)
      await this.#database.pause()
    }
    this.#running = undefined
  }

  async #group(): Promise<void> {
    const { writer } = this.#database
    const before = { ...this.#counters }
    const taken: { job: Job; outcome: Outcome }[] = []
    const group = { at: Math.max(this.#clock(), this.#counters.at + 1), delivers: false }
    const start = this.#database.elapsed()
    this.#sliceStart = start
    try {
      await writer.transaction(async () => {
        for (let job = this.#queue.shift(); job; job = this.#queue.shift()) {
          const entry = { job, outcome: { error: undefined } as Outcome }
          taken.push(entry)
          entry.outcome = await this.#carryOut(job.plan, group)
          if (!writer.part) return 'result' in entry.outcome && entry.outcome.result.ok ? 'keep' : 'undo'
          if (this.#database.elapsed() - start > groupTime) break
        }
        if (++this.#groups % purgeEvery === 0) await drive(purge(this.#clock(), 100), writer, this.#breathe)
        return 'keep'
      })
    } catch (error) {
      const { row } = this.#counters
      Object.assign(this.#counters, before, { row })
      this.#numbers.forget()
      // Nothing of the group is on the disk. If not even a transaction could be opened, whoever waits is told so too.
      const told = taken.length > 0 ? taken.map(({ job }) => job) : this.#queue.splice(0)
      for (const job of told) {
        if (writer.isOutside(error)) job.resolve(unavailable('The store cannot write just now.'))
        else job.reject(error)
      }
      return
    }
    for (const { job, outcome } of taken) {
      if ('result' in outcome) job.resolve(outcome.result)
      else job.reject(outcome.error)
    }
    if (group.delivers) this.#wake()
  }

  async #carryOut(plan: Plan<unknown>, group: { at: number; delivers: boolean }): Promise<Outcome> {
    for (;;) {
      const commit: Commit = {
        counters: this.#counters,
        numbers: this.#numbers,
        sequence: this.#counters.sequence + 1,
        at: group.at,
        firstRow: this.#counters.row,
        latest: 0,
        wrote: false,
        delivers: false,
      }
      const outcome = await this.#part(plan, commit)
      if ('error' in outcome && outcome.error instanceof SameInstant) {
        group.at = Math.max(group.at, outcome.error.at) + 1
        continue
      }
      if ('result' in outcome && outcome.result.ok && commit.wrote) {
        group.delivers ||= commit.delivers
        const { sequence, at, latest } = commit
        Object.assign(this.#counters, { sequence, at, latest: Math.max(at, latest, this.#counters.latest) })
      }
      return outcome
    }
  }

  /** The plan as a part of the open transaction; throws only if the whole transaction is lost. */
  async #part(plan: Plan<unknown>, commit: Commit): Promise<Outcome> {
    const { writer } = this.#database
    let outcome: Outcome = { result: ok(undefined) }
    const work = async (): Promise<Verdict> => {
      try {
        const result = await drive(carryOut(plan, commit, this.#epoch), writer, this.#breathe)
        outcome = { result }
        return result.ok ? 'keep' : 'undo'
      } catch (error) {
        if (writer.isOutside(error)) throw error
        outcome = { error }
        return 'undo'
      }
    }
    const verdict = writer.part ? await writer.part(work) : await work()
    if (verdict === 'keep') this.#numbers.keep()
    else this.#numbers.undo()
    return outcome
  }

  readonly #breathe = (): Promise<void> | undefined => {
    if (this.#database.elapsed() - this.#sliceStart < sliceTime) return undefined
    return this.#database.pause().then(() => {
      this.#sliceStart = this.#database.elapsed()
    })
  }
}
