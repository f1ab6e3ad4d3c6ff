/** Creates of one resource each from 64 clients, which share fsyncs; beside one client alone, and one fsync after the other. */
import { type Bench, fhir, post, times } from '../bench.ts'
import { observation } from '../data.ts'
import { load } from '../load.ts'
import type { Row } from '../report.ts'

const n = 20_000
export async function singleCreates({ port, fsyncMs }: Bench): Promise<Row[]> {
  const create = (clients: number, count: number) =>
    load(
      port,
      clients,
      times(count, (i) => post('/fhir/Observation', fhir, observation(i))),
    )
  const alone = await create(1, 2000)
  const passes = [await create(64, n), await create(64, n)]
  const values = passes.map(({ perSecond }) => perSecond)
  const note = `p99 ${Math.max(...passes.map(({ p99 }) => p99)).toFixed(1)} ms`
  return [
    {
      what: 'single creates, 64 clients, durable',
      unit: 'requests/s',
      values,
      beside: 'one client alone',
      limits: [alone.perSecond],
      n,
      note,
    },
    { what: 'the same', unit: 'requests/s', values, beside: 'one fsync each', limits: [1000 / fsyncMs], n, note },
  ]
}
