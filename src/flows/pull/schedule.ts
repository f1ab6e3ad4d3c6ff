/** What is asked of a partner by itself, every so often, and later where it does not answer: changes, and a comparison of both sides. */
import type { Connection } from '../../connectors/connector.ts'
import { carryOut, lookThrough, write } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { waitMs } from '../delivery/backoff.ts'
import type { Breaker } from '../delivery/breaker.ts'
import { Kept } from '../kept.ts'
import { pullTypes } from './pull.ts'
import { compareOn } from './walk.ts'

/** Pages of a type in one go: others wait no longer. */
const pagesAtOnce = 20

interface Schedule {
  /** Milliseconds since the epoch. */
  readonly due: number
  /** In a row. */
  readonly failures: number
}

const pulls = new Kept<Schedule>('pull-schedule')
const comparisons = new Kept<Schedule>('reconcile-schedule')

/** What came of one go. `more`: it is not over. */
type Came = { readonly state: 'done' | 'more' } | { readonly state: 'try-again'; readonly afterMs?: number }

const isPulled = ({ pull, pollSeconds }: Connection): boolean => pollSeconds !== undefined && pull.length > 0

/** Is anything asked of it by itself? */
export const isAsked = (connection: Connection): boolean => isPulled(connection) || connection.reconcileHours !== undefined

/** Does what is due, until it is `isOver`; answers when to come again, in milliseconds since the epoch; undefined: nothing is asked of this connection by itself. */
export async function askDue(
  ctx: Context,
  connection: Connection,
  breaker: Breaker,
  isOver: () => boolean,
): Promise<number | undefined> {
  const pull = await pullDue(ctx, connection, breaker, isOver)
  if (isOver()) return pull
  const compare = await reconcileDue(ctx, connection, breaker)
  return pull === undefined || compare === undefined ? (pull ?? compare) : Math.min(pull, compare)
}

export async function pullDue(
  ctx: Context,
  connection: Connection,
  breaker: Breaker,
  isOver: () => boolean = () => false,
): Promise<number | undefined> {
  const { pollSeconds } = connection
  if (pollSeconds === undefined || !isPulled(connection)) return undefined
  return whenDue(ctx, connection, breaker, pulls, pollSeconds * 1000, async () => {
    const pulled = await pullTypes(ctx, connection, (pages) => pages < pagesAtOnce && !isOver())
    const types = pulled.ok ? pulled.value : []
    const silent = types.find(({ state }) => state === 'try-again')
    if (silent) return { state: 'try-again', ...(silent.afterMs !== undefined && { afterMs: silent.afterMs }) }
    return { state: isOver() || types.some(({ state }) => state === 'more') ? 'more' : 'done' }
  })
}

export async function reconcileDue(ctx: Context, connection: Connection, breaker: Breaker): Promise<number | undefined> {
  const { reconcileHours } = connection
  if (reconcileHours === undefined) return undefined
  return whenDue(ctx, connection, breaker, comparisons, reconcileHours * 3600_000, async () => {
    const went = await compareOn(ctx, connection.name)
    if (!went.ok) return { state: 'try-again' }
    return { state: went.value ? 'done' : 'more' }
  })
}

async function whenDue(
  ctx: Context,
  { name, retry }: Connection,
  breaker: Breaker,
  kept: Kept<Schedule>,
  everyMs: number,
  act: () => Promise<Came>,
): Promise<number> {
  const { due, failures } = (await lookThrough(ctx.store, kept.of(name))) ?? { due: 0, failures: 0 }
  const now = ctx.clock()
  // A partner is asked anew from when it was asked last: a change of the interval holds from now on.
  const next = failures > 0 ? due : Math.min(due, now + everyMs)
  if (next > now) return next
  if (breaker.room(now, 1) === 0) return breaker.openUntil
  const came = await act()
  const isSilent = came.state === 'try-again'
  if (isSilent) breaker.failed(ctx.clock())
  else breaker.succeeded()
  const after: Schedule = isSilent
    ? { failures: failures + 1, due: ctx.clock() + waitMs(retry, failures + 1, ctx.random, came.afterMs) }
    : { failures: 0, due: ctx.clock() + (came.state === 'more' ? 0 : everyMs) }
  await carryOut(ctx.store, () => write(kept.remember(name, after)))
  return after.due
}
