/**
 * How fast the store is, beside how fast its disk is: one JSON line per figure. `node test/bench/store.ts [resources] [file]`
 *
 * - ingest: transactions of 200 resources of about 1.5 kB and 15 index rows each, one after the other
 * - point reads, searches, pages of history
 * - commits of one resource from 64 callers at once, and from one
 */
import { closeSync, fdatasyncSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { ok } from '../../src/domain/problem.ts'
import type { Filter, Query } from '../../src/fhir/search/query.ts'
import { ask, type Store, write } from '../../src/store/store.ts'
import { folder, leaveFolder, openFolder } from './folder.ts'
import { codes, families, people, pick, print, processor, put, putAll, quantile, random, round } from './people.ts'

const resources = Number(process.argv[2] ?? 100_000)
const perTransaction = 200

const source = people()

function disk(): void {
  const path = join(folder, 'fsync-probe')
  const file = openSync(path, 'w')
  const block = Buffer.alloc(4096)
  const times = Array.from({ length: 300 }, () => {
    writeSync(file, block)
    const start = performance.now()
    fdatasyncSync(file)
    return performance.now() - start
  }).sort((a, b) => a - b)
  closeSync(file)
  rmSync(path)
  print('fdatasync', { p50_ms: quantile(times, 0.5), p99_ms: quantile(times, 0.99) })
}

async function ingest(store: Store): Promise<string[]> {
  const kept: string[] = []
  const times: number[] = []
  let busy = 0
  let work = 0
  let bytes = 0
  let done = 0
  let lastBusy = 0
  let lastDone = 0
  while (done < resources) {
    const batch = Array.from({ length: perTransaction }, () => source.next().value!)
    const start = performance.now()
    const startWork = processor()
    await store.commit(function* () {
      const { at } = yield* ask({ ask: 'now' })
      const puts = batch.map((resource) => put(resource, at))
      bytes += puts.reduce((sum, { text }) => sum + text.length, 0)
      yield* write(...puts)
      return ok(undefined)
    })
    const time = performance.now() - start
    busy += time
    work += processor() - startWork
    times.push(time)
    done += perTransaction
    kept.push(`${batch[0]!.resourceType}/${batch[0]!.id}`, `${batch[7]!.resourceType}/${batch[7]!.id}`)
    if (done % 20_000 === 0) {
      print('ingest so far', { resources: done, per_second: round(((done - lastDone) / (busy - lastBusy)) * 1000) })
      lastBusy = busy
      lastDone = done
    }
  }
  times.sort((a, b) => a - b)
  const size = statSync(join(folder, 'bench.sqlite')).size
  print('ingest', {
    resources: done,
    per_second: round((done / busy) * 1000),
    processor_us_each: round((work / done) * 1000),
    transaction_p50_ms: quantile(times, 0.5),
    transaction_p99_ms: quantile(times, 0.99),
    transaction_max_ms: quantile(times, 1),
    bytes_per_resource: round(bytes / done),
    file_bytes_per_resource: round(size / done),
  })
  return kept
}

async function timed(figure: string, n: number, once: (i: number) => Promise<unknown>): Promise<void> {
  const start = performance.now()
  const startWork = processor()
  for (let i = 0; i < n; i++) await once(i)
  const work = processor() - startWork
  const time = performance.now() - start
  print(figure, { n, per_second: round((n / time) * 1000), processor_us_each: round((work / n) * 1000) })
}

const query = (type: string, filters: readonly Filter[], rest: Partial<Query> = {}): Query => ({
  type,
  filters,
  sort: [],
  count: 20,
  total: 'none',
  include: [],
  revinclude: [],
  given: [],
  ...rest,
})
const code = (): Filter => ({ kind: 'token', param: 'code', values: [{ system: 'http://loinc.org', code: pick(codes).code }] })

async function reads(store: Store, kept: readonly string[]): Promise<void> {
  const places = kept.map((reference) => reference.split('/') as [string, string])
  await timed('point reads, all over the file', 100_000, (i) => {
    const [type, id] = places[(i * 7919) % places.length]!
    return store.look({ ask: 'resource', type, id })
  })
  await timed('point reads, a thousand resources', 100_000, (i) => {
    const [type, id] = places[(i * 7919) % Math.min(1000, places.length)]!
    return store.look({ ask: 'resource', type, id })
  })
  const search = (q: Query) => store.look({ ask: 'search', query: q, visible: 'everything' })
  await timed('search: one token, page of 20', 3000, () => search(query('Observation', [code()])))
  const subjects = places.filter(([type]) => type === 'Patient').map(([, id]) => id)
  const subject = (i: number): Filter => ({
    kind: 'reference',
    param: 'subject',
    values: [`Patient/${subjects[i % subjects.length]}`],
  })
  await timed('search: patient and code', 3000, (i) => search(query('Observation', [subject(i), code()])))
  await timed('search: patient, newest 20 by date', 1000, (i) =>
    search(query('Observation', [subject(i)], { sort: [{ kind: 'date', param: 'date', descending: true }] })),
  )
  await timed('search: family starts with', 1000, () =>
    search(query('Patient', [{ kind: 'string', param: 'family', match: 'starts', values: [pick(families).toLowerCase()] }])),
  )
  await timed('search: dates of a month', 300, () => {
    const lo = 1.4e12 + random(3e8) * 1000
    return search(query('Encounter', [{ kind: 'date', param: 'date', values: [{ prefix: 'ge', lo, hi: lo }] }]))
  })
  await timed('search: one token, total', 300, () => search(query('Observation', [code()], { total: 'accurate', count: 0 })))
  await timed('search: a type by -_lastUpdated', 30, () =>
    search(query('Observation', [], { sort: [{ kind: 'lastUpdated', param: '_lastUpdated', descending: true }] })),
  )
  await timed('feed: page of 100', 1000, (i) =>
    store.look({ ask: 'feed', type: 'Observation', count: 100, visible: 'everything', upTo: i }),
  )
}

async function singles(store: Store, callers: number, n: number): Promise<void> {
  const times: number[] = []
  let left = n
  const start = performance.now()
  const startWork = processor()
  const caller = async () => {
    while (left-- > 0) {
      const person = source.next().value!
      const begun = performance.now()
      await putAll(store, [person])
      times.push(performance.now() - begun)
    }
  }
  await Promise.all(Array.from({ length: callers }, caller))
  const time = performance.now() - start
  const work = processor() - startWork
  times.sort((a, b) => a - b)
  print('commits of one resource', {
    callers,
    per_second: round((n / time) * 1000),
    processor_us_each: round((work / n) * 1000),
    p50_ms: quantile(times, 0.5),
    p99_ms: quantile(times, 0.99),
    max_ms: quantile(times, 1),
  })
}

/** The longest time that the event loop was held, while something ran. */
async function held(figure: string, run: () => Promise<unknown>): Promise<void> {
  let worst = 0
  let last = performance.now()
  let going = true
  const tick = () => {
    const now = performance.now()
    worst = Math.max(worst, now - last)
    last = now
    if (going) setImmediate(tick)
  }
  setImmediate(tick)
  await run()
  going = false
  print(figure, { longest_hold_ms: round(worst) })
}

disk()
const stores = await openFolder()
const store = await stores.tenant('bench')
let kept: string[] = []
await held('event loop during ingest', async () => {
  kept = await ingest(store)
})
await reads(store, kept)
await singles(store, 64, 20_000)
await singles(store, 1, 2_000)
const many = Array.from({ length: 5000 }, () => source.next().value!)
await held('event loop during a transaction of 5000', () => putAll(store, many))
await stores.close()
print('memory', { resident_mb: round(process.memoryUsage().rss / 1e6) })
disk()
leaveFolder()
