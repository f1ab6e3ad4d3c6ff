/** Puts reviews of care plans on worklists when it is time: run it now and then. */
import mapping from '../../../mappings/care-plan.care-plan.ts'
import { addDays } from '../../domain/calendar.ts'
import { noticeDays, reviewRound } from '../../domain/plan-review.ts'
import { ok, type Result } from '../../domain/problem.ts'
import { lookThrough, write } from '../../store/store.ts'
import { keepReview } from '../care-plans/plan-reviews.ts'
import { type Context, nowOf } from '../context.ts'
import { allOf, earlierThan, isActive } from '../questions.ts'
import { standingAs } from '../read-as.ts'
import { workItemId } from '../worklists/house-work.ts'
import { oneByOne } from './one-by-one.ts'

/** One plan is one commit; answers with how many writes that made. */
export async function openPlanReviews(ctx: Context): Promise<Result<number>> {
  const soon = earlierThan('next-review', Date.parse(addDays(nowOf(ctx).slice(0, 10), noticeDays + 1)))
  const items = await lookThrough(ctx.store, allOf('CarePlan', isActive, soon), ctx.pause)
  const standing = items.flatMap((stored) => standingAs(mapping, stored) ?? [])
  const plans: typeof standing = []
  // On somebody's list already, or done with: what waits costs no commit a minute.
  for (const plan of standing) {
    const item = workItemId({ why: reviewRound(plan.value), type: 'CarePlan', id: plan.stored.id })
    if (!(await ctx.store.look({ ask: 'resource', type: 'Task', id: item }))) plans.push(plan)
  }
  return oneByOne(ctx, 'open-plan-reviews', plans, function* ({ stored, value, resource }, at) {
    const puts = yield* keepReview(stored.id, value, resource, at)
    yield* write(...puts)
    return ok(puts.length)
  })
}
