/** A search as screens make it (token, date, sorted, 20 hits), beside Hono alone with the same bytes; and by what a client may see. */
import { type Bench, bareHono, startBench, startGuarded, times } from '../bench.ts'
import { type LoadResult, load } from '../load.ts'
import type { Row } from '../report.ts'

const n = 16_000
const path = '/fhir/Observation?category=vital-signs&date=ge2015-01-01&_sort=-date&_count=20'

export async function search({ gateway, port, folder }: Bench): Promise<Row[]> {
  const hono = await bareHono(await (await fetch(gateway.url + path)).text())
  const unaudited = await startBench({ HANDOFF_AUDIT: 'off' }, folder)
  const guarded = await startGuarded('system/*.rs', folder)
  const ask = (of: number, token?: string) =>
    load(
      of,
      16,
      times(n, () => ({ method: 'GET', path, ...(token && { token }) })),
    )
  const passes: LoadResult[] = []
  const known: LoadResult[] = []
  const without: LoadResult[] = []
  for (let pass = 0; pass < 4; pass++) {
    passes.push(await ask(port))
    known.push(await ask(guarded.port, guarded.token))
    without.push(await ask(unaudited.port))
  }
  // In the first pass V8 still compiles: a server that has run for a minute is what people search in.
  for (const some of [passes, known, without]) some.shift()
  const limits = [(await ask(hono.port)).perSecond]
  hono.end()
  await unaudited.end()
  await guarded.end()
  const row = (what: string, some: readonly LoadResult[]): Row => ({
    what,
    unit: 'requests/s',
    values: some.map(({ perSecond }) => perSecond),
    beside: 'bare Hono, same bytes',
    limits,
    n,
    note: `p99 ${Math.max(...some.map(({ p99 }) => p99)).toFixed(1)} ms`,
  })
  return [
    row('search: token, date, sorted, 20 hits', passes),
    row('… with a token, by what its client may see', known),
    row('… with HANDOFF_AUDIT=off', without),
  ]
}
