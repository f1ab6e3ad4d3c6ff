/** Discharges as HL7 v2 from 64 clients, each acknowledged when it is on the disk. */
import { type Bench, post, times } from '../bench.ts'
import { discharge } from '../data.ts'
import { load } from '../load.ts'
import type { Row } from '../report.ts'

const n = 10_000

export async function messages({ port, fsyncMs }: Bench): Promise<Row[]> {
  const send = (from: number) =>
    load(
      port,
      64,
      times(n, (i) => post('/hl7v2', 'application/hl7-v2', discharge(from + i))),
    )
  const passes = [await send(0), await send(n), await send(2 * n)]
  return [
    {
      what: 'ADT messages, 64 clients, durable',
      unit: 'messages/s',
      values: passes.map(({ perSecond }) => perSecond),
      beside: 'one fsync each',
      limits: [1000 / fsyncMs],
      n,
      note: `p99 ${Math.max(...passes.map(({ p99 }) => p99)).toFixed(1)} ms`,
    },
  ]
}
