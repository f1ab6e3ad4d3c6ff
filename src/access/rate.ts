/** A limit on how often, per name: a bucket that fills steadily and is emptied by one with each request. */

interface RateLimit {
  /** Whether this one is within the limit; counts it if so. */
  admit(name: string): boolean
}

const mostNames = 10_000

/** `perSecond` on average, and as many at once. */
export function createRateLimit(perSecond: number, clock: () => number): RateLimit {
  const buckets = new Map<string, { left: number; at: number }>()
  return {
    admit(name) {
      const now = clock()
      // A full bucket need not be remembered; a flood of names must not fill the memory.
      if (buckets.size >= mostNames) for (const [other, { at }] of buckets) if (now - at >= 1000) buckets.delete(other)
      const known = buckets.get(name)
      // A clock that was set back says nothing of how long ago that was.
      const { left, at } = known && known.at <= now ? known : { left: perSecond, at: now }
      const filled = Math.min(perSecond, left + ((now - at) * perSecond) / 1000)
      if (filled < 1) return false
      buckets.set(name, { left: filled - 1, at: now })
      return true
    },
  }
}
