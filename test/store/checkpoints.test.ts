/** The WAL file is emptied beside the work, and never grows without end. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Checkpoints, state } from '../../src/store/sqlite-checkpoints.ts'

let folder: string
let db: DatabaseSync

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'handoff-test-'))
  db = new DatabaseSync(join(folder, 'x.sqlite'))
  db.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (n INTEGER PRIMARY KEY, text TEXT)')
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true })
})

const limits = { worthwhile: 100, few: 20, tooMany: 400 }
const write = (n: number) => db.prepare('INSERT INTO t VALUES (?, ?)').run(n, 'x'.repeat(12_000))
const check = (rows: number) => {
  expect(db.prepare('SELECT count(*) AS n FROM t').get()).toEqual({ n: rows })
  expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
}

test('pages are moved by the other thread while writing goes on, and the WAL starts anew', async () => {
  const checkpoints = new Checkpoints(db, join(folder, 'x.sqlite'), limits)
  let longest = 0
  let shortened = 0
  let before = 0
  for (let n = 0; n < 1500; n++) {
    write(n)
    await checkpoints.rest()
    await setImmediate()
    const { log } = state(db, 'NOOP')
    longest = Math.max(longest, log)
    if (log < before) shortened++
    before = log
  }
  await checkpoints.end()
  expect(longest).toBeLessThan(2 * limits.tooMany)
  expect(shortened).toBeGreaterThan(2)
  check(1500)
})

test('where the other thread cannot, this one moves them', async () => {
  const checkpoints = new Checkpoints(db, join(folder, 'not-there', 'x.sqlite'), limits)
  for (let n = 0; n < 500; n++) {
    write(n)
    await checkpoints.rest()
  }
  await checkpoints.end()
  expect(state(db, 'NOOP').log).toBeLessThan(limits.tooMany)
  check(500)
})
