/**
 * Counters, printed in the text format that Prometheus reads.
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */

/** Names and values of codes; never an id, of which there may be many. */
type Labels = Readonly<Record<string, string | number>>

export interface Metrics {
  /** One more of a counter, which starts at 0. */
  count(name: CounterName, labels?: Labels): void
  print(): string
}

const counters = {
  handoff_requests_total: 'Requests answered, by area and status class.',
  handoff_tokens_total: 'Token requests, by how they ended.',
  handoff_events_total: 'Events of the log, by name.',
  handoff_incidents_total: 'Requests and background work that broke.',
} as const

type CounterName = keyof typeof counters

export function createMetrics(): Metrics {
  const counted = new Map<CounterName, Map<string, { readonly labels: Labels; value: number }>>()
  return {
    count(name, labels = {}) {
      const series = counted.get(name) ?? new Map<string, { readonly labels: Labels; value: number }>()
      counted.set(name, series)
      let key = ''
      for (const label in labels) key += `${label}=${labels[label]},`
      const one = series.get(key)
      if (one === undefined) series.set(key, { labels, value: 1 })
      else one.value++
    },
    print() {
      const lines: string[] = []
      for (const [name, series] of counted) {
        lines.push(`# HELP ${name} ${counters[name]}`, `# TYPE ${name} counter`)
        for (const { labels, value } of series.values()) lines.push(`${name}${printLabels(labels)} ${value}`)
      }
      return `${lines.join('\n')}\n`
    },
  }
}

function printLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${String(value).replace(/[\\"\n]/g, '_')}"`)
  return pairs.length > 0 ? `{${pairs.join(',')}}` : ''
}
