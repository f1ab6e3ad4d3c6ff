/**
 * A refusal as its caller hears it. Rules look at everything, and hold whoever asks; what an issue tells of another record (`about`) is for
 * whoever may see that one, and others are not told even that something was left out.
 */
import type { Issue, Result } from '../domain/problem.ts'
import type { Steps } from '../store/store.ts'
import type { Context } from './context.ts'
import { eachNamed } from './fhir/named.ts'
import { visible } from './fhir/visible.ts'

export function* heard<T>(ctx: Context, result: Result<T>): Steps<Result<T>> {
  if (result.ok) return result
  const { issues } = result.problem
  const others = [...new Set(issues.flatMap(({ about }) => about ?? []))]
  if (others.length === 0) return result
  const hidden = new Set<string>()
  yield* eachNamed(others, (found) => {
    for (const stored of found) if (!visible(ctx, stored)) hidden.add(`${stored.type}/${stored.id}`)
    return true
  })
  const told = issues.flatMap(({ about, ...issue }): Issue[] => (about !== undefined && hidden.has(about) ? [] : [issue]))
  return { ok: false, problem: { ...result.problem, issues: told } }
}
