/** Makes the lines of months that are over: run it now and then. A count that fell short is closed; one that a late session reaches is charged then. */
import mapping from '../../../mappings/monthly-bundle.account.ts'
import { bundleState, isMonthOver } from '../../domain/monthly-bundle.ts'
import { ok, type Result } from '../../domain/problem.ts'
import { ask, lookThrough, write } from '../../store/store.ts'
import { ofKind } from '../billing/bundles.ts'
import { chargeBundle } from '../billing/charge-bundle.ts'
import { recheckLines } from '../billing/recheck-lines.ts'
import { dayOf } from '../clients/client-facts.ts'
import type { Context } from '../context.ts'
import { allOf, ofStatus } from '../questions.ts'
import { restated, standingAs } from '../read-as.ts'
import { oneByOne } from './one-by-one.ts'

const counting = ofStatus('active')

/** Answers with the number of months that were charged. One month of one client is one commit. */
export async function chargeMonths(ctx: Context): Promise<Result<number>> {
  const items = await lookThrough(ctx.store, allOf('Account', ofKind, counting), ctx.pause)
  return oneByOne(ctx, 'charge-months', items, function* ({ id }, at) {
    const held = standingAs(mapping, yield* ask({ ask: 'resource', type: 'Account', id }))
    const today = held && (yield* dayOf(held.value.clientId, at))
    if (!held || !today || !isMonthOver(held.value, today)) return ok(0)
    const state = bundleState(held.value, today)
    if (state !== 'reached') {
      yield* write(...restated(mapping, held, { ...held.value, state }, at))
      return ok(0)
    }
    const charged = { ...held.value, state: 'charged' as const }
    yield* write(...restated(mapping, held, charged, at))
    const lines = yield* chargeBundle(id, charged, at)
    yield* write(...lines)
    yield* recheckLines(lines, at)
    return ok(1)
  })
}
