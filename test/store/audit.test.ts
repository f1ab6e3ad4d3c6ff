/** Whoever writes into the file of a store can change the audit, but not without leaving a trace. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ok } from '../../src/domain/problem.ts'
import { openSqlStore } from '../../src/store/sql-store.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { type Store, write } from '../../src/store/store.ts'
import { morning } from '../contract/store/support.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'handoff-test-'))
  file = join(folder, 'store.sqlite')
})
afterEach(() => rmSync(folder, { recursive: true }))

const open = () => openSqlStore(openSqlite(file, { durable: false }), { clock: () => morning, newEpoch: () => 'e' })

/** Closes the store, runs the statements on its file, and opens it again. */
async function tampered(store: Store, sql: string): Promise<Store> {
  await store.close()
  const database = new DatabaseSync(file)
  database.exec(sql)
  database.close()
  return open()
}

const keep = (store: Store, action: string) =>
  store.commit(function* () {
    yield* write({ change: 'audit', at: '2026-03-01T09:30:00.000Z', principal: 'p', action, entities: [], outcome: 'success' })
    return ok(undefined)
  })

async function ofTen(): Promise<Store> {
  const store = await open()
  for (let i = 1; i <= 10; i++) await keep(store, `act-${i}`)
  return store
}

test.each([
  ['a line altered', `UPDATE audit SET entry = replace(entry, 'act-4', 'act-5') WHERE place = 4`, 4],
  ['a line altered and sealed anew', `UPDATE audit SET entry = '{}', digest = hex(randomblob(32)) WHERE place = 4`, 4],
  ['a line said to be from before there were seals', `UPDATE audit SET digest = NULL WHERE place = 4`, 4],
  ['all of the beginning said to be so', `UPDATE audit SET digest = NULL WHERE place <= 4`, 5],
  ['a line removed', `DELETE FROM audit WHERE place = 4`, 4],
  ['the first line removed', `DELETE FROM audit WHERE place = 1`, 1],
  ['another commit named', `UPDATE audit SET sequence = 1 WHERE place = 4`, 4],
  [
    'two lines changed places',
    `UPDATE audit SET place = 0 WHERE place = 4; UPDATE audit SET place = 4 WHERE place = 5; UPDATE audit SET place = 5 WHERE place = 0`,
    4,
  ],
  ['the end cut off', `DELETE FROM audit WHERE place > 8`, 9],
  ['everything removed', `DELETE FROM audit`, 1],
])('%s is found, and stays found when more is written', async (_, sql, broken) => {
  const store = await tampered(await ofTen(), sql)
  expect(await store.look({ ask: 'auditCheck' })).toMatchObject({ broken })
  await keep(store, 'afterwards')
  expect(await store.look({ ask: 'auditCheck' })).toMatchObject({ broken })
  await store.close()
})

test('an end cut off so that nothing shows is told by a seal that was noted elsewhere', async () => {
  const store = await ofTen()
  const { head } = await store.look({ ask: 'auditCheck' })
  const cut = await tampered(
    store,
    `DELETE FROM audit WHERE place > 8; UPDATE meta SET value = (SELECT digest FROM audit WHERE place = 8) WHERE name = 'audit-seal'`,
  )
  expect(await cut.look({ ask: 'auditCheck', head: head! })).toEqual({
    lines: 8,
    unsealed: 0,
    head: expect.any(String),
    found: false,
  })
  await cut.close()
})

test('lines from before there were seals are told apart', async () => {
  const before = await tampered(await ofTen(), `UPDATE audit SET digest = NULL; DELETE FROM meta WHERE name = 'audit-seal'`)
  await keep(before, 'sealed')
  expect(await before.look({ ask: 'auditCheck' })).toEqual({ lines: 11, unsealed: 10, head: expect.any(String) })
  await before.close()
})
