/**
 * `npm run bench`: the gateway as a process, beside a limit measured in the same run. Prints a table and writes results/<time>.json.
 * Synthea's bundles are read from the folder that CORPORA names; without it, bundles of the same make are generated.
 */
import {
  closeSync,
  fdatasyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { startSandbox } from '../../src/demo/sandbox/fhir-server.ts'
import { freePort, startProcess } from '../faults/process.ts'
import { bundles, discharge } from './data.ts'
import { load, type Request } from './load.ts'

interface Row {
  readonly what: string
  readonly value: number
  readonly unit: string
  readonly beside: string
  readonly limit: number
  readonly n: number
  readonly spread?: string
}
const rows: Row[] = []
const row = (one: Row): void => {
  rows.push(one)
  console.log(
    `${one.what.padEnd(52)} ${format(one.value).padStart(9)} ${one.unit.padEnd(12)} ${one.beside} ${format(one.limit)} → ${(one.value / one.limit).toFixed(2)}`,
  )
}
const format = (value: number): string => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2))
const rss = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
const spread = (values: readonly number[]): string => `${format(Math.min(...values))}–${format(Math.max(...values))}`

/** fdatasync of an appended page: what a commit of its own costs at the least. */
function fsyncP50(): number {
  const folder = mkdtempSync(join(tmpdir(), 'handoff-fsync-'))
  const file = openSync(join(folder, 'x'), 'w')
  const page = Buffer.alloc(4096)
  const times = Array.from({ length: 300 }, () => {
    const start = performance.now()
    writeSync(file, page)
    fdatasyncSync(file)
    return performance.now() - start
  })
  closeSync(file)
  rmSync(folder, { recursive: true })
  return median(times)
}

const each = <T>(items: readonly T[], request: (item: T) => Request): (() => Request | undefined) => {
  let at = 0
  return () => (at < items.length ? request(items[at++]!) : undefined)
}
const times = (count: number, request: (n: number) => Request): (() => Request | undefined) => {
  let at = 0
  return () => (at < count ? request(at++) : undefined)
}
const fhir = 'application/fhir+json'

/** Hono alone, answering the same bytes. */
async function bare(body: string, type: string): Promise<{ port: number; close: () => void }> {
  const app = new Hono()
  app.all('*', async (c) => {
    if (c.req.method === 'POST') await c.req.arrayBuffer()
    return c.body(body, 200, { 'content-type': type })
  })
  const port = await freePort()
  const server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' })
  return { port, close: () => void server.close() }
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'handoff-bench-'))
  const port = await freePort()
  const ehr = await startSandbox({ name: 'Bench' })
  const gateway = await startProcess(folder, port, { HANDOFF_ALLOW_TARGETS: ehr.target })
  const sync = fsyncP50()
  const { first, sets } = bundles()
  await load(
    port,
    1,
    each(first, (body) => ({ method: 'POST', path: '/fhir', type: fhir, body })),
  )

  const rates: number[] = []
  for (const set of sets) {
    const result = await load(
      port,
      4,
      each(set.bodies, (body) => ({ method: 'POST', path: '/fhir', type: fhir, body })),
    )
    if (result.refused > 0) throw new Error(`${result.refused} bundles were refused`)
    rates.push(set.resources / result.seconds)
  }
  const parse = sets.map((set) => {
    const start = performance.now()
    for (const body of set.bodies) JSON.stringify(JSON.parse(body))
    return set.resources / ((performance.now() - start) / 1000)
  })
  row({
    what: 'ingest: Synthea transactions over HTTP, durable',
    value: median(rates),
    unit: 'resources/s',
    beside: 'parse and print alone',
    limit: median(parse),
    n: sets.length,
    spread: spread(rates),
  })

  const page = (await (await fetch(`${gateway.url}/fhir/Patient?_count=20`)).json()) as { entry: { resource: { id: string } }[] }
  const ids = page.entry.map((entry) => entry.resource.id)
  const one = await (await fetch(`${gateway.url}/fhir/Patient/${ids[0]}`)).text()
  const hono = await bare(one, fhir)
  const read = async (): Promise<[number, number]> => [
    (
      await load(
        port,
        64,
        times(20_000, (n) => ({ method: 'GET', path: `/fhir/Patient/${ids[n % ids.length]}` })),
      )
    ).perSecond,
    (
      await load(
        hono.port,
        64,
        times(20_000, () => ({ method: 'GET', path: '/' })),
      )
    ).perSecond,
  ]
  const reads = [await read(), await read(), await read()]
  row({
    what: 'read by id, 64 connections',
    value: median(reads.map(([ours]) => ours)),
    unit: 'requests/s',
    beside: 'bare Hono, same bytes',
    limit: median(reads.map(([, theirs]) => theirs)),
    n: 3,
    spread: spread(reads.map(([ours]) => ours)),
  })
  const query = '/fhir/Observation?category=vital-signs&date=ge2015-01-01&_sort=-date&_count=20'
  const searched = await load(
    port,
    16,
    times(500, () => ({ method: 'GET', path: query })),
  )
  const answer = await (await fetch(gateway.url + query)).text()
  const honoPage = await bare(answer, fhir)
  const searchLimit = await load(
    honoPage.port,
    16,
    times(5000, () => ({ method: 'GET', path: '/' })),
  )
  row({
    what: 'search: token, date, sort, 20 hits',
    value: searched.perSecond,
    unit: 'requests/s',
    beside: 'bare Hono, same bytes',
    limit: searchLimit.perSecond,
    n: searched.requests,
    spread: `p99 ${searched.p99.toFixed(1)} ms`,
  })

  const single = await load(
    port,
    64,
    times(10_000, (n) => ({
      method: 'POST',
      path: '/fhir/Observation',
      type: fhir,
      body: JSON.stringify({ resourceType: 'Observation', status: 'final', code: { text: 'x' }, valueInteger: n }),
    })),
  )
  row({
    what: 'single creates, 64 clients, durable',
    value: single.perSecond,
    unit: 'requests/s',
    beside: 'one fsync each',
    limit: 1000 / sync,
    n: single.requests,
    spread: `p99 ${single.p99.toFixed(1)} ms`,
  })

  const adt = await load(
    port,
    64,
    times(10_000, (n) => ({ method: 'POST', path: '/hl7v2', type: 'application/hl7-v2', body: discharge(n) })),
  )
  row({
    what: 'ADT messages, 64 clients, durable',
    value: adt.perSecond,
    unit: 'messages/s',
    beside: 'one fsync each',
    limit: 1000 / sync,
    n: adt.requests,
    spread: `p99 ${adt.p99.toFixed(1)} ms`,
  })

  const memory = rss(gateway.pid)
  row({
    what: 'resident memory after all that',
    value: memory,
    unit: 'MiB',
    beside: 'this process',
    limit: process.memoryUsage().rss / 1048576,
    n: 1,
  })

  await fetch(`${gateway.url}/admin/connections`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'bench', kind: 'ehr', baseUrl: ehr.baseUrl, push: ['Basic'], maxInFlight: 32 }),
  })
  const owed = 2000
  const began = performance.now()
  await load(
    port,
    16,
    times(owed, (n) => ({
      method: 'POST',
      path: '/fhir/Basic',
      type: fhir,
      body: JSON.stringify({ resourceType: 'Basic', code: { text: String(n) } }),
    })),
  )
  while (ehr.all('Basic').length < owed) await new Promise((wake) => setTimeout(wake, 10))
  const delivered = owed / ((performance.now() - began) / 1000)
  const alone = await load(
    Number(new URL(ehr.baseUrl).port),
    32,
    times(owed, (n) => ({
      method: 'POST',
      path: '/fhir/Basic',
      type: fhir,
      body: JSON.stringify({ resourceType: 'Basic', code: { text: `alone ${n}` } }),
    })),
  )
  row({
    what: 'delivery to a partner, 32 at once',
    value: delivered,
    unit: 'resources/s',
    beside: 'the partner alone',
    limit: alone.perSecond,
    n: owed,
  })

  hono.close()
  honoPage.close()
  await gateway.stop()
  await ehr.close()
  rmSync(folder, { recursive: true, force: true })
  const machine = {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    fsyncP50Ms: sync,
  }
  mkdirSync(join(import.meta.dirname, 'results'), { recursive: true })
  writeFileSync(
    join(import.meta.dirname, 'results', `${new Date().toISOString().replaceAll(':', '-')}.json`),
    JSON.stringify({ at: new Date().toISOString(), machine, rows }, null, 2),
  )
  console.log(
    `\n${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, Node ${machine.node}, fdatasync p50 ${sync.toFixed(3)} ms\n`,
  )
  console.log('| what | reached | spread, n | beside | ratio |\n|---|---|---|---|---|')
  for (const one of rows)
    console.log(
      `| ${one.what} | ${format(one.value)} ${one.unit} | ${one.spread ?? ''}, n = ${one.n} | ${one.beside}: ${format(one.limit)} | ${(one.value / one.limit).toFixed(2)} |`,
    )
}

await main()
process.exit(0)
