/** A limit on how often, per name: a bucket that fills steadily and is emptied by one with each request. */

interface RateLimit {
  /** Whether this one is within the limit; counts it if so. */
  admit(name: string): boolean
}

const mostNames = 10_000

/** `perSecond` on average, and as many at once. */
export function createRateLimit(perSecond: number, clock: () => number): RateLimit {
  const buckets = new Map<string, { left: number; at: number }>()
  let swept = 0
  return {
    admit(name) {
      const now = clock()
      // A full bucket need not be remembered; a flood of names must not fill the memory.
      if (buckets.size >= mostNames && Math.abs(now - swept) >= 1000) {
        swept = now
        for (const [other, { at }] of buckets) if (Math.abs(now - at) >= 1000) buckets.delete(other)
      }
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

/** Names that are told apart within a minute: of all others it is told how often they came together. */
const mostApart = 100
const minute = 60_000

/**
 * How often something has happened under a name by now that is still to be told: the first time at once, then once a minute at most. Whoever
 * knocks all the time does not fill the disk, from however many addresses.
 */
export function createTally(clock: () => number): (name: string) => number {
  const known = new Map<string, { until: number; untold: number }>()
  const others = { until: 0, untold: 0 }
  return (name) => {
    const now = clock()
    if (!known.has(name) && known.size >= mostApart)
      for (const [other, { until, untold }] of known)
        if (until <= now) {
          known.delete(other)
          others.untold += untold
        }
    const one = known.get(name) ?? (known.size < mostApart ? { until: now, untold: 0 } : others)
    if (one !== others) known.set(name, one)
    one.untold++
    if (one.until > now && one.until - now <= minute) return 0
    const { untold } = one
    Object.assign(one, { until: now + minute, untold: 0 })
    return untold
  }
}
