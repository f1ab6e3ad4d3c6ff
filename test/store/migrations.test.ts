/** Stores that were written by earlier versions of this program. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSqlStore } from '../../src/store/sql-store.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { allPages, byIdentifier, idsOf, morning, patient, query, remove, save, search } from '../contract/store/support.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'handoff-test-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** As it was before step 6, with terms under other hashes. */
const unsealed = `
  UPDATE term SET hash = number;
  ALTER TABLE link DROP COLUMN ours;
  DROP INDEX audit_by_at;
  ALTER TABLE audit ADD COLUMN writer TEXT;
  ALTER TABLE audit ADD COLUMN previous TEXT;`

/** As step 2 left it: a posting for each resource, and keys without zeros around them. */
const backToSingles = `${unsealed}
  DELETE FROM migration WHERE number >= 3;
  DROP TABLE guarded;
  DROP TABLE posting;
  UPDATE indexed SET keys = '[' || substr(keys, 4, length(keys) - 6) || ']';
  CREATE TABLE posting (segment INTEGER NOT NULL, key INTEGER NOT NULL, number INTEGER NOT NULL,
    PRIMARY KEY (segment, key, number)) WITHOUT ROWID;
  INSERT INTO posting SELECT i.number >> 13, k.value, i.number FROM indexed AS i, json_each(i.keys) AS k;`

test.each([1, 4096])('a store with single postings is found in as before (%i listed together)', async (together) => {
  const file = join(folder, 'store.sqlite')
  const open = () => openSqlStore(openSqlite(file, { durable: false }), { clock: () => morning, newEpoch: () => 'e', together })
  const made = await open()
  const many = Array.from({ length: 700 }, (_, i) => patient(`p${i}`, { identifier: [{ system: 'urn:s', value: `v${i % 3}` }] }))
  for (let i = 0; i < many.length; i += 100) await save(made, ...many.slice(i, i + 100))
  await save(made, patient('p9', { identifier: [{ system: 'urn:s', value: 'v1' }] }))
  await made.close()
  const database = new DatabaseSync(file)
  database.exec(backToSingles)
  database.close()

  const opened = await open()
  const found = async (value: string) => {
    const asked = query('Patient', [byIdentifier('urn:s', value)], { count: 100, total: 'accurate' })
    const ids = idsOf(await allPages((after) => search(opened, asked, 'everything', after)))
    expect((await search(opened, { ...asked, count: 0 })).total).toBe(ids.length)
    return ids
  }
  const having = (rest: number) => many.flatMap(({ id }, i) => (i % 3 === rest && id !== 'p9' ? [id] : []))
  expect(await found('v0')).toEqual(having(0))
  expect(await found('v1')).toEqual([...having(1), 'p9'].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1))))
  await save(opened, patient('p3', { identifier: [{ system: 'urn:s', value: 'v2' }] }))
  expect(await found('v0')).toEqual(having(0).filter((id) => id !== 'p3'))
  await opened.close()
})

test('a list of clients from before is shown only to who may see all of them, and so is its end', async () => {
  const file = join(folder, 'store.sqlite')
  const open = () => openSqlStore(openSqlite(file, { durable: false }), { clock: () => morning, newEpoch: () => 'e' })
  const made = await open()
  const entry = ['p1', 'p2/_history/1'].map((id) => ({ item: { reference: `Patient/${id}` } }))
  await save(made, { resourceType: 'List', id: 'kept', entry }, { resourceType: 'List', id: 'gone', entry })
  await remove(made, 'List', 'gone')
  await made.close()
  const database = new DatabaseSync(file)
  database.exec(`${unsealed} DELETE FROM migration WHERE number >= 4; DELETE FROM compartment; DROP TABLE guarded`)
  database.close()

  const opened = await open()
  const seenBy = async (...patients: string[]) => {
    const { items } = await opened.look({ ask: 'history', count: 10, visible: { patients } })
    return { found: idsOf((await search(opened, query('List'), { patients })).items), versions: items.length }
  }
  expect(await seenBy('p1', 'p2')).toEqual({ found: ['kept'], versions: 3 })
  expect(await seenBy('p1')).toEqual({ found: [], versions: 0 })
  await opened.close()
})

test('what was to be done before is shown only to who may see whom it was for, and so is its end', async () => {
  const file = join(folder, 'store.sqlite')
  const open = () => openSqlStore(openSqlite(file, { durable: false }), { clock: () => morning, newEpoch: () => 'e' })
  const made = await open()
  const task = (id: string, whom: string) => ({ resourceType: 'Task', id, for: { reference: `Patient/${whom}` } })
  for (let i = 0; i < 600; i += 100)
    await save(made, ...Array.from({ length: 100 }, (_, k) => task(`t${i + k}`, `p${(i + k) % 2}`)))
  await remove(made, 'Task', 't0')
  await made.close()
  const database = new DatabaseSync(file)
  database.exec('DELETE FROM migration WHERE number >= 9; DELETE FROM compartment')
  database.close()

  const opened = await open()
  const all = query('Task', [], { total: 'accurate', count: 1 })
  expect((await search(opened, all, { patients: ['p1'] })).total).toBe(300)
  expect((await search(opened, all, { patients: ['p2'] })).total).toBe(0)
  const ended = async (who: string) =>
    (await opened.look({ ask: 'history', type: 'Task', id: 't0', count: 10, visible: { patients: [who] } })).items.length
  expect([await ended('p0'), await ended('p1')]).toEqual([2, 0])
  await opened.close()
})

test('what was labelled before is shown to whoever has the right to it, and so is its end', async () => {
  const file = join(folder, 'store.sqlite')
  const open = () => openSqlStore(openSqlite(file, { durable: false }), { clock: () => morning, newEpoch: () => 'e' })
  const made = await open()
  const labelled = (id: string, code: string) => patient(id, { meta: { security: [{ system: 'urn:s', code }] } })
  await save(made, patient('p0', { language: 'V' }), labelled('p1', '42CFRPart2'), labelled('p2', 'V'), labelled('p3', 'PSYTHPN'))
  const document = { resourceType: 'DocumentReference', id: 'd', securityLabel: [{ coding: [{ code: 'V' }] }] }
  // Of what is contained, and of what stands in a Bundle.
  const inside = [{ resourceType: 'Bundle', type: 'collection', entry: [{ resource: labelled('x', 'V') }] }]
  const within = [
    { ...inside[0]!, id: 'b' },
    { resourceType: 'Basic', id: 'c', contained: [labelled('x', '42CFRPart2')] },
    { resourceType: 'Basic', id: 'e', contained: inside },
    { resourceType: 'Bundle', id: 'f', type: 'collection', entry: [{ resource: patient('x', {}) }] },
  ]
  await save(made, document, labelled('p4', 'V'), ...within)
  await remove(made, 'Patient', 'p4')
  await remove(made, 'Basic', 'e')
  await made.close()
  const database = new DatabaseSync(file)
  database.exec(`${unsealed} DELETE FROM migration WHERE number >= 5; DROP TABLE guarded`)
  database.close()

  const opened = await open()
  const seenWith = async (protectedRecords: boolean) => {
    const { items } = await opened.look({ ask: 'history', count: 20, visible: { patients: 'all', protectedRecords } })
    return idsOf(items)
  }
  expect(await seenWith(true)).toEqual(['e', 'p4', 'f', 'e', 'c', 'b', 'p4', 'd', 'p2', 'p1', 'p0'])
  expect(await seenWith(false)).toEqual(['f', 'p0'])
  await opened.close()
})
