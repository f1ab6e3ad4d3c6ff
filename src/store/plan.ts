/** Carries out a plan: its steps as steps of SQL. */
import { fail, type Result } from '../domain/problem.ts'
import { apply } from './changes.ts'
import { beginMoment, type Commit, endMoment } from './commit.ts'
import type { Reading } from './page.ts'
import { answer } from './questions.ts'
import type { Sql } from './sql.ts'
import { BadCursor, type Plan } from './store.ts'

/** The plan's result. If it is a failure, or anything is thrown, what was written must be undone. */
export function* carryOut<T>(plan: Plan<T>, commit: Commit, epoch: string): Sql<Result<T>> {
  const reading: Reading = { epoch, at: commit.at, sequence: commit.sequence - 1 }
  const steps = plan()
  let step = steps.next([])
  while (!step.done) {
    const answers: unknown[] = []
    if ('asks' in step.value) {
      try {
        for (const ask of step.value.asks) answers.push(yield* answer(ask, reading))
      } catch (error) {
        if (error instanceof BadCursor) return { ok: false, problem: error.problem }
        throw error
      }
    } else {
      if (!commit.wrote) yield* beginMoment(commit)
      commit.wrote = true
      yield* apply(step.value.write, commit)
    }
    step = steps.next(answers)
  }
  if (commit.wrote && step.value.ok) yield* endMoment(commit)
  return step.value
}

export const unavailable = (detail: string) => fail('unavailable', detail, { retryAfter: 1 })
