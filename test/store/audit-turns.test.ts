/** A page of the audit that is hard to find holds nobody up: others have their turn between its lines. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ok } from '../../src/domain/problem.ts'
import { openSqlStore } from '../../src/store/sql-store.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { write } from '../../src/store/store.ts'
import { morning } from '../contract/store/support.ts'

test('others have their turn between lines of many entities', async () => {
  let turns = 0
  const folder = mkdtempSync(join(tmpdir(), 'handoff-test-'))
  const database = openSqlite(join(folder, 'store.sqlite'), { durable: false })
  const pause = async () => {
    turns++
  }
  const store = await openSqlStore({ ...database, pause }, { clock: () => morning, newEpoch: () => 'e', patience: 0 })
  const entities = Array.from({ length: 50 }, (_, i) => `Observation/o${i}`)
  const line = { change: 'audit', at: '2026-03-01T09:30:00.000Z', principal: 'p', action: 'search', outcome: 'success' } as const
  await store.commit(function* () {
    yield* write({ ...line, entities }, { ...line, entities: ['Patient/rosa'] })
    return ok(undefined)
  })
  turns = 0
  const { items } = await store.look({ ask: 'audit', patient: 'rosa', count: 5 })
  expect(items).toHaveLength(1)
  expect(turns).toBeGreaterThanOrEqual(entities.length)
  await store.close()
  rmSync(folder, { recursive: true })
})
