/** `/livez`: the process answers. `/readyz`: it can also do its work. `/metrics`: what it did so far. Partners do not count. */
import type { Hono } from 'hono'
import { problem } from '../domain/problem.ts'
import type { Gateway } from '../gateway.ts'
import { createRouter, type Env } from './env.ts'
import { refuse } from './problem-details.ts'

/** While there is no gateway yet: the process answers, and cannot do its work. */
export function waitingRoutes(why: string): Hono<Env> {
  const router = createRouter()
  router.get('/livez', (c) => c.json({ status: 'alive' }))
  router.all('*', (c) => refuse(c, problem('unavailable', why, { retryAfter: 1 })))
  return router
}

/** @param isStopping true from the moment on that the process wants no further requests */
export function healthRoutes(gateway: Gateway, isStopping: () => boolean): Hono<Env> {
  const router = createRouter()

  router.get('/livez', (c) => c.json({ status: 'alive' }))

  router.get('/readyz', async (c) => {
    if (isStopping()) return refuse(c, problem('unavailable', 'Stopping.', { retryAfter: 1 }))
    try {
      const ready = await gateway.ready()
      return ready.ok ? c.json({ status: 'ready' }) : refuse(c, ready.problem)
    } catch (caught) {
      gateway.incident(caught)
      return refuse(c, problem('unavailable', 'The store does not take what is written.', { retryAfter: 1 }))
    }
  })

  router.get('/metrics', (c) =>
    c.text(gateway.metrics.print(), 200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' }),
  )

  return router
}
