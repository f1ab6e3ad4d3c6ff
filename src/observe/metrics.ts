/**
 * Counters and gauges, printed in the text format that Prometheus reads.
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */

/** Names and values of codes; never an id, of which there may be many. */
type Labels = Readonly<Record<string, string | number>>

export interface Metrics {
  /** Adds to a counter, which starts at 0. */
  count(name: CounterName, labels?: Labels, by?: number): void
  /** A gauge that is asked for its value whenever the metrics are printed. */
  watch(name: string, help: string, read: () => number): void
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
  const gauges = new Map<string, { readonly help: string; readonly read: () => number }>()
  return {
    count(name, labels = {}, by = 1) {
      const series = counted.get(name) ?? new Map<string, { readonly labels: Labels; value: number }>()
      counted.set(name, series)
      let key = ''
      for (const label in labels) key += `${label}=${labels[label]},`
      const one = series.get(key)
      if (one === undefined) series.set(key, { labels, value: by })
      else one.value += by
    },
    watch(name, help, read) {
      gauges.set(name, { help, read })
    },
    print() {
      const lines: string[] = []
      for (const [name, series] of counted) {
        lines.push(`# HELP ${name} ${counters[name]}`, `# TYPE ${name} counter`)
        for (const { labels, value } of series.values()) lines.push(`${name}${printLabels(labels)} ${value}`)
      }
      for (const [name, { help, read }] of gauges)
        lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name} ${read()}`)
      return `${lines.join('\n')}\n`
    },
  }
}

function printLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${String(value).replace(/[\\"\n]/g, '_')}"`)
  return pairs.length > 0 ? `{${pairs.join(',')}}` : ''
}
