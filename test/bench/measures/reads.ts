/** Reads by id from 64 connections, beside Hono alone with the same bytes; and what they come to with a
 * token, and without a line each in the audit. */
import { type Bench, bareHono, fhir, startBench, startGuarded, times } from '../bench.ts'
import { load } from '../load.ts'
import type { Row } from '../report.ts'

const n = 40_000

export async function reads({ gateway, port }: Bench): Promise<Row[]> {
  const page = await fetch(`${gateway.url}/fhir/Patient?_count=20`)
  const { entry } = (await page.json()) as { entry: { resource: { id: string } }[] }
  const paths = entry.map(({ resource }) => `/fhir/Patient/${resource.id}`)
  const unaudited = await startBench({ HANDOFF_AUDIT: 'off' })
  const guarded = await startGuarded('system/*.cruds')
  for (const [i, { resource }] of entry.entries())
    for (const [{ gateway }, headers] of [
      [unaudited, {}],
      [guarded, { authorization: `Bearer ${guarded.token}` }],
    ] as const) {
      const body = JSON.stringify(resource)
      await fetch(gateway.url + paths[i], { method: 'PUT', headers: { 'content-type': fhir, ...headers }, body })
    }
  const hono = await bareHono(await (await fetch(gateway.url + paths[0])).text())
  const read = async (of: number, token?: string) =>
    (
      await load(
        of,
        64,
        times(n, (i) => ({ method: 'GET', path: paths[i % paths.length]!, ...(token && { token }) })),
        { awake: true },
      )
    ).perSecond
  const values: number[] = []
  const known: number[] = []
  const without: number[] = []
  const limits: number[] = []
  for (let pass = 0; pass < 4; pass++) {
    values.push(await read(port))
    known.push(await read(guarded.port, guarded.token))
    without.push(await read(unaudited.port))
    limits.push(await read(hono.port))
  }
  // In the first pass V8 still compiles: a server that has run for a minute is what people read from.
  for (const some of [values, known, without, limits]) some.shift()
  hono.end()
  await unaudited.end()
  await guarded.end()
  const beside = 'bare Hono, same bytes'
  return [
    { what: 'read by id, 64 connections', unit: 'requests/s', values, beside, limits, n },
    { what: '… with a token, by what its client may see', unit: 'requests/s', values: known, beside, limits, n },
    { what: '… with HANDOFF_AUDIT=off', unit: 'requests/s', values: without, beside, limits, n },
  ]
}
