/** A search as screens make it (token, date, sorted, 20 hits), beside Hono alone with the same bytes. */
import { type Bench, bareHono, startBench, times } from '../bench.ts'
import { type LoadResult, load } from '../load.ts'
import type { Row } from '../report.ts'

const n = 4000
const path = '/fhir/Observation?category=vital-signs&date=ge2015-01-01&_sort=-date&_count=20'

export async function search({ gateway, port, folder }: Bench): Promise<Row[]> {
  const hono = await bareHono(await (await fetch(gateway.url + path)).text())
  const unaudited = await startBench({ HANDOFF_AUDIT: 'off' }, folder)
  const ask = (of: number) =>
    load(
      of,
      16,
      times(n, () => ({ method: 'GET', path })),
    )
  const passes: LoadResult[] = []
  const without: LoadResult[] = []
  for (let pass = 0; pass < 3; pass++) {
    passes.push(await ask(port))
    without.push(await ask(unaudited.port))
  }
  const limits = [(await ask(hono.port)).perSecond]
  hono.end()
  await unaudited.end()
  const row = (what: string, some: readonly LoadResult[]): Row => ({
    what,
    unit: 'requests/s',
    values: some.map(({ perSecond }) => perSecond),
    beside: 'bare Hono, same bytes',
    limits,
    n,
    note: `p99 ${Math.max(...some.map(({ p99 }) => p99)).toFixed(1)} ms`,
  })
  return [row('search: token, date, sorted, 20 hits', passes), row('… with HANDOFF_AUDIT=off', without)]
}
