/** What is due for one thing after the other: each is a commit of its own, so that what one of them hinders keeps no other waiting for long. */
import { ok, type Result } from '../../domain/problem.ts'
import type { Steps } from '../../store/store.ts'
import { commit } from '../commit.ts'
import type { Context } from '../context.ts'

/** Answers with the sum of what the plans answer with. The first that fails ends it: the rest comes in the next round. */
export async function oneByOne<T>(
  ctx: Context,
  action: string,
  things: Iterable<T>,
  plan: (thing: T, at: string) => Steps<Result<number>>,
): Promise<Result<number>> {
  let sum = 0
  for (const thing of things) {
    const done = await commit(ctx, action, (at) => plan(thing, at))
    if (!done.ok) return done
    sum += done.value
  }
  return ok(sum)
}
