/** Puts reviews of care plans on worklists when it is time: run it now and then. */
import mapping from '../../../mappings/care-plan.care-plan.ts'
import { addDays } from '../../domain/calendar.ts'
import { noticeDays, reviewRound } from '../../domain/plan-review.ts'
import { ok, type Result } from '../../domain/problem.ts'
import type { Filter } from '../../fhir/search/query.ts'
import { ask, lookThrough, write } from '../../store/store.ts'
import { keepReview } from '../care-plans/plan-reviews.ts'
import { commit } from '../commit.ts'
import { type Context, nowOf } from '../context.ts'
import { allOf, isActive } from '../questions.ts'
import { standingAs } from '../read-as.ts'
import { workItemId } from '../worklists/house-work.ts'

/** One plan is one commit; answers with how many writes that made. */
export async function openPlanReviews(ctx: Context): Promise<Result<number>> {
  const until = Date.parse(addDays(nowOf(ctx).slice(0, 10), noticeDays + 1))
  const soon: Filter = { kind: 'date', param: 'next-review', values: [{ prefix: 'lt', lo: until, hi: until }] }
  let opened = 0
  for (const stored of await lookThrough(ctx.store, allOf('CarePlan', isActive, soon), ctx.pause)) {
    const { id } = stored
    const held = standingAs(mapping, stored)
    if (!held) continue
    // On somebody's list already, or done with: what waits costs no commit a minute.
    const item = workItemId({ why: reviewRound(held.value), type: 'CarePlan', id })
    if (await ctx.store.look({ ask: 'resource', type: 'Task', id: item })) continue
    const done = await commit(ctx, 'open-plan-reviews', function* () {
      const { at } = yield* ask({ ask: 'now' })
      const puts = yield* keepReview(id, held.value, held.resource, at)
      yield* write(...puts)
      return ok(puts.length)
    })
    if (!done.ok) return done
    opened += done.value
  }
  return ok(opened)
}
