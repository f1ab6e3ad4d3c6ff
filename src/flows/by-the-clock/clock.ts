/** What time alone does: once a minute all that is due to happen without anybody's doing. What it misses, readings say anyway. */

import { followPayerRules } from '../billing/follow-payer-rule.ts'
import type { Context } from '../context.ts'
import type { Later } from '../delivery/courier.ts'
import { resumeWaiting } from '../intake/resume-waiting.ts'
import { chargeMonths } from './charge-months.ts'
import { chaseReferrals } from './chase-referrals.ts'
import { escalateCrises } from './escalate-crises.ts'
import { expireReferrals } from './expire-referrals.ts'
import { openPlanReviews } from './open-plan-reviews.ts'
import { passDueDates } from './pass-due-dates.ts'
import { stampBreaches } from './stamp-breaches.ts'

const passes = [
  ...[
    resumeWaiting,
    followPayerRules,
    passDueDates,
    stampBreaches,
    escalateCrises,
    chargeMonths,
    expireReferrals,
    chaseReferrals,
    openPlanReviews,
  ],
]
const everyMs = 60_000

/** Answers the way to stop, which waits for a round under way. */
export function startClock(ctx: Context, later: Later): () => Promise<void> {
  let stopped = false
  let running: Promise<unknown> = Promise.resolve()
  let callOff = (): void => {}
  const passAll = async (): Promise<void> => {
    for (const pass of passes) await pass(ctx).catch(() => ctx.log('background-failed', { tenant: ctx.principal.tenant }))
  }
  const round = (): void => {
    running = passAll().finally(() => {
      if (!stopped) callOff = later(everyMs, round)
    })
  }
  round()
  return async () => {
    stopped = true
    callOff()
    await running
  }
}
