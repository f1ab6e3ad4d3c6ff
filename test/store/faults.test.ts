/** What becomes of commits when the disk fails, when plans are long, and when tables are not those of this program. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ok } from '../../src/domain/problem.ts'
import { migrate, migrations } from '../../src/store/schema/migrate.ts'
import { type Database, drive, type Statement } from '../../src/store/sql.ts'
import { openSqlStore } from '../../src/store/sql-store.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import type { Store } from '../../src/store/store.ts'
import { byIdentifier, idsOf, morning, patient, query, save, saving, search } from '../contract/store/support.ts'

let folder: string
let file: string
let open: Store[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'handoff-test-'))
  file = join(folder, 'store.sqlite')
  open = []
})
afterEach(async () => {
  for (const store of open) await store.close()
  rmSync(folder, { recursive: true })
})

const full = () => Object.assign(new Error('database or disk is full'), { errcode: 13 })

/** A database whose disk can be made to fail: at the n-th statement from now, or at the end of a transaction. */
function fragile(): { database: Database; fail: { at: number | 'commit' | undefined } } {
  const fail: { at: number | 'commit' | undefined } = { at: undefined }
  const { writer, ...rest } = openSqlite(file, { durable: false })
  const failing = {
    execute(statement: Statement) {
      if (typeof fail.at === 'number' && fail.at-- === 0) throw full()
      return writer.execute(statement)
    },
    transaction: (work: Parameters<typeof writer.transaction>[0], kept?: () => void) =>
      writer.transaction(async () => {
        const verdict = await work()
        if (fail.at === 'commit') throw full()
        return verdict
      }, kept),
    hasParts: writer.hasParts,
    isOutside: (error: unknown) => writer.isOutside(error),
  }
  return { database: { ...rest, writer: failing }, fail }
}

async function openStore(database: Database, together = 4096): Promise<Store> {
  const store = await openSqlStore(database, { clock: () => morning, newEpoch: () => 'e', together })
  open.push(store)
  return store
}

const tagged = (i: number) => patient(`p${i}`, { identifier: [{ system: 'urn:s', value: `v${i}` }] })
const tryToSave = (store: Store, i: number) =>
  store.commit(function* () {
    yield* saving(tagged(i))
    return ok(i)
  })

describe('when the disk is full', () => {
  test('at the end of a group, all its plans are told, none is half there, and the store goes on when there is room', async () => {
    const { database, fail } = fragile()
    const store = await openStore(database)
    await save(store, patient('before'))
    fail.at = 'commit'
    const told = await Promise.all([1, 2, 3].map((i) => tryToSave(store, i)))
    for (const each of told) expect(each).toMatchObject({ ok: false, problem: { code: 'unavailable', retryAfter: 1 } })
    expect(idsOf((await search(store, query('Patient'))).items)).toEqual(['before'])
    fail.at = undefined
    for (const i of [1, 2, 3]) expect(await tryToSave(store, i)).toEqual({ ok: true, value: i })
    for (const i of [1, 2, 3])
      expect(idsOf((await search(store, query('Patient', [byIdentifier('urn:s', `v${i}`)]))).items)).toEqual([`p${i}`])
    const { items } = await store.look({ ask: 'history', count: 10, visible: 'everything' })
    expect(items.map(({ sequence }) => sequence)).toEqual([4, 3, 2, 1])
  })

  test.each([4096, 1])('at whichever statement it happens (%i listed together)', async (together) => {
    const { database, fail } = fragile()
    const store = await openStore(database, together)
    const there: string[] = []
    let failed = 0
    for (let at = 0; ; at++) {
      fail.at = at
      const told = await Promise.all([tryToSave(store, 2 * at), tryToSave(store, 2 * at + 1)])
      const done = told.flatMap((each) => (each.ok ? [`p${each.value}`] : []))
      fail.at = undefined
      for (const each of told) if (!each.ok) expect(each.problem.code).toBe('unavailable')
      const { items } = await search(store, query('Patient', [{ kind: 'id', values: [`p${2 * at}`, `p${2 * at + 1}`] }]))
      expect(idsOf(items)).toEqual(done)
      there.push(...done)
      const all = await search(store, query('Patient', [], { count: 500, total: 'accurate' }))
      expect({ ids: idsOf(all.items), total: all.total }).toEqual({ ids: there, total: there.length })
      if (done.length === 2) break
      failed++
    }
    expect(failed).toBeGreaterThan(10)
  })
})

describe('a long plan', () => {
  test('lets the event loop turn, and nobody sees half of it', async () => {
    const store = await openStore(openSqlite(file, { durable: false }))
    let turns = 0
    let looks = 0
    let going = true
    const turning = (async () => {
      while (going) {
        await setImmediate()
        turns++
        const { total } = await search(store, query('Patient', [], { total: 'accurate', count: 0 }))
        if (going) expect([0, 2000]).toContain(total)
        if (total === 0) looks++
      }
    })()
    await save(store, ...Array.from({ length: 2000 }, (_, i) => tagged(i)))
    going = false
    await turning
    expect(looks).toBeGreaterThan(3)
    expect(turns).toBeGreaterThanOrEqual(looks)
  })
})

describe('tables', () => {
  const tables = () => {
    const db = new DatabaseSync(file)
    try {
      return db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY name').all()
    } finally {
      db.close()
    }
  }
  const change = (sql: string) => {
    const db = new DatabaseSync(file)
    db.exec(sql)
    db.close()
  }

  test('are made once, and left alone when the store is opened again', async () => {
    await (await openStore(openSqlite(file, { durable: false }))).close()
    const made = tables()
    await (await openStore(openSqlite(file, { durable: false }))).close()
    expect(tables()).toEqual(made)
  })

  test('of a newer version of the program are refused', async () => {
    await (await openStore(openSqlite(file, { durable: false }))).close()
    change("INSERT INTO migration VALUES (99, 'from the future', 0)")
    await expect(openStore(openSqlite(file, { durable: false }))).rejects.toThrow('newer version')
  })

  test('made by other steps than ours are refused', async () => {
    await (await openStore(openSqlite(file, { durable: false }))).close()
    change('UPDATE migration SET checksum = 1')
    await expect(openStore(openSqlite(file, { durable: false }))).rejects.toThrow('another step 1')
  })

  test('that could not be made to the end are not there at all, and are made the next time', async () => {
    for (let at = 0; at < 200; at++) {
      const { database, fail } = fragile()
      fail.at = at
      const opened = await openStore(database).then(
        () => true,
        () => false,
      )
      for (const store of open.splice(0)) await store.close()
      const names = tables().filter(({ name }) => !String(name).startsWith('sqlite_'))
      if (opened) {
        expect(at).toBeGreaterThan(10)
        return
      }
      expect(names).toEqual([])
    }
    throw new Error('the tables were never made')
  })

  test('steps are numbered from one', () => {
    expect(migrations.map(({ number }) => number)).toEqual(migrations.map((_, i) => i + 1))
  })

  test('a later step is done once, on a store that has the earlier ones', async () => {
    const { writer, close } = openSqlite(file, { durable: false })
    const later = { number: migrations.length + 1, name: 'later', statements: ['CREATE TABLE later (x)'] }
    for (const steps of [migrations, [...migrations, later], [...migrations, later]]) {
      await writer.transaction(async () => {
        await drive(
          migrate(() => 'e', steps),
          writer,
        )
        return 'keep'
      })
    }
    await close()
    expect(tables().filter(({ name }) => name === 'later')).toHaveLength(1)
  })
})
