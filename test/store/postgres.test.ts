/** The contract on PostgreSQL, and what is particular to it. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { ok } from '../../src/domain/problem.ts'
import type { Filter } from '../../src/fhir/search/query.ts'
import { type Client, postgresDriver } from '../../src/store/postgres-driver.ts'
import { openPostgresHome } from '../../src/store/postgres-stores.ts'
import type { StoreOptions } from '../../src/store/sql-store.ts'
import { ask, type Store, write } from '../../src/store/store.ts'
import type { StoresOptions } from '../../src/store/stores.ts'
import {
  byIdentifier,
  idsOf,
  morning,
  observation,
  type Place,
  patient,
  query,
  save,
  saving,
  search,
  value,
} from '../contract/store/support.ts'
import { storeContract } from '../contract/store.ts'
import { noPostgres, type PostgresServer, sql, startPostgres } from '../support/postgres.ts'

let server: PostgresServer
let places = 0

interface Schema extends Place {
  readonly name: string
  open(options?: { readonly epoch?: string } & Pick<StoresOptions, 'standby' | 'lost'>): Promise<Store>
}

async function insideWith(
  options: Pick<StoreOptions, 'together' | 'patience'>,
  story: (place: Schema) => Promise<void>,
): Promise<void> {
  const opened: Store[] = []
  const clock = { now: morning }
  const place: Schema = {
    name: `test-${++places}`,
    clock,
    async open({ epoch = 'e1', ...told } = {}) {
      const home = await openPostgresHome(server.url, { clock: () => clock.now, newEpoch: () => epoch, ...options, ...told })
      const store = await home.open(place.name)
      opened.push(store)
      return store
    },
  }
  try {
    await story(place)
  } finally {
    for (const store of opened) await store.close()
  }
}

const inside = (story: (place: Schema) => Promise<void>) => insideWith({}, story)

describe.skipIf(noPostgres !== undefined)(`with a server${noPostgres === undefined ? '' : ` (skipped: ${noPostgres})`}`, () => {
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server.stop())

  // Lists are written, and searches let others have their turn, whenever they can: what is in memory changes most.
  storeContract('PostgreSQL', (story) => insideWith({ together: 3, patience: 0 }, story))

  describe('PostgreSQL', () => {
    test('keeps every character, that which its own texts cannot hold, too', () =>
      inside(async (place) => {
        const store = await place.open()
        const odd = 'a\u0000b\uffffc\uffff0\u0000'
        await save(store, patient('p', { identifier: [{ system: 'urn:odd', value: odd }] }))
        await value(
          store.commit(function* () {
            yield* write({ change: 'remember', kind: odd, key: odd, text: odd })
            return ok(undefined)
          }),
        )
        const find = async (code: string) => idsOf((await search(store, query('Patient', [byIdentifier('urn:odd', code)]))).items)
        expect(await find(odd)).toEqual(['p'])
        expect(await find('a\uffff0b\uffffc\uffff0\uffff0')).toEqual([])
        expect(await store.look({ ask: 'record', kind: odd, key: odd })).toBe(odd)
        expect((await store.look({ ask: 'records', kind: odd, count: 1 })).items).toEqual([{ key: odd, text: odd }])
        expect((await search(store, query('Patient', [{ kind: 'id', values: ['\u0000', 'p'] }]))).items).toHaveLength(1)
      }))

    test('is open to one process at a time: another is refused, or waits and goes on from there', () =>
      inside(async (place) => {
        const first = await place.open()
        await save(first, patient('before', { active: true }))
        await expect(place.open()).rejects.toThrow('another process')
        let isWaiting = false
        const second = place.open({ standby: () => (isWaiting = true) })
        while (!isWaiting) await new Promise((wake) => setTimeout(wake, 5))
        await save(first, patient('meanwhile', { active: true }))
        await first.close()
        const store = await second
        await save(store, patient('after', { active: true }))
        const active = query('Patient', [{ kind: 'token', param: 'active', values: [{ code: 'true' }] }])
        expect(idsOf((await search(store, active)).items)).toEqual(['before', 'meanwhile', 'after'])
      }))

    test('a question that it refuses is the failure of its plan alone', () =>
      inside(async (place) => {
        const store = await place.open()
        await save(store, patient('before'))
        const all = await Promise.allSettled([
          save(store, patient('one')),
          store.commit(function* () {
            yield* saving(patient('wrong'))
            yield* ask({ ask: 'version', type: 'Patient', id: 'before', version: 0.5 })
            return ok(undefined)
          }),
          save(store, patient('two')),
        ])
        expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
        expect(idsOf((await search(store, query('Patient'))).items)).toEqual(['before', 'one', 'two'])
      }))

    test('whoever has lost the connection with the lock is told so, and can write no more', () =>
      inside(async (place) => {
        let losses = 0
        const store = await place.open({ lost: () => losses++ })
        await save(store, patient('before'))
        // The only one of this schema: the lock's number is that of its name.
        await sql(
          server.url,
          `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'
          AND (classid::bigint << 32) + objid::bigint = hashtextextended('warm-handoff handoff_${place.name}', 0)`,
        )
        while (losses === 0) await new Promise((wake) => setTimeout(wake, 5))
        expect(await store.commit(() => saving(patient('late')) as never)).toMatchObject({ problem: { code: 'unavailable' } })
        const again = await place.open()
        expect(idsOf((await search(again, query('Patient'))).items)).toEqual(['before'])
        await store.close()
        expect(losses).toBe(1)
      }))

    test('looks at few rows for a few values, however many there are', () =>
      inside(async (place) => {
        const store = await place.open()
        const code = (i: number) => ({ code: { coding: [{ system: 'urn:c', code: `c${i}` }] } })
        for (let from = 0; from < 5000; from += 500)
          await save(store, ...Array.from({ length: 500 }, (_, i) => observation(`o${from + i}`, 'p', code(from + i))))
        await search(store, query('Observation'))
        await store.commit(() => saving(patient('p')) as never)
        await sql(server.url, 'ANALYZE')

        const { prototype } = (await postgresDriver())!.Client as unknown as { readonly prototype: Client }
        const { query: original } = prototype
        const asked: { readonly client: Client; readonly text: string; readonly values: readonly (string | null)[] }[] = []
        const spy = vi.spyOn(prototype, 'query').mockImplementation(function (this: Client, ...given) {
          const [one] = given
          if (typeof one === 'object' && one.text.startsWith('SELECT'))
            asked.push({ client: this, text: one.text, values: one.values ?? [] })
          // The pool is called back besides.
          return original.apply(this, given)
        })
        const few: Filter = { kind: 'token', param: 'code', values: [{ code: 'c7' }, { code: 'c4321' }] }
        const sorted = { sort: [{ kind: 'id' as const, param: '_id', descending: false }], total: 'accurate' as const }
        expect(idsOf((await search(store, query('Observation', [few], sorted))).items)).toEqual(['o4321', 'o7'])
        spy.mockRestore()
        expect(asked.length).toBeGreaterThan(2)
        for (const { client, text, values } of asked) {
          const { rows } = await client.query({ text: `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values })
          const plan = String(Object.values(rows[0]!)[0])
          const counts = plan.matchAll(/"(?:Actual Rows|Rows Removed by [^"]*)": (\d+)/g)
          expect(Math.max(...[...counts].map(([, count]) => Number(count))), text).toBeLessThan(1000)
        }
      }))

    test('refuses a database of another encoding', async () => {
      await sql(server.url, "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0 LOCALE 'C'")
      const home = await openPostgresHome(server.url.replace('/postgres?', '/latin?'), {
        clock: () => morning,
        newEpoch: () => 'e',
      })
      await expect(home.open('default')).rejects.toThrow('UTF8')
    })
  })
})
