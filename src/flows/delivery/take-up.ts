/**
 * What was under way when the process before this one ended. A store has one writer, and a courier that begins is its only one: nobody
 * waits for those answers any more. They are tried at once instead of when their lease has ended; each says still that it was in flight, so
 * the partner is looked at before anything is written there again.
 */
import { ok } from '../../domain/problem.ts'
import type { Change } from '../../store/change.ts'
import { ask, write } from '../../store/store.ts'
import { connections } from '../connections.ts'
import { type Context, nowOf } from '../context.ts'

/** Rejects where the store cannot write. */
export async function takeUp(ctx: Context): Promise<void> {
  const due = nowOf(ctx)
  const done = await ctx.store.commit(function* () {
    for (const { name: connection } of yield* connections()) {
      const adrift = yield* ask({ ask: 'inFlight', connection })
      yield* write(...adrift.map((one): Change => ({ change: 'deliver', delivery: { ...one, due } })))
    }
    return ok(undefined)
  })
  if (!done.ok) throw new Error(done.problem.code)
}
