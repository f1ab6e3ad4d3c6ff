/** What the process holds in memory after all that came before. */
import { type Bench, resident } from '../bench.ts'
import type { Row } from '../report.ts'

export async function memory({ gateway }: Bench): Promise<Row[]> {
  return [
    {
      what: 'resident memory after all that',
      unit: 'MiB',
      values: [resident(gateway.pid)],
      beside: 'what it may hold',
      limits: [300],
      n: 1,
    },
  ]
}
