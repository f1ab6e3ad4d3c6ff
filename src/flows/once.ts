/**
 * A request with an Idempotency-Key has its effect once: what came of it is kept in the same commit, and a repeat is given that again, as
 * long as its caller may see what it tells of.
 * https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
import { dayMs } from '../domain/calendar.ts'
import { fail, ok, type Result } from '../domain/problem.ts'
import { type Plan, type Steps, write } from '../store/store.ts'
import type { Context } from './context.ts'
import { eachNamed } from './fhir/named.ts'
import { visible } from './fhir/visible.ts'
import { Kept } from './kept.ts'

interface Answer {
  readonly digest: string
  readonly value: unknown
  /** `Type/id` of what it tells of, as far as the caller might see it then. */
  readonly shows?: readonly string[]
}

const answers = new Kept<Answer>('idempotency')
/** Answers are kept 7 days. */
const keptMs = 7 * dayMs

/**
 * Runs a plan unless the request has been answered before. The result must be JSON; `shows` tells of what (`Type/id`). A plan that fails may
 * be tried again.
 */
export function* once<T>(ctx: Context, plan: Plan<T>, shows: (value: T) => readonly string[] = () => []): Steps<Result<T>> {
  if (!ctx.once) return yield* plan()
  const { key, digest } = ctx.once
  const own = `${ctx.principal.id} ${key}`
  const before = yield* answers.of(own)
  if (before && before.digest !== digest) return fail('conflict', 'This Idempotency-Key was used for another request.')
  if (before?.shows && (yield* seenAmong(ctx, before.shows)).hidden) return noMore
  if (before) return ok(before.value as T)
  const result = yield* plan()
  if (!result.ok) return result
  const expires = new Date(ctx.clock() + keptMs).toISOString()
  // What a caller wrote and may not read is its own word: a repeat is told as much.
  const seen = ctx.principal.visible === 'everything' ? undefined : yield* seenAmong(ctx, [...new Set(shows(result.value))])
  yield* write(answers.remember(own, { digest, value: result.value, ...(seen && { shows: seen.names }) }, expires))
  return result
}

const noMore = fail(
  'forbidden',
  'This request was carried out. What it was answered with is not for this caller to see any more.',
)

/** Of names those that the caller may see, and whether any is hidden; what is deleted is neither. */
function* seenAmong(
  ctx: Context,
  names: readonly string[],
): Steps<{ readonly names: readonly string[]; readonly hidden: boolean }> {
  const seen: string[] = []
  let hidden = false
  yield* eachNamed(names, (found) => {
    for (const stored of found) {
      if (stored.text === undefined) continue
      if (visible(ctx, stored)) seen.push(`${stored.type}/${stored.id}`)
      else hidden = true
    }
    return true
  })
  return { names: seen, hidden }
}
