/**
 * Group commit: plans that wait while one transaction is written to the disk share the next one, and its fsync, and what they write goes to
 * the database together. Each plan can be undone alone; promises settle when all of it is on the disk.
 */
import { fail, type Result } from '../domain/problem.ts'
import { type Commit, type Counters, SameInstant } from './commit.ts'
import { loadUnlisted, writeLists } from './dated.ts'
import type { Numbers } from './index-entries.ts'
import type { Known } from './page.ts'
import { Pending } from './pending.ts'
import { type Company, carryOut, closePart, unavailable, undoPart, writeGroup } from './plan.ts'
import { purge } from './records.ts'
import { type Database, drive, type Sql, TooLong, type Verdict } from './sql.ts'
import type { Plan } from './store.ts'

/** Milliseconds of work after which a group takes no more plans: they all wait for its end. */
const groupTime = 40
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

interface Taken {
  readonly job: Job
  outcome: Outcome
}

/** Plans that reach the disk together. */
interface Group {
  /** Their instant, in milliseconds: moved on where a resource already has a version of it. */
  at: number
  delivers: boolean
  readonly taken: Taken[]
  readonly company: Company
}

/** A store as it was found when it was opened. */
export interface Opened {
  readonly counters: Counters
  readonly numbers: Numbers
  readonly known: Known
}

export class Writer {
  readonly #database: Database
  readonly #counters: Counters
  readonly #known: Known
  readonly #clock: () => number
  readonly #wake: () => void
  readonly #numbers: Numbers
  readonly #queue: Job[] = []
  #running: Promise<void> | undefined
  /** While a transaction is open: until it ends. */
  open: Promise<void> | undefined
  #groups = 0
  /** What a group has written together was refused: its plans write apart, so that the others go on without the one that is at fault. */
  #apart = false
  #sliceStart = 0
  /** Lists by date are to be written though little waits for them. */
  #tidying = false
  /** Up to this row lists were written with the last group; 0 if none were. */
  #listed = 0

  constructor(database: Database, { counters, numbers, known }: Opened, clock: () => number, wake: () => void) {
    this.#database = database
    this.#counters = counters
    this.#numbers = numbers
    this.#known = known
    this.#clock = clock
    this.#wake = wake
  }

  commit<T>(plan: Plan<T>): Promise<Result<T>> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ plan, resolve: resolve as Job['resolve'], reject })
      this.#running ??= this.#run()
    })
  }

  /** Somebody reads what is in no list, and nobody writes: it had better be in lists. */
  tidy(): void {
    if (this.#running !== undefined || !this.#known.unlisted.isWorthReading) return
    this.#tidying = true
    this.#running = this.#run()
  }

  /** Resolves when nothing waits and no transaction is open. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running
  }

  async #run(): Promise<void> {
    await this.#gather()
    while (this.#queue.length > 0 || this.#tidying) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.open = promise
      await this.#group()
      this.#tidying = false
      this.open = undefined
      resolve()
      // What housekeeping cannot do now it does after another commit.
      await this.#database.rest?.().catch(() => undefined)
      await this.#gather()
    }
    this.#running = undefined
  }

  /** Whoever has something to write in this turn of the event loop joins, and in further ones as long as more come: they share one fsync. */
  async #gather(): Promise<void> {
    let before: number
    do {
      before = this.#queue.length
      await this.#database.pause()
    } while (this.#queue.length > before)
  }

  async #group(): Promise<void> {
    const { writer } = this.#database
    const before = { ...this.#counters }
    const mode = !writer.hasParts ? 'alone' : this.#apart ? 'apart' : 'together'
    const company: Company = { pending: new Pending(), mode, writing: false }
    const group: Group = { at: Math.max(this.#clock(), before.at + 1), delivers: false, taken: [], company }
    this.#apart = false
    this.#sliceStart = this.#database.elapsed()
    this.#listed = 0
    try {
      if (this.#known.unlisted.isLost) await this.#drive(loadUnlisted(this.#known.unlisted))
      if (writer.hasParts) await writer.transaction(() => this.#fill(group), this.#kept)
      else {
        await this.#take(group)
        if (this.#hasChores()) await writer.transaction(() => this.#keepHouse(), this.#kept)
      }
    } catch (error) {
      // Nothing of the group is on the disk. If not even a transaction could be opened, whoever waits is told so.
      Object.assign(this.#counters, before, { row: this.#counters.row })
      await this.#forget()
      if (mode === 'together' && group.taken.length > 0 && !writer.isOutside(error)) {
        this.#apart = true
        this.#queue.unshift(...group.taken.map(({ job }) => job))
        return
      }
      const told = group.taken.length > 0 ? group.taken.map(({ job }) => job) : this.#queue.splice(0)
      for (const job of told) {
        if (writer.isOutside(error)) job.resolve(unavailable('The store cannot write just now.'))
        else job.reject(error)
      }
      return
    }
    for (const { job, outcome } of group.taken) {
      if ('result' in outcome) job.resolve(outcome.result)
      else job.reject(outcome.error)
    }
    if (group.delivers) this.#wake()
  }

  /** What was undone. Where others read between two statements they find again what is on the disk. */
  async #forget(): Promise<void> {
    const { gate } = this.#database
    if (gate === undefined) return this.#numbers.forget()
    await gate
      .alone(() => {
        this.#numbers.forget()
        return this.#drive(loadUnlisted(this.#known.unlisted))
      })
      .catch(() => undefined)
  }

  /** As many plans as wait, for as long as others can wait for them. */
  async #fill(group: Group): Promise<Verdict> {
    const { elapsed } = this.#database
    const start = elapsed()
    while (this.#queue.length > 0) {
      await this.#take(group)
      if (elapsed() - start > groupTime) break
    }
    await this.#drive(writeGroup(group.company, { numbers: this.#numbers }))
    return this.#hasChores() ? this.#keepHouse() : 'keep'
  }

  #hasChores(): boolean {
    return ++this.#groups % purgeEvery === 0 || this.#shouldList()
  }

  #shouldList(): boolean {
    return this.#known.unlisted.isMany || (this.#tidying && this.#known.unlisted.isWorthReading)
  }

  readonly #kept = (): void => {
    if (this.#listed > 0) this.#known.unlisted.start(this.#listed)
  }

  /** What is to be done beside the plans of a group. */
  async #keepHouse(): Promise<Verdict> {
    const { row } = this.#counters
    if (this.#shouldList()) {
      await this.#drive(writeLists(this.#known.unlisted, row))
      this.#listed = row
    }
    if (this.#groups % purgeEvery === 0) await this.#drive(purge(this.#clock(), 100))
    return 'keep'
  }

  /** Carries out the next plan. */
  async #take(group: Group): Promise<void> {
    const job = this.#queue.shift()
    if (job === undefined) return
    const entry: Taken = { job, outcome: { error: undefined } }
    group.taken.push(entry)
    let commit = this.#begin(group)
    entry.outcome = await this.#carryOut(job.plan, commit, group.company)
    while ('error' in entry.outcome && entry.outcome.error instanceof SameInstant) {
      group.at = Math.max(group.at, entry.outcome.error.at) + 1
      commit = this.#begin(group)
      entry.outcome = await this.#carryOut(job.plan, commit, group.company)
    }
    if (!('result' in entry.outcome && entry.outcome.result.ok && commit.wrote)) return
    group.delivers ||= commit.delivers
    const { sequence, at, latest } = commit
    Object.assign(this.#counters, { sequence, at, latest: Math.max(at, latest, this.#counters.latest) })
  }

  #begin({ at }: Group): Commit {
    const { sequence, row } = this.#counters
    return {
      counters: this.#counters,
      numbers: this.#numbers,
      sequence: sequence + 1,
      at,
      clock: this.#clock(),
      firstRow: row,
      latest: 0,
      wrote: false,
      delivers: false,
      begun: false,
      inPart: false,
    }
  }

  /** Throws only if all of the transaction is lost. */
  async #carryOut(plan: Plan<unknown>, commit: Commit, company: Company): Promise<Outcome> {
    const { writer } = this.#database
    let outcome: Outcome = { error: undefined }
    const work = async (): Promise<Verdict> => {
      try {
        const result = await this.#drive(carryOut(plan, commit, this.#known, company))
        outcome = { result }
        return result.ok ? 'keep' : 'undo'
      } catch (error) {
        if (writer.isOutside(error) || company.writing) throw error
        outcome = error instanceof TooLong ? { result: tooLong(error) } : { error }
        return 'undo'
      }
    }
    const verdict = writer.hasParts ? await work() : await writer.transaction(work)
    if (commit.inPart) {
      if (verdict === 'undo') await writer.execute(undoPart)
      await writer.execute(closePart)
    }
    if (verdict === 'keep') this.#numbers.keep()
    else this.#numbers.undo()
    return outcome
  }

  #drive<T>(steps: Sql<T>): T | Promise<T> {
    return drive(steps, this.#database.writer, this.#breathe)
  }

  readonly #breathe = (): Promise<void> | undefined => {
    if (this.#database.elapsed() - this.#sliceStart < sliceTime) return undefined
    return this.#database.pause().then(() => {
      this.#sliceStart = this.#database.elapsed()
    })
  }
}

const tooLong = ({ bytes }: TooLong) => fail('too-large', `Something that would be kept of it has more than ${bytes} bytes.`)
