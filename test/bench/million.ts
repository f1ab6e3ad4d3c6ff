/**
 * The store as it grows: ingest, memory, a sorted search and the start, at 10,000, 100,000 … resources.
 * `node test/bench/million.ts [resources] [folder]`, one JSON line per figure; a folder given is kept, and opened again if it is there.
 */
import { setImmediate } from 'node:timers/promises'
import { ok } from '../../src/domain/problem.ts'
import { parseSearch } from '../../src/fhir/search/parse.ts'
import { ask, type Store, write } from '../../src/store/store.ts'
import { leaveFolder, openFolder } from './folder.ts'
import { people, print, processor, put, quantile, round } from './people.ts'

const most = Number(process.argv[2] ?? 1_000_000)
const perTransaction = 200
const source = people()
const resident = () => round(process.memoryUsage().rss / 1e6)

async function ingest(store: Store, n: number): Promise<void> {
  let work = 0
  let time = 0
  for (let done = 0; done < n; done += perTransaction) {
    const batch = Array.from({ length: perTransaction }, () => source.next().value!)
    const puts = batch.map((resource) => put(resource, '2026-11-20T10:00:00.000Z'))
    const [start, startWork] = [performance.now(), processor()]
    await store.commit(function* () {
      const { at } = yield* ask({ ask: 'now' })
      yield* write(...puts.map((one) => ({ ...one, at })))
      return ok(undefined)
    })
    time += performance.now() - start
    work += processor() - startWork
  }
  print('ingest', { resources: n, per_second: round((n / time) * 1000), processor_us_each: round((work / n) * 1000) })
}

/** A different search each time, some of them before it counts. */
async function search(
  store: Store,
  size: number,
  text: (i: number) => string,
  what: string,
  n = 3000,
  before = 3000,
): Promise<void> {
  const times: number[] = []
  let found = 0
  const startWork = processor()
  for (let i = -before; i < n; i++) {
    const query = parseSearch('Observation', new URLSearchParams(text(i + before)))
    if (!query.ok) throw new Error(query.problem.detail)
    const start = performance.now()
    const page = await store.look({ ask: 'search', query: query.value, visible: 'everything' })
    if (i >= 0) times.push(performance.now() - start)
    found += page.items.length
    // As between two requests: what waits for its turn has it.
    await setImmediate()
  }
  const work = processor() - startWork
  const sum = times.reduce((a, b) => a + b, 0)
  times.sort((a, b) => a - b)
  print(what, {
    resources: size,
    per_second: round((n / sum) * 1000),
    processor_us_each: round((work / (n + before)) * 1000),
    p50_ms: quantile(times, 0.5),
    p99_ms: quantile(times, 0.99),
    max_ms: quantile(times, 1),
    hits: round(found / (n + before)),
  })
}

const day = (i: number) => new Date(Date.UTC(2015, 0, 1) + (i % 1000) * 86_400_000).toISOString().slice(0, 10)
let stores = await openFolder()
let store = await stores.tenant('bench')
let size = 0
for (const next of [10_000, 100_000, 155_000, 300_000, 500_000, 750_000, 1_000_000].filter((each) => each <= most)) {
  await ingest(store, next - size)
  size = next
  print('memory', { resources: size, resident_mb: resident() })
  await search(store, size, (i) => `category=vital-signs&date=ge${day(i)}&_sort=-date&_count=20`, 'search: token, date, sort')
  await search(store, size, (i) => `code=${10000 + (i % 300) * 37}&_sort=-date&_count=20`, 'search: rarer token, sort')
  await stores.close()
  const start = performance.now()
  stores = await openFolder()
  store = await stores.tenant('bench')
  await search(store, size, (i) => `code=${10000 + (i % 300) * 37}&_count=1`, 'the first search', 1, 0)
  print('start', { resources: size, ms: round(performance.now() - start), resident_mb: resident() })
}
await stores.close()
leaveFolder()
