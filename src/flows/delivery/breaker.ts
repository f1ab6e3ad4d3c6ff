/**
 * A circuit breaker per connection: a partner that does not answer is left alone for a while, and then asked with one request before
 * all the others go. While it is open, deliveries wait without using up their attempts.
 */
export interface Breaker {
  /** How many requests may go now. */
  room(now: number, most: number): number
  /** When the next request may go, if none may now. */
  readonly openUntil: number
  succeeded(): void
  failed(now: number): void
}

const failuresToOpen = 5
const shortestMs = 1_000
const longestMs = 60_000

/** Closed, and in memory alone: a new process asks anew. */
export function createBreaker(): Breaker {
  let failures = 0
  let openUntil = 0
  let halfOpen = false
  return {
    get openUntil() {
      return openUntil
    },
    room(now, most) {
      if (now < openUntil) return 0
      return halfOpen ? 1 : most
    },
    succeeded() {
      failures = 0
      openUntil = 0
      halfOpen = false
    },
    failed(now) {
      failures++
      if (failures < failuresToOpen) return
      halfOpen = true
      openUntil = now + Math.min(longestMs, shortestMs * 2 ** Math.min(failures - failuresToOpen, 10))
    },
  }
}
