/** The same on PostgreSQL, its commits waiting for the disk, beside SQLite; both from an empty store on. Nothing where there is no server. */
import { noPostgres, startPostgres } from '../../support/postgres.ts'
import { type Bench, each, fhir, post, startBench, times } from '../bench.ts'
import { bundles, discharge, observation } from '../data.ts'
import { load } from '../load.ts'
import type { Row } from '../report.ts'

const search = '/fhir/Observation?category=vital-signs&date=ge2015-01-01&_sort=-date&_count=20'

export async function postgres(): Promise<Row[]> {
  if (noPostgres !== undefined) return []
  const server = await startPostgres({ durable: true })
  const there = await startBench({ HANDOFF_STORE: server.url })
  const here = await startBench()
  const { first, sets } = bundles()
  const send = (port: number, bodies: readonly string[], clients: number) =>
    load(
      port,
      clients,
      each(bodies, (body) => post('/fhir', fhir, body)),
    )
  const row = async (
    what: string,
    unit: string,
    n: number,
    ask: (bench: Bench, pass: number) => Promise<number>,
  ): Promise<Row> => {
    const [values, limits]: [number[], number[]] = [[], []]
    for (let pass = 0; pass < 3; pass++) {
      values.push(await ask(there, pass))
      limits.push(await ask(here, pass))
    }
    return { what: `on PostgreSQL: ${what}`, unit, values, beside: 'SQLite', limits, n }
  }

  for (const { port } of [there, here]) await send(port, first, 1)
  const loads = [...sets().take(6)]
  for (const { port } of [there, here]) for (const { bodies } of loads.slice(0, 3)) await send(port, bodies, 4)
  const { resources } = loads[0]!
  const rows = [
    await row('ingest', 'resources/s', resources, async ({ port }, pass) => {
      const { seconds } = await send(port, loads[3 + pass]!.bodies, 4)
      return resources / seconds
    }),
  ]
  const page = async ({ gateway }: Bench): Promise<readonly string[]> => {
    const answer = await fetch(`${gateway.url}/fhir/Patient?_count=20`)
    const { entry } = (await answer.json()) as { entry: { resource: { id: string } }[] }
    return entry.map(({ resource }) => `/fhir/Patient/${resource.id}`)
  }
  const paths = new Map([
    [there, await page(there)],
    [here, await page(here)],
  ])
  const perSecond = async (port: number, clients: number, next: () => ReturnType<typeof post> | undefined) =>
    (await load(port, clients, next)).perSecond
  const get = (path: string) => ({ method: 'GET' as const, path })
  rows.push(
    await row('read by id, 64 connections', 'requests/s', 5000, (bench) =>
      perSecond(
        bench.port,
        64,
        times(5000, (i) => get(paths.get(bench)![i % 20]!)),
      ),
    ),
    await row('search: token, date, sorted, 20 hits', 'requests/s', 1000, ({ port }) =>
      perSecond(
        port,
        16,
        times(1000, () => get(search)),
      ),
    ),
    await row('single creates, 64 clients', 'requests/s', 5000, ({ port }) =>
      perSecond(
        port,
        64,
        times(5000, (i) => post('/fhir/Observation', fhir, observation(i))),
      ),
    ),
    await row('ADT messages over HTTP, 64 clients', 'messages/s', 2000, ({ port }, pass) =>
      perSecond(
        port,
        64,
        times(2000, (n) => post('/hl7v2', 'application/hl7-v2', discharge(pass * 2000 + n))),
      ),
    ),
  )
  await there.end()
  await here.end()
  await server.stop()
  return rows
}
