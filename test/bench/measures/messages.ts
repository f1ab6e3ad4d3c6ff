/** Discharges as HL7 v2 from 64 clients, each acknowledged when it is on the disk: as hospitals send them, over MLLP, and over HTTP. */
import { type Bench, post, times } from '../bench.ts'
import { discharge } from '../data.ts'
import { type LoadResult, load, loadMllp } from '../load.ts'
import type { Row } from '../report.ts'

const n = 10_000
const clients = 64

export async function messages({ port, mllpPort, fsyncMs }: Bench): Promise<Row[]> {
  let sent = 0
  const overMllp = () =>
    loadMllp(
      mllpPort,
      clients,
      times(n, () => discharge(sent++)),
    )
  const overHttp = () =>
    load(
      port,
      clients,
      times(n, () => post('/hl7v2', 'application/hl7-v2', discharge(sent++))),
    )
  const row = (way: string, passes: readonly LoadResult[]): Row => ({
    what: `ADT messages over ${way}, ${clients} clients, durable`,
    unit: 'messages/s',
    values: passes.map(({ perSecond }) => perSecond),
    beside: 'one fsync each',
    limits: [1000 / fsyncMs],
    n,
    note: `p99 ${Math.max(...passes.map(({ p99 }) => p99)).toFixed(1)} ms`,
  })
  // In turns, so that neither has the smaller store.
  const [http, mllp]: [LoadResult[], LoadResult[]] = [[], []]
  for (let pass = 0; pass < 3; pass++) {
    mllp.push(await overMllp())
    http.push(await overHttp())
  }
  return [row('MLLP', mllp), row('HTTP', http)]
}
