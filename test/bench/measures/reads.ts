/** Reads by id from 64 connections, beside Hono alone with the same bytes. */
import { type Bench, bareHono, times } from '../bench.ts'
import { load } from '../load.ts'
import type { Row } from '../report.ts'

const n = 40_000

export async function reads({ gateway, port }: Bench): Promise<Row[]> {
  const page = await fetch(`${gateway.url}/fhir/Patient?_count=20`)
  const { entry } = (await page.json()) as { entry: { resource: { id: string } }[] }
  const paths = entry.map(({ resource }) => `/fhir/Patient/${resource.id}`)
  const hono = await bareHono(await (await fetch(gateway.url + paths[0])).text())
  const read = async (of: number) =>
    (
      await load(
        of,
        64,
        times(n, (i) => ({ method: 'GET', path: paths[i % paths.length]! })),
        { awake: true },
      )
    ).perSecond
  const values: number[] = []
  const limits: number[] = []
  for (let pass = 0; pass < 3; pass++) {
    values.push(await read(port))
    limits.push(await read(hono.port))
  }
  hono.end()
  return [{ what: 'read by id, 64 connections', unit: 'requests/s', values, beside: 'bare Hono, same bytes', limits, n }]
}
