/**
 * A request with an Idempotency-Key has its effect once: what came of it is kept in the same commit, and a repeat is given that again.
 * https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
import { dayMs } from '../domain/calendar.ts'
import { fail, ok, type Result } from '../domain/problem.ts'
import { type Plan, type Steps, write } from '../store/store.ts'
import type { Context } from './context.ts'
import { Kept } from './kept.ts'

const answers = new Kept<{ readonly digest: string; readonly value: unknown }>('idempotency')
/** Answers are kept 7 days. */
const keptMs = 7 * dayMs

/** Runs a plan unless the request has been answered before. The result must be JSON. A plan that fails may be tried again. */
export function* once<T>(ctx: Context, plan: Plan<T>): Steps<Result<T>> {
  if (!ctx.once) return yield* plan()
  const { key, digest } = ctx.once
  const own = `${ctx.principal.id} ${key}`
  const before = yield* answers.of(own)
  if (before && before.digest !== digest) return fail('conflict', 'This Idempotency-Key was used for another request.')
  if (before) return ok(before.value as T)
  const result = yield* plan()
  if (!result.ok) return result
  const expires = new Date(ctx.clock() + keptMs).toISOString()
  yield* write(answers.remember(own, { digest, value: result.value }, expires))
  return result
}
