/**
 * The courier of one tenant: wakes when something is committed or becomes due, and works each connection's outbox, one round at a time.
 * It keeps nothing that matters: a courier that is killed is replaced by one that looks into the store.
 */
import type { Connection } from '../../connectors/connector.ts'
import { listConnections } from '../connections.ts'
import type { Context } from '../context.ts'
import { createBreaker } from './breaker.ts'
import { deliverDue } from './deliver.ts'

export interface Courier {
  /** Something may be due. Resolves when the round that looks is over. */
  wake(): Promise<void>
  /** Ends when nothing is under way any more. */
  stop(): Promise<void>
}

/**
 * Calls back after so many milliseconds, or earlier, for a look costs little (a clock may have been moved); infinite: nothing is due, and
 * a door may leave it at that. Returns the way to call it off. The door's own timer.
 */
export type Later = (ms: number, then: () => void) => () => void

export function startCourier(ctx: Context, later: Later): Courier {
  const breakers = new Map<string, ReturnType<typeof createBreaker>>()
  let stopped = false
  let again = false
  let running: Promise<void> | undefined
  let callOff = (): void => {}

  const breakerOf = (connection: Connection): ReturnType<typeof createBreaker> => {
    const known = breakers.get(connection.name) ?? createBreaker()
    breakers.set(connection.name, known)
    return known
  }

  const round = async (): Promise<void> => {
    do {
      again = false
      const connections = (await listConnections(ctx)).filter((one) => one.baseUrl !== undefined)
      const rounds = await Promise.all(connections.map((one) => deliverDue(ctx, one, breakerOf(one))))
      const next = Math.min(...rounds.map((one) => one.next ?? Number.POSITIVE_INFINITY))
      callOff()
      if (!stopped) callOff = later(Math.max(0, next - ctx.clock()), wake)
    } while (again && !stopped)
  }

  const wake = async (): Promise<void> => {
    again = true
    if (stopped || running) return running
    running = round()
      .catch(() => {
        // The store or a bug: nothing is lost, the outbox is still there.
        ctx.log('background-failed', { tenant: ctx.principal.tenant })
        callOff = later(1000, wake)
      })
      .finally(() => {
        running = undefined
        if (again && !stopped) wake()
      })
    return running
  }

  const forget = ctx.store.onCommit(wake)
  wake()
  return {
    wake,
    async stop() {
      stopped = true
      forget()
      callOff()
      await running
    },
  }
}
