/**
 * Community measures: how often something was reached, and how long it took, told of groups alone. A group of fewer people than `fewest`
 * is told together with other small ones, or not at all; totals count only what is told, so that nothing can be worked out by subtraction.
 */
export const fewestClients = 11

/** One thing that happened, or should have. */
export interface Case {
  readonly measure: 'loop-closure' | 'follow-up' | 'time-to-service'
  /** A category, a policy, a programme. */
  readonly group: string
  readonly clientId: string
  readonly met: boolean
  /** How long it took, where that is what is measured. */
  readonly days?: number
}

export interface MeasureRow {
  readonly measure: Case['measure']
  /** `other`: several small groups; `all`: whatever is told above. */
  readonly group: string
  readonly clients: number
  readonly denominator: number
  readonly numerator: number
  readonly rate: number
  readonly medianDays?: number
}

const clientsOf = (cases: readonly Case[]): number => new Set(cases.map(({ clientId }) => clientId)).size
const isEnough = (cases: readonly Case[]): boolean => clientsOf(cases) >= fewestClients

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length === 0 ? undefined : sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1]! + sorted[middle]!) / 2
}

function rowOf(measure: Case['measure'], group: string, cases: readonly Case[]): MeasureRow {
  const numerator = cases.filter(({ met }) => met).length
  const medianDays = median(cases.flatMap(({ days }) => days ?? []))
  return {
    measure,
    group,
    clients: clientsOf(cases),
    denominator: cases.length,
    numerator,
    rate: Math.round((numerator / cases.length) * 1000) / 1000,
    ...(medianDays !== undefined && { medianDays }),
  }
}

/** Rows in the order of their measures and groups. */
export function measured(cases: readonly Case[]): readonly MeasureRow[] {
  return [...Map.groupBy(cases, ({ measure }) => measure)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([measure, all]) => {
      const groups = [...Map.groupBy(all, ({ group }) => group)].sort(([a], [b]) => (a < b ? -1 : 1))
      const large = groups.filter(([, some]) => isEnough(some))
      const small = groups.filter(([, some]) => !isEnough(some)).flatMap(([, some]) => some)
      const told = isEnough(small) ? [...large, ['other', small] as const] : large
      if (told.length === 0) return []
      const rows = told.map(([group, some]) => rowOf(measure, group, some))
      return [
        ...rows,
        rowOf(
          measure,
          'all',
          told.flatMap(([, some]) => some),
        ),
      ]
    })
}
