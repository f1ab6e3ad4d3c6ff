/** Searches, pages and queues find their rows by an index: what is asked for many resources takes no longer than for few. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Filter } from '../../src/fhir/search/query.ts'
import type { Statement } from '../../src/store/sql.ts'
import { openSqlStore } from '../../src/store/sql-store.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import type { Ask, Store } from '../../src/store/store.ts'
import { descending, morning, observation, patient, query, save } from '../contract/store/support.ts'

let folder: string
let store: Store
let explain: DatabaseSync
const asked: Statement[] = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'handoff-test-'))
  const file = join(folder, 'store.sqlite')
  const { writer, reader: _, ...database } = openSqlite(file, { durable: false })
  const listening = {
    transaction: writer.transaction.bind(writer),
    isOutside: () => false,
    hasParts: false,
    execute(statement: Statement) {
      asked.push(statement)
      return writer.execute(statement)
    },
  }
  store = await openSqlStore({ ...database, writer: listening }, { clock: () => morning, newEpoch: () => 'e' })
  await save(
    store,
    ...Array.from({ length: 20 }, (_, i) => patient(`p${i}`, { birthDate: '1990-02-03', name: [{ family: `F${i}` }] })),
    ...Array.from({ length: 20 }, (_, i) => observation(`o${i}`, `p${i}`, { effectiveDateTime: '2026-01-01' })),
  )
  explain = new DatabaseSync(file, { readOnly: true })
})
afterAll(async () => {
  explain.close()
  await store.close()
  rmSync(folder, { recursive: true })
})

/** Tables whose rows grow with use. The list of segments is read whole: it has one row for thousands of resources. */
const large =
  /\bSCAN (version|resource|posting|period|amount|word|term|indexed|compartment|message|delivery|link|record|audit|p|d|v|r|c|t|w|now)\b|AUTOMATIC/

const filters: Record<string, { type: string; filters: Filter[] }> = {
  token: {
    type: 'Observation',
    filters: [{ kind: 'token', param: 'code', values: [{ system: 'http://loinc.org', code: '44261-6' }] }],
  },
  'tokens of any system': {
    type: 'Observation',
    filters: [{ kind: 'token', param: 'code', values: [{ code: 'x' }, { code: '44261-6' }] }],
  },
  reference: { type: 'Observation', filters: [{ kind: 'reference', param: 'subject', values: ['Patient/p1'] }] },
  'reference and date': {
    type: 'Observation',
    filters: [
      { kind: 'reference', param: 'subject', values: ['Patient/p1'] },
      { kind: 'date', param: 'date', values: [{ prefix: 'ge', lo: 0, hi: 5 }] },
    ],
  },
  'string starts': { type: 'Patient', filters: [{ kind: 'string', param: 'family', match: 'starts', values: ['f1'] }] },
  'string exact': { type: 'Patient', filters: [{ kind: 'string', param: 'family', match: 'exact', values: ['F1'] }] },
  'date before': { type: 'Patient', filters: [{ kind: 'date', param: 'birthdate', values: [{ prefix: 'lt', lo: 0, hi: 5 }] }] },
  'date around': { type: 'Patient', filters: [{ kind: 'date', param: 'birthdate', values: [{ prefix: 'ap', lo: 0, hi: 5 }] }] },
  id: { type: 'Patient', filters: [{ kind: 'id', values: ['p1', 'p2'] }] },
  lastUpdated: { type: 'Patient', filters: [{ kind: 'lastUpdated', values: [{ prefix: 'gt', lo: 0, hi: 5 }] }] },
  'a whole type': { type: 'Patient', filters: [] },
  chain: {
    type: 'Observation',
    filters: [
      {
        kind: 'chain',
        param: 'subject',
        to: [{ type: 'Patient', filter: { kind: 'string', param: 'family', match: 'starts', values: ['f1'] } }],
      },
    ],
  },
  'reverse chain': {
    type: 'Patient',
    filters: [
      {
        kind: 'has',
        type: 'Observation',
        param: 'subject',
        filter: { kind: 'token', param: 'code', values: [{ code: '44261-6' }] },
      },
    ],
  },
  text: { type: 'Observation', filters: [{ kind: 'starts', param: 'code:text', values: ['phq'] }] },
}

const seen = { patients: ['p1', 'p2'] }
const questions: Record<string, Ask> = {
  history: { ask: 'history', count: 5, visible: seen },
  'history of a type': { ask: 'history', type: 'Patient', count: 5, visible: seen, since: '2026-01-01T00:00:00.000Z' },
  'history of a resource': { ask: 'history', type: 'Patient', id: 'p1', count: 5, visible: seen },
  writers: { ask: 'writers', of: [{ type: 'Patient', id: 'p1', at: '2026-01-01T00:00:00.000Z', sequence: 1 }] },
  feed: { ask: 'feed', type: 'Patient', count: 5, visible: seen, upTo: 1 },
  due: { ask: 'due', connection: 'c', at: '2026-01-01T00:00:00.000Z', count: 5 },
  inFlight: { ask: 'inFlight', connection: 'c' },
  nextDue: { ask: 'nextDue', connection: 'c' },
  'dead letters': { ask: 'deliveries', state: 'dead', count: 5 },
  'deliveries of a resource': { ask: 'deliveries', type: 'Task', resource: 't', count: 5 },
  'messages held': { ask: 'messages', state: 'held', count: 5 },
  records: { ask: 'records', kind: 'client', count: 5 },
}

async function plansOf(ask: Ask): Promise<string[]> {
  asked.length = 0
  await store.look(ask)
  expect(asked.length).toBeGreaterThan(0)
  return asked.flatMap((statement) => {
    expect(statement).not.toHaveProperty('width')
    return explain
      .prepare(`EXPLAIN QUERY PLAN ${statement.sql}`)
      .all(...statement.values)
      .map(({ detail }) => String(detail))
  })
}

for (const [name, { type, filters: some }] of Object.entries(filters)) {
  test(`a search by ${name}`, async () => {
    for (const visible of ['everything', seen] as const) {
      const plain = await plansOf({ ask: 'search', query: query(type, some, { total: 'accurate' }), visible })
      expect(plain.filter((line) => large.test(line) && line !== 'SCAN d')).toEqual([])
      const sorted = query(type, some, { sort: [descending('_lastUpdated', 'lastUpdated')] })
      expect(
        (await plansOf({ ask: 'search', query: sorted, visible })).filter((line) => large.test(line) && line !== 'SCAN d'),
      ).toEqual([])
    }
  })
}

test('a whole type is walked in its own order, and by time, without sorting it', async () => {
  for (const sort of [[], [descending('_lastUpdated', 'lastUpdated')]]) {
    const plans = await plansOf({ ask: 'search', query: query('Patient', [], { sort }), visible: 'everything' })
    expect(plans.filter((line) => line.includes('TEMP B-TREE'))).toEqual([])
  }
})

test('further pages, whatever was written since the first one', async () => {
  for (const sort of [[], [descending('_lastUpdated', 'lastUpdated')], [descending('birthdate', 'date')]]) {
    const few = query('Patient', [], { sort, count: 1 })
    for (const visible of ['everything', seen] as const) {
      const { next: after } = await store.look({ ask: 'search', query: few, visible })
      await save(store, patient('p3', { birthDate: '1991-02-03' }), patient('p1', { birthDate: '1990-02-03' }))
      const plans = await plansOf({ ask: 'search', query: few, visible, after: after! })
      expect(plans.filter((line) => large.test(line) && line !== 'SCAN d')).toEqual([])
    }
  }
})

for (const [name, ask] of Object.entries(questions)) {
  test(`the question for ${name}`, async () => {
    const plans = await plansOf(ask)
    expect(plans.filter((line) => large.test(line))).toEqual([])
    // Every page of a long history would sort the whole of it.
    if (name.includes('history')) expect(plans.filter((line) => line.includes('TEMP B-TREE'))).toEqual([])
  })
}
