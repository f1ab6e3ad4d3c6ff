/** Carries out a plan: its steps as steps of SQL. */
import { fail, type Result } from '../domain/problem.ts'
import type { Change } from './change.ts'
import { writeOut } from './changes.ts'
import { beginMoments, type Commit, endMoment, instant, milliseconds, SameInstant } from './commit.ts'
import type { Known, Reading } from './page.ts'
import { Pending } from './pending.ts'
import { answer } from './questions.ts'
import { locate } from './resources.ts'
import { type Single, type Sql, turn } from './sql.ts'
import { type Ask, BadCursor, type Page, type Plan, type Stored } from './store.ts'

/** A part of a transaction that can be undone alone. */
const statement = (sql: string): Single => ({ sql, values: [] })
const openPart = statement('SAVEPOINT part')
export const undoPart = statement('ROLLBACK TO part')
export const closePart = statement('RELEASE part')

/** Changes noted between two rests. */
const notedAtOnce = 512

/** Plans that reach the disk together, as each of them finds it. */
export interface Company {
  /** What those before have written. */
  readonly pending: Pending
  /**
   * `together`: what plans write goes to the database with the group. `apart`: each writes its own in a part of the transaction.
   * `alone`: the transaction is the plan's own.
   */
  readonly mode: 'together' | 'apart' | 'alone'
  /** What those before have written is being written: should it fail, it is not this plan's failure. */
  writing: boolean
}

/** The plan's result. If it is a failure, or anything is thrown, what it has written must be undone. */
export function* carryOut<T>(plan: Plan<T>, commit: Commit, known: Known, company: Company): Sql<Result<T>> {
  const reading: Reading = { ...known, at: commit.at, clock: commit.clock, sequence: commit.sequence - 1 }
  const own = new Pending()
  const seen = new Seen(commit)
  if (company.mode === 'apart') yield* begin(commit)
  const steps = plan()
  let step = steps.next([])
  while (!step.done) {
    const answers: unknown[] = []
    if ('asks' in step.value) {
      try {
        for (const ask of step.value.asks) answers.push(seen.note(ask, yield* answerNow(ask, reading, own, commit, company)))
      } catch (error) {
        if (error instanceof BadCursor) return { ok: false, problem: error.problem }
        throw error
      }
    } else if ('rest' in step.value) {
      yield turn
    } else {
      // What only adds to the audit is no commit of its own: neither its number nor its instant moves on.
      commit.wrote ||= step.value.write.some(({ change }) => change !== 'audit')
      for (const [i, change] of step.value.write.entries()) {
        if (i % notedAtOnce === notedAtOnce - 1) yield turn
        seen.check(change)
        own.note(change, commit)
      }
    }
    step = steps.next(answers)
  }
  if (!own.isEmpty && step.value.ok) yield* end(own, commit, company)
  return step.value
}

/**
 * Resources of this commit's instant, or a later one, that another commit has written, as far as this plan has seen them. By their instant
 * it would take them for its own: to write one it has to run again, a little later.
 */
class Seen {
  readonly #commit: Commit
  readonly #at: string
  readonly #others = new Map<string, string>()

  constructor(commit: Commit) {
    this.#commit = commit
    this.#at = instant(commit.at)
  }

  note(ask: Ask, answer: unknown): unknown {
    if (ask.ask === 'resource') this.#look(answer as Stored | undefined)
    else if (ask.ask === 'search') for (const item of (answer as Page<Stored>).items) this.#look(item)
    return answer
  }

  #look(stored: Stored | undefined): void {
    if (stored && stored.at >= this.#at && stored.sequence < this.#commit.sequence)
      this.#others.set(`${stored.type}/${stored.id}`, stored.at)
  }

  check(change: Change): void {
    if ((change.change !== 'put' && change.change !== 'remove') || change.at !== this.#at) return
    const at = this.#others.get(`${change.type}/${change.id}`)
    if (at !== undefined) throw new SameInstant(milliseconds(at))
  }
}

/** Writes what waits first where the answer may depend on it. */
function* answerNow(ask: Ask, reading: Reading, own: Pending, commit: Commit, company: Company): Sql<unknown> {
  if (own.concerns(ask)) yield* writeOwn(own, commit, company)
  else if (company.pending.concerns(ask)) yield* writeGroup(company, commit)
  const found = yield* answer(ask, reading)
  if (ask.ask !== 'search') return found
  const page = found as Page<Stored>
  if (own.isStale(ask, page)) yield* writeOwn(own, commit, company)
  else if (company.pending.isStale(ask, page)) yield* writeGroup(company, commit)
  else return found
  return yield* answer(ask, reading)
}

function* end(own: Pending, commit: Commit, company: Company): Sql<void> {
  if (!commit.wrote) own.belongToLast()
  if (company.mode !== 'together' || commit.begun || own.repeats) {
    yield* writeOwn(own, commit, company)
    yield* endMoment(commit)
    return
  }
  // What may be refused is found out before anything is written.
  const later = own.versions.filter(({ change }) => change.version > 1)
  if (later.some(({ change }) => company.pending.has(change.type, change.id))) yield* writeGroup(company, commit)
  yield* locate(later)
  company.pending.takeOver(own, commit)
}

export function* writeGroup(company: Company, { numbers }: Pick<Commit, 'numbers'>): Sql<void> {
  if (company.pending.isEmpty) return
  company.writing = true
  yield* writeOut(company.pending, numbers)
  // It stays, whatever becomes of the plan that made us write it.
  numbers.keep()
  company.writing = false
}

/** A part of its own, before anything of it can be refused. */
function* begin(commit: Commit): Sql<void> {
  if (commit.inPart) return
  yield openPart
  commit.inPart = true
}

function* writeOwn(own: Pending, commit: Commit, company: Company): Sql<void> {
  yield* writeGroup(company, commit)
  if (!commit.begun) {
    if (company.mode !== 'alone') yield* begin(commit)
    commit.begun = true
    if (commit.wrote) yield* beginMoments([commit])
  }
  yield* writeOut(own, commit.numbers)
}

export const unavailable = (detail: string) => fail('unavailable', detail, { retryAfter: 1 })
