/** What time alone does: once a minute all that is due to happen without anybody's doing. What it misses, readings say anyway. */

import type { Store } from '../../store/store.ts'
import { followPayerRules } from '../billing/follow-payer-rule.ts'
import type { Context } from '../context.ts'
import type { Later } from '../delivery/courier.ts'
import { resumeWaiting } from '../intake/resume-waiting.ts'
import { endSilence } from '../mail/direct-notices.ts'
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
    passDueDates,
    stampBreaches,
    escalateCrises,
    chargeMonths,
    expireReferrals,
    chaseReferrals,
    openPlanReviews,
    endSilence,
    followRules,
  ],
]
const everyMs = 60_000

/** Some pages of lines, and the rest after everything else has had its turn again. */
async function followRules(ctx: Context, isOver: () => boolean): Promise<void> {
  const followed = await followPayerRules(ctx, (pages) => pages < 20 && !isOver())
  if (followed.ok && followed.value === 'more') wakeClock(ctx.store)
}

const clocks = new WeakMap<Store, () => void>()

/** What a request has left to be done begins now, where a clock runs; a round under way is followed by another. */
export const wakeClock = (store: Store): void => clocks.get(store)?.()

/** Answers the way to stop, which waits for a round under way. */
export function startClock(ctx: Context, later: Later): () => Promise<void> {
  let stopped = false
  let again = false
  let isUnderWay = false
  let running: Promise<unknown> = Promise.resolve()
  let callOff = (): void => {}
  const passAll = async (): Promise<void> => {
    for (const pass of passes)
      await pass(ctx, () => stopped).catch(() => ctx.log('background-failed', { tenant: ctx.principal.tenant }))
  }
  const round = (): void => {
    again = false
    isUnderWay = true
    running = passAll().finally(() => {
      isUnderWay = false
      if (!stopped) callOff = later(again ? 0 : everyMs, round)
    })
  }
  clocks.set(ctx.store, () => {
    again = true
    if (isUnderWay || stopped) return
    callOff()
    callOff = later(0, round)
  })
  round()
  return async () => {
    stopped = true
    clocks.delete(ctx.store)
    callOff()
    await running
  }
}
