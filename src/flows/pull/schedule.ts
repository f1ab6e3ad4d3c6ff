/** When a connection is pulled by itself: every `pollSeconds`, and later where the partner does not answer. */
import type { Connection } from '../../connectors/connector.ts'
import { ok } from '../../domain/problem.ts'
import { write } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { waitMs } from '../delivery/backoff.ts'
import type { Breaker } from '../delivery/breaker.ts'
import { type PulledType, pullTypes } from './pull.ts'

/** Pages of a type in one go: others wait no longer. */
const pagesAtOnce = 20

interface Schedule {
  /** Milliseconds since the epoch. */
  readonly due: number
  /** In a row. */
  readonly failures: number
}

/** Is it pulled by itself? */
export const isPulled = ({ pull, pollSeconds }: Connection): boolean => pollSeconds !== undefined && pull.length > 0

/** Pulls what is due; answers when to come again, in milliseconds since the epoch; undefined: this connection is not pulled by itself. */
export async function pullDue(ctx: Context, connection: Connection, breaker: Breaker): Promise<number | undefined> {
  const { name, pollSeconds } = connection
  if (pollSeconds === undefined) return undefined
  const where = { kind: 'pull-schedule', key: name }
  const text = await ctx.store.look({ ask: 'record', ...where })
  const { due, failures }: Schedule = text === undefined ? { due: 0, failures: 0 } : (JSON.parse(text) as Schedule)
  const now = ctx.clock()
  // A partner is polled anew from when it was polled last: a change of the interval holds from now on.
  const next = failures > 0 ? due : Math.min(due, now + pollSeconds * 1000)
  if (next > now) return next
  if (breaker.room(now, 1) === 0) return breaker.openUntil
  const pulled = await pullTypes(ctx, connection, pagesAtOnce)
  const types = pulled.ok ? pulled.value : []
  const silent = types.find(({ state }) => state === 'try-again')
  if (silent) breaker.failed(ctx.clock())
  else breaker.succeeded()
  const after: Schedule = silent
    ? { failures: failures + 1, due: ctx.clock() + waitMs(connection.retry, failures + 1, ctx.random, silent.afterMs) }
    : { failures: 0, due: isUnfinished(types) ? ctx.clock() : ctx.clock() + pollSeconds * 1000 }
  await ctx.store.commit(function* () {
    yield* write({ change: 'remember', ...where, text: JSON.stringify(after) })
    return ok(undefined)
  })
  return after.due
}

const isUnfinished = (types: readonly PulledType[]): boolean => types.some(({ state }) => state === 'more')
