/** Where a series of measurements goes. Pure: the same values give the same, whoever asks. */

export const directions = ['lower-better', 'higher-better'] as const
export type Direction = (typeof directions)[number]
export const trends = ['improving', 'stable', 'worsening', 'insufficient-data'] as const
export type Trend = (typeof trends)[number]

/** What counts as a change of an instrument's total. Commonly used numbers: a clinical lead confirms them. */
export interface Change {
  /** The least difference that is more than noise. */
  readonly reliable: number
  /** A fall to this share of the first value, or below, is a response. */
  readonly response?: number
  /** Below this the symptoms are gone. */
  readonly remission?: number
}

export interface Point {
  readonly at: string
  readonly value: number
}

interface Course {
  readonly trend: Trend
  /** The last value less the first (or the baseline). */
  readonly delta?: number
  readonly reliableChange?: boolean
  readonly response?: boolean
  readonly remission?: boolean
}

/** How many values a trend is made of. */
const window = 3

/**
 * The course of values in the order of time: the trend of the last three, and the last against the baseline (the first, where none is
 * given). Without an instrument's own number every difference counts.
 */
export function courseOf(points: readonly Point[], direction: Direction, change?: Change, baseline?: number): Course {
  const last = points.at(-1)
  if (last === undefined) return { trend: 'insufficient-data' }
  const first = baseline ?? (points.length > 1 ? points[0]!.value : undefined)
  const trend = trendOf(points.slice(-window), direction, change)
  if (first === undefined) return { trend }
  const delta = last.value - first
  const { reliable, response, remission } = change ?? {}
  return {
    trend,
    delta,
    ...(reliable !== undefined && { reliableChange: Math.abs(delta) >= reliable }),
    ...(response !== undefined && { response: first > 0 && last.value <= first * response }),
    ...(remission !== undefined && { remission: last.value < remission }),
  }
}

function trendOf(last: readonly Point[], direction: Direction, change: Change | undefined): Trend {
  if (last.length < window) return 'insufficient-data'
  const gain = (last.at(-1)!.value - last[0]!.value) * (direction === 'lower-better' ? -1 : 1)
  const least = change?.reliable ?? Number.MIN_VALUE
  if (gain >= least) return 'improving'
  return gain <= -least ? 'worsening' : 'stable'
}
