/** How long everybody else waits while something long, or something that means harm, is worked on. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { bundles, doubled, encoded, type Hostile, large, malformed, names, packed } from '../../faults/hostile/bodies.ts'
import { messages } from '../../faults/hostile/messages.ts'
import { type Bench, fhir } from '../bench.ts'
import { median, type Row } from '../report.ts'

/** Milliseconds that nobody should have to wait. */
const most = 50

const observation = (i: number, padding: number) => ({
  resource: {
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '44261-6', display: 'x'.repeat(padding) }] },
    effectiveDateTime: '2026-03-02',
    valueInteger: i,
  },
  request: { method: 'POST', url: 'Observation' },
})
const transaction = (entries: number, padding: number): string =>
  JSON.stringify({
    resourceType: 'Bundle',
    type: 'transaction',
    entry: Array.from({ length: entries }, (_, i) => observation(i, padding)),
  })

export async function holds({ gateway, port }: Bench): Promise<Row[]> {
  const probe = new Worker(new URL('../peers/waiting.ts', import.meta.url), { workerData: port })
  const longest = async (): Promise<number> => {
    probe.postMessage('longest')
    const [milliseconds] = await once(probe, 'message')
    return milliseconds
  }
  const during = async (work: () => Promise<unknown>): Promise<number> => {
    await longest()
    await work()
    return longest()
  }
  const send = (path: string, type: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
    fetch(gateway.url + path, { method: 'POST', headers: { 'content-type': type, ...headers }, body }).then(
      (answer) => answer.arrayBuffer(),
      () => undefined,
    )
  const row = (what: string, values: readonly number[], n: number, note?: string): Row => ({
    what: `longest wait beside ${what}`,
    unit: 'ms',
    values,
    beside: 'nobody should wait longer than',
    limits: [most],
    n,
    ...(note !== undefined && { note }),
  })

  const rows: Row[] = []
  for (const [entries, padding] of [
    [1000, 500],
    [10_000, 500],
    [10_000, 4500],
  ] as const) {
    const body = transaction(entries, padding)
    const values: number[] = []
    for (let pass = 0; pass < 3; pass++) values.push(await during(() => send('/fhir', fhir, body)))
    rows.push(row(`a transaction of ${entries.toLocaleString('en')} (${(body.length / 1e6).toFixed(1)} MB)`, values, 1))
  }
  const pages: number[] = []
  for (let pass = 0; pass < 3; pass++) pages.push(await during(() => fetch(`${gateway.url}/fhir/Observation?_count=1000`)))
  rows.push(row('a page of 1,000', pages, 1))

  const hostile: readonly (readonly [path: string, type: string, bodies: readonly Hostile[]])[] = [
    ['/fhir', fhir, [...bundles, ...malformed, ...encoded, ...names, ...doubled, ...large, ...packed]],
    ['/hl7v2', 'application/hl7-v2', [...messages, ...encoded, ...packed]],
  ]
  for (const [path, type, bodies] of hostile) {
    const waits: { readonly name: string; readonly wait: number }[] = []
    for (const { name, body, headers } of bodies) waits.push({ name, wait: await during(() => send(path, type, body, headers)) })
    const worst = waits.reduce((a, b) => (b.wait > a.wait ? b : a))
    rows.push(
      row(
        `what means harm, at ${path}`,
        [worst.wait],
        bodies.length,
        `${worst.name}; median ${median(waits.map(({ wait }) => wait)).toFixed(1)} ms`,
      ),
    )
  }
  await probe.terminate()
  return rows
}
