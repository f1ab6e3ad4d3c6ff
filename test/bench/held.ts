/**
 * How long searches over everything hold up whatever else waits, and how long they take, in processor time: `node test/bench/held.ts [observations] [folder]`.
 * A folder given is kept, and opened again if it is there.
 */
import { readdirSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { parseSearch } from '../../src/fhir/search/parse.ts'
import type { Page, Store, Stored, Visibility } from '../../src/store/store.ts'
import { folder, leaveFolder, openFolder } from './folder.ts'
import { people, print, processor, putAll, round } from './people.ts'

const most = Number(process.argv[2] ?? 100_000)
const isNew = readdirSync(folder).length === 0

async function fill(store: Store): Promise<void> {
  const source = people()
  for (let observations = 0; observations < most; ) {
    const batch = Array.from({ length: 500 }, () => source.next().value!)
    observations += batch.filter(({ resourceType }) => resourceType === 'Observation').length
    await putAll(store, batch)
  }
}

/** The longest time (of this processor's work) between two turns of the event loop while something runs. */
async function held<T>(work: () => Promise<T>): Promise<{ result: T; total: number; longest: number }> {
  let [isDone, longest] = [false, 0]
  await setImmediate()
  const watching = (async () => {
    for (let last = processor(); !isDone; ) {
      await setImmediate()
      const now = processor()
      longest = Math.max(longest, now - last)
      last = now
    }
  })()
  const begin = processor()
  const result = await work()
  const total = processor() - begin
  isDone = true
  await watching
  return { result, total, longest }
}

const patients = { patients: Array.from({ length: 20 }, (_, i) => `pat-${i}`) }
const questions: readonly (readonly [type: string, query: string, visible?: Visibility])[] = [
  ['Observation', ''],
  ['Observation', '_sort=code'],
  ['Observation', '_sort=-code'],
  ['Observation', '_sort=subject'],
  ['Observation', '_sort=_id'],
  ['Observation', '_sort=date'],
  ['Observation', '_sort=-date'],
  ['Observation', '_sort=value-quantity'],
  ['Observation', '_sort=code,-date'],
  ['Observation', '_sort=_lastUpdated'],
  ['Observation', '_sort=code&status=final'],
  ['Observation', '_sort=code&code:missing=false'],
  ['Observation', 'value-quantity=gt1000000'],
  ['Observation', 'value-quantity=gt1'],
  ['Observation', 'code:missing=true'],
  ['Observation', 'code:not=10000'],
  ['Observation', 'method:missing=true&_sort=-date'],
  ['Observation', 'code:text=number'],
  ['Observation', 'code:text=nothing'],
  ['Observation', '_lastUpdated=ge2020'],
  ['Observation', '_lastUpdated=ge2020&_sort=code'],
  ['Observation', 'date=ge2000'],
  ['Observation', 'date=ge2000&_sort=code'],
  ['Observation', 'date=ge2000&_total=accurate'],
  ['Observation', '_total=accurate'],
  ['Observation', '_summary=count'],
  ['Observation', '_summary=count&status=final'],
  ['Observation', '_summary=count&code:not=10000'],
  ['Observation', '_summary=count&value-quantity=gt50'],
  ['Observation', '_summary=count&code:missing=true'],
  ['Observation', 'subject:Patient.family=family7919'],
  ['Observation', 'subject:Patient.family:contains=x'],
  ['Observation', 'subject:Patient.family:contains=amily'],
  ['Observation', 'subject:Patient.gender=female'],
  ['Observation', 'subject:Patient.gender=female&_sort=code'],
  ['Observation', 'subject:Patient.gender=female&_sort=-date'],
  ['Observation', 'subject:Patient.gender=female&_summary=count'],
  ['Observation', 'subject:Patient.birthdate=lt1900'],
  ['Patient', '_has:Observation:subject:status=final'],
  ['Patient', '_has:Observation:subject:status=amended'],
  ['Patient', '_has:Observation:subject:code=10000&_summary=count'],
  ['Patient', '_has:Observation:subject:value-quantity=gt1000000'],
  ['Patient', '_has:Observation:subject:status=final&_summary=count'],
  ['Patient', 'family:contains=amil'],
  ['Patient', 'family:contains=nothing'],
  ['Patient', 'family:contains=amil&_sort=family'],
  ['Patient', 'family:exact=Family7919'],
  ['Patient', '_sort=family'],
  ['Patient', '_sort=family,given,birthdate'],
  ['Patient', 'address:contains=town&_summary=count'],
  ['Observation', '', patients],
  ['Observation', '_sort=code', patients],
  ['Observation', '_sort=-date', patients],
  ['Observation', '_sort=_lastUpdated', patients],
  ['Observation', '_summary=count', patients],
]

const stores = await openFolder()
const store = await stores.tenant('bench')
if (isNew) await fill(store)
const only = process.argv[4]
for (const [type, text, visible = 'everything'] of questions) {
  if (only !== undefined && !text.includes(only)) continue
  const query = parseSearch(type, new URLSearchParams(text))
  if (!query.ok) throw new Error(`${text}: ${query.problem.detail}`)
  const search = (): Promise<Page<Stored>> => store.look({ ask: 'search', query: query.value, visible })
  await search()
  const { result, total, longest } = await held(search)
  print(`${type}?${text}`, {
    ...(visible !== 'everything' && { patients: visible.patients.length }),
    ms: round(total),
    held_ms: round(longest),
    hits: result.items.length,
    ...(result.total !== undefined && { total: result.total }),
  })
}
await stores.close()
leaveFolder()
