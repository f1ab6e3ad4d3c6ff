/** A search as screens make it (token, date, sorted, 20 hits), beside Hono alone with the same bytes. */
import { type Bench, bareHono, times } from '../bench.ts'
import { load } from '../load.ts'
import type { Row } from '../report.ts'

const n = 4000
const path = '/fhir/Observation?category=vital-signs&date=ge2015-01-01&_sort=-date&_count=20'

export async function search({ gateway, port }: Bench): Promise<Row[]> {
  const hono = await bareHono(await (await fetch(gateway.url + path)).text())
  const ask = (of: number) =>
    load(
      of,
      16,
      times(n, () => ({ method: 'GET', path })),
    )
  const passes = [await ask(port), await ask(port), await ask(port)]
  const limits = [(await ask(hono.port)).perSecond]
  hono.end()
  const p99 = Math.max(...passes.map((pass) => pass.p99))
  return [
    {
      what: 'search: token, date, sorted, 20 hits',
      unit: 'requests/s',
      values: passes.map(({ perSecond }) => perSecond),
      beside: 'bare Hono, same bytes',
      limits,
      n,
      note: `p99 ${p99.toFixed(1)} ms`,
    },
  ]
}
