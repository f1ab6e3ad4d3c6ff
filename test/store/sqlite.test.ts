/** The contract on SQLite files, and what is particular to them. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { ok } from '../../src/domain/problem.ts'
import { openSqlStore, type StoreOptions } from '../../src/store/sql-store.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { type Store, write } from '../../src/store/store.ts'
import { morning, type Place } from '../contract/store/support.ts'
import { storeContract } from '../contract/store.ts'

const insideWith = async (
  options: Pick<StoreOptions, 'together' | 'patience'>,
  story: (place: Place & { readonly file: string }) => Promise<void>,
): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'handoff-test-'))
  const opened: Store[] = []
  const clock = { now: morning }
  const place = {
    file: join(folder, 'store.sqlite'),
    clock,
    async open({ epoch = 'e1' }: { readonly epoch?: string } = {}) {
      const database = openSqlite(place.file, { durable: false })
      const store = await openSqlStore(database, {
        clock: () => clock.now,
        newEpoch: () => epoch,
        ...options,
      })
      opened.push(store)
      return store
    },
  }
  try {
    await story(place)
  } finally {
    for (const store of opened) await store.close()
    rmSync(folder, { recursive: true })
  }
}

const inside = (story: (place: Place & { readonly file: string }) => Promise<void>) => insideWith({}, story)

storeContract('a SQLite file', inside)
// Searches let others have their turn whenever they can.
storeContract('a SQLite file, listing often', (story) => insideWith({ together: 3, patience: 0 }, story))

describe('a SQLite file', () => {
  test('forgets expired records for good, after a while', () =>
    inside(async (place) => {
      const store = await place.open()
      const remember = (key: string, expires?: string) =>
        store.commit(function* () {
          yield* write({ change: 'remember', kind: 'k', key, text: 'x', ...(expires === undefined ? {} : { expires }) })
          return ok(undefined)
        })
      await remember('expires', '2026-03-01T09:31:00.000Z')
      await remember('stays')
      place.clock.now += 60_000
      for (let i = 0; i < 100; i++) await remember('another')
      const db = new DatabaseSync(place.file, { readOnly: true })
      expect(db.prepare('SELECT key FROM record ORDER BY key').all()).toEqual([{ key: 'another' }, { key: 'stays' }])
      db.close()
    }))

  test('waits for the disk with every commit, and says so when it is opened', () =>
    inside(async (place) => {
      const { writer, close } = openSqlite(join(place.file, '..', 'durable.sqlite'), { durable: true })
      const pragma = async (name: string) =>
        Object.values((await writer.execute({ sql: `PRAGMA ${name}`, values: [] }))[0] ?? {})[0]
      expect(await pragma('journal_mode')).toBe('wal')
      expect(await pragma('synchronous')).toBe(2)
      expect(await pragma('mmap_size')).toBe(0)
      await close()
    }))
})
