/** What is settled of a request before its route runs. Most of it at once: a step waits only where it must. */
import type { MiddlewareHandler } from 'hono'
import type { Ctx, Env } from './env.ts'

/** Sets what the route finds in `c.get(…)`; or answers, and that is the end of it. */
export type Step = (c: Ctx) => Response | undefined | Promise<Response | undefined>

export const settle =
  (...steps: readonly Step[]): MiddlewareHandler<Env> =>
  async (c, next) => {
    for (const step of steps) {
      const settled = step(c)
      const answer = settled instanceof Promise ? await settled : settled
      if (answer) return answer
    }
    return next()
  }
