/** What an operator does with the outbox: look at it, and send dead letters again. */
import { fail, ok, type Result } from '../../domain/problem.ts'
import type { Delivery } from '../../store/change.ts'
import { ask, type Page, type Steps, write } from '../../store/store.ts'
import { tell } from '../audit/line.ts'
import { commit } from '../commit.ts'
import { connections } from '../connections.ts'
import type { Context } from '../context.ts'
import { owedAnew } from './held.ts'

interface DeliveryFilter {
  readonly connection?: string
  readonly state?: Delivery['state']
}

export async function listDeliveries(
  ctx: Context,
  filter: DeliveryFilter & { readonly count: number; readonly after?: string },
): Promise<Page<Delivery>> {
  return ctx.store.look({ ask: 'deliveries', ...filter })
}

/** A dead or waiting delivery goes out again now, with all its attempts before it. */
export async function replayDelivery(ctx: Context, id: string): Promise<Result<Delivery>> {
  return commit(ctx, 'replay-delivery', function* (at) {
    const delivery = yield* ask({ ask: 'delivery', id })
    if (!delivery) return fail('not-found', 'There is no such delivery.')
    if (delivery.state === 'delivered') return fail('conflict', 'It was delivered already.')
    if (delivery.inFlight && delivery.state !== 'dead') return fail('conflict', 'It is on its way just now.')
    if (!(yield* connections()).some(({ name }) => name === delivery.connection))
      return fail('conflict', 'There is no connection any more that it was owed to.')
    yield* tell(ctx, { action: 'replay-delivery', entities: [`delivery/${id}`] })
    return ok(yield* again(delivery, at))
  })
}

/** All that wait for another try, or have had their last one (the usual `state`), and fit the filter; answers how many. */
export async function replayDeliveries(
  ctx: Context,
  filter: { readonly connection?: string; readonly state?: 'dead' | 'waiting' },
): Promise<Result<{ readonly replayed: number }>> {
  return commit(ctx, 'replay-deliveries', function* (at) {
    let replayed = 0
    const names = new Set((yield* connections()).map(({ name }) => name))
    for (let after: string | undefined; ; ) {
      const question = { ask: 'deliveries', state: 'dead', ...filter, count: 500 } as const
      const page: Page<Delivery> = yield* ask({ ...question, ...(after !== undefined && { after }) })
      for (const delivery of page.items) {
        if ((delivery.inFlight && delivery.state !== 'dead') || !names.has(delivery.connection)) continue
        yield* again(delivery, at)
        replayed++
      }
      if (page.next === undefined) {
        if (replayed > 0) yield* tell(ctx, { action: 'replay-deliveries', times: replayed })
        return ok({ replayed })
      }
      after = page.next
    }
  })
}

function* again(delivery: Delivery, at: string): Steps<Delivery> {
  const next = owedAnew(delivery, at)
  yield* write({ change: 'deliver', delivery: next })
  return next
}
