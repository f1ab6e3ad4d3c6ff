/** Exponential backoff with full jitter: anywhere between now and the cap, so that many failures do not come back together. */
import type { Connection } from '../../connectors/connector.ts'
import type { RandomBytes } from '../context.ts'

/** Milliseconds to wait after so many attempts; what the partner asked for (Retry-After) is the least. */
export function waitMs(retry: Connection['retry'], attempts: number, random: RandomBytes, askedMs = 0): number {
  const cap = Math.min(retry.capMs, retry.baseMs * 2 ** Math.min(attempts - 1, 30))
  return askedMs + Math.floor(fraction(random) * cap)
}

/** Uniform in [0, 1). */
function fraction(random: RandomBytes): number {
  const [a = 0, b = 0, c = 0, d = 0] = random(4)
  return (((a << 24) | (b << 16) | (c << 8) | d) >>> 0) / 2 ** 32
}
