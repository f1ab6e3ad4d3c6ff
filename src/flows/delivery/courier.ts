/**
 * The courier of one tenant: wakes when something is committed or becomes due, and works each connection's outbox; what partners have changed
 * it brings along when that is due, and compares both sides. No partner waits for another one, and no delivery for a pull. It keeps nothing that
 * matters: a courier that is killed is replaced by one that looks into the store.
 */
import type { Connection } from '../../connectors/connector.ts'
import { equal } from '../../lens/equal.ts'
import { listConnections } from '../connections.ts'
import type { Context } from '../context.ts'
import { askDue, isAsked } from '../pull/schedule.ts'
import { createBreaker } from './breaker.ts'
import { deliverDue } from './deliver.ts'
import { takeUp } from './take-up.ts'

export interface Courier {
  /** Something may be due. Resolves when all that was found to be due is over. */
  wake(): Promise<void>
  /** Begins nothing more. Ends when what is under way has, but for what hangs: the next courier takes that up. */
  stop(): Promise<void>
}

/**
 * Calls back after so many milliseconds, or earlier, for a look costs little (a clock may have been moved); infinite: nothing is due, and
 * a door may leave it at that. Returns the way to call it off. The door's own timer.
 */
export type Later = (ms: number, then: () => void) => () => void

/** A pull that takes longer is looked after. */
const longestPullMs = 60_000

/** What is under way when the courier is stopped is given so long to end. */
const graceMs = 10_000

export function startCourier(ctx: Context, later: Later): Courier {
  const breakers = new Map<string, { readonly of: Connection; readonly breaker: ReturnType<typeof createBreaker> }>()
  let stopped = false
  let hasTakenUp = false
  let again = false
  let running: Promise<void> | undefined
  let callOff = (): void => {}
  /** By connection: deliveries under way, whether something was committed since they began, and when the next one is due. */
  const delivering = new Map<string, Promise<void>>()
  const lookAgain = new Set<string>()
  const deliveriesDue = new Map<string, number>()
  /** The same of pulls. */
  const pulling = new Map<string, Promise<void>>()
  const pullsDue = new Map<string, number>()
  /** Settles for all that are under way when a look is taken. */
  let news = Promise.withResolvers<void>()
  const isOver = () => stopped

  const breakerOf = (connection: Connection): ReturnType<typeof createBreaker> => {
    const known = breakers.get(connection.name)
    // Spoken to otherwise, it may answer.
    const breaker = known && equal(known.of, connection) ? known.breaker : createBreaker()
    breakers.set(connection.name, { of: connection, breaker })
    return breaker
  }

  const wakeAt = (at: number): void => {
    callOff()
    if (!stopped) callOff = later(Math.max(0, at - ctx.clock()), look)
  }
  const sleep = (): void => wakeAt(Math.min(...deliveriesDue.values(), ...pullsDue.values()))

  /** No round waits for it; should it never end, the next look is the one that would have been without it. */
  const pull = async (connection: Connection): Promise<void> => {
    pullsDue.set(connection.name, ctx.clock() + longestPullMs)
    const due = await askDue(ctx, connection, breakerOf(connection), isOver).catch(() => {
      ctx.log('background-failed', { tenant: ctx.principal.tenant, connection: connection.name })
      return ctx.clock() + longestPullMs
    })
    if (due === undefined) pullsDue.delete(connection.name)
    else pullsDue.set(connection.name, due)
    pulling.delete(connection.name)
    sleep()
  }

  const deliver = async (connection: Connection): Promise<void> => {
    const { name } = connection
    lookAgain.delete(name)
    const newsAt = (at: number) => {
      deliveriesDue.set(name, at)
      sleep()
    }
    const guide = { isOver, newsAt, news: () => news.promise }
    const { next } = await deliverDue(ctx, connection, breakerOf(connection), guide).catch(() => {
      // The store or a bug: nothing is lost, the outbox is still there.
      ctx.log('background-failed', { tenant: ctx.principal.tenant, connection: name })
      return { next: ctx.clock() + 1000 }
    })
    delivering.delete(name)
    deliveriesDue.delete(name)
    if (next !== undefined) deliveriesDue.set(name, next)
    if (lookAgain.has(name)) look()
    else sleep()
  }

  const round = async (): Promise<void> => {
    if (!hasTakenUp) await takeUp(ctx)
    hasTakenUp = true
    do {
      again = false
      const connections = (await listConnections(ctx)).filter((one) => one.baseUrl !== undefined)
      if (stopped) return
      // What is asked no more is due no more.
      const asked = new Set(connections.filter(isAsked).map(({ name }) => name))
      for (const name of pullsDue.keys()) if (!asked.has(name) && !pulling.has(name)) pullsDue.delete(name)
      for (const one of connections.filter(isAsked)) if (!pulling.has(one.name)) pulling.set(one.name, pull(one))
      for (const name of deliveriesDue.keys()) if (!connections.some((one) => one.name === name)) deliveriesDue.delete(name)
      for (const one of connections) {
        deliveriesDue.delete(one.name)
        if (delivering.has(one.name)) lookAgain.add(one.name)
        else delivering.set(one.name, deliver(one))
      }
      news.resolve()
      news = Promise.withResolvers<void>()
      sleep()
    } while (again && !stopped)
  }

  const look = (): void => {
    again = true
    if (!stopped && !running) begin()
  }

  const wake = async (): Promise<void> => {
    look()
    await settled()
  }

  const settled = async (): Promise<void> => {
    do {
      await running
      await Promise.all([...delivering.values(), ...pulling.values()])
    } while (running !== undefined || delivering.size > 0)
  }

  const begin = (): void => {
    running = round()
      .catch(() => {
        // The store or a bug: nothing is lost, the outbox is still there.
        ctx.log('background-failed', { tenant: ctx.principal.tenant })
        wakeAt(ctx.clock() + 1000)
      })
      .finally(() => {
        running = undefined
        if (again && !stopped) begin()
      })
  }

  const forget = ctx.store.onCommit(look)
  look()
  return {
    wake,
    async stop() {
      stopped = true
      forget()
      callOff()
      const patience = Promise.withResolvers<void>()
      const callOffPatience = later(graceMs, patience.resolve)
      await Promise.race([settled(), patience.promise])
      callOffPatience()
    },
  }
}
