/** The contract on SQLite files, and what is particular to them. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlStore } from '../../src/store/sql-store.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import type { Store } from '../../src/store/store.ts'
import { type Inside, morning, type Place } from '../contract/store/support.ts'
import { storeContract } from '../contract/store.ts'

const inside: Inside = async (story) => {
  const folder = mkdtempSync(join(tmpdir(), 'handoff-test-'))
  const opened: Store[] = []
  const clock = { now: morning }
  const place: Place = {
    clock,
    async open({ epoch = 'e1' } = {}) {
      const database = openSqlite(join(folder, 'store.sqlite'), { durable: false })
      const store = await openSqlStore(database, { clock: () => clock.now, newEpoch: () => epoch })
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

storeContract('a SQLite file', inside)
