/**
 * A connection goes, and with it what waits for its partner: deliveries end as dead letters, and conflicts with it end. Should there be a
 * connection of that name again, somebody may send them anew.
 */
import type { Connection } from '../../connectors/connector.ts'
import { leavesByMail } from '../../connectors/mail.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { ask, type Steps, write } from '../../store/store.ts'
import { tell } from '../audit/line.ts'
import { commit } from '../commit.ts'
import { endAll } from '../conflicts/ended.ts'
import { connections, without } from '../connections.ts'
import type { Context } from '../context.ts'
import { connectionRemoved } from './held.ts'
import { settled } from './mail.ts'

/** Deliveries that end in one commit. */
const atOnce = 500

export async function removeConnection(ctx: Context, name: string): Promise<Result<void>> {
  for (;;) {
    const done = await commit(ctx, 'remove-connection', function* () {
      const connection = (yield* connections()).find((one) => one.name === name)
      if (!connection) return fail('not-found', 'There is no connection of this name.')
      // As long as there are others the connection stands: nothing is owed to one that is gone.
      if (!(yield* endOwed(ctx, connection))) return ok(false)
      yield* write(yield* without(name))
      yield* endAll(ctx, ({ connection }) => connection === name, 'connection-removed')
      yield* tell(ctx, { action: 'remove-connection', entities: [`connection/${name}`] })
      return ok(true)
    })
    if (!done.ok) return done
    if (done.value) return ok(undefined)
  }
}

/** Answers whether these were the last. One on its way stays marked as such: what comes of it is still kept. */
function* endOwed(ctx: Context, owed: Connection): Steps<boolean> {
  const { name: connection } = owed
  let room = atOnce
  for (const state of ['pending', 'waiting'] as const) {
    const { items } = yield* ask({ ask: 'deliveries', connection, state, count: room })
    const dead = items.map(connectionRemoved)
    yield* write(...dead.map((delivery) => ({ change: 'deliver' as const, delivery })))
    if (leavesByMail(owed)) for (const one of dead) yield* settled(ctx, one)
    room -= dead.length
    if (room === 0) return false
  }
  return true
}
