/** Makes the lines of months that are over: run it now and then. A count that fell short is closed; one that a late session reaches is charged then. */
import mapping from '../../../mappings/monthly-bundle.account.ts'
import { bundleState, isMonthOver } from '../../domain/monthly-bundle.ts'
import { ok, type Result } from '../../domain/problem.ts'
import { ask, lookThrough, write } from '../../store/store.ts'
import { ofKind } from '../billing/bundles.ts'
import { chargeBundle } from '../billing/charge-bundle.ts'
import { recheckLines } from '../billing/recheck-lines.ts'
import { dayOf } from '../clients/client-facts.ts'
import { commit } from '../commit.ts'
import type { Context } from '../context.ts'
import { allOf, ofStatus } from '../questions.ts'
import { restated, standingAs } from '../read-as.ts'

const counting = ofStatus('active')

/** Answers with the number of months that were charged. One month of one client is one commit. */
export async function chargeMonths(ctx: Context): Promise<Result<number>> {
  let charged = 0
  const items = await lookThrough(ctx.store, allOf('Account', ofKind, counting), ctx.pause)
  for (const { id } of items) {
    const done = await commit(ctx, 'charge-months', function* () {
      const { at } = yield* ask({ ask: 'now' })
      const held = standingAs(mapping, yield* ask({ ask: 'resource', type: 'Account', id }))
      if (!held) return ok(false)
      const today = yield* dayOf(held.value.clientId, at)
      if (!isMonthOver(held.value, today)) return ok(false)
      const state = bundleState(held.value, today)
      const isReached = state === 'reached'
      const next = { ...held.value, state: isReached ? ('charged' as const) : state }
      yield* write(...restated(mapping, held, next, at))
      if (isReached) {
        const lines = yield* chargeBundle(id, next, at)
        yield* write(...lines)
        yield* recheckLines(lines, at)
      }
      return ok(isReached)
    })
    if (!done.ok) return done
    if (done.value) charged++
  }
  return ok(charged)
}
