/** What there is very much of in one resource is read and written a piece at a time, so that others have their turn in between. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Database, Statement } from '../../src/store/sql.ts'
import { openSqlStore } from '../../src/store/sql-store.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import type { Store } from '../../src/store/store.ts'
import { idsOf, morning, patient, query, remove, save, search } from '../contract/store/support.ts'

let folder: string
let store: Store
/** Rows that each statement has answered with, and rows that it has written. */
let read: number[] = []
let written: number[] = []

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'handoff-test-'))
  store = await openSqlStore(counted(), { clock: () => morning, newEpoch: () => 'e' })
  written = []
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})

function counted(): Database {
  const { writer, ...rest } = openSqlite(join(folder, 'store.sqlite'), { durable: false })
  const counting = {
    async execute(statement: Statement) {
      const rows = await writer.execute(statement)
      read.push(rows.length)
      if ('width' in statement) written.push(statement.values.length / statement.width)
      return rows
    },
    transaction: writer.transaction.bind(writer),
    hasParts: writer.hasParts,
    isOutside: writer.isOutside.bind(writer),
  }
  return { ...rest, writer: counting }
}
const most = 4000
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)

const names = (change: Readonly<Record<number, string>> = {}) =>
  Array.from({ length: 9000 }, (_, i) => ({ family: change[i] ?? `family${i}`, given: [`given${i}`] }))
const found = async (name: string): Promise<string[]> =>
  idsOf((await search(store, query('Patient', [{ kind: 'string', param: 'family', match: 'exact', values: [name] }]))).items)

test('of nine thousand names one changes: no statement reads or writes them all, and little is written', async () => {
  await save(store, patient('p1', { name: names() }), patient('p2', { name: [{ family: 'family0' }] }))
  expect(Math.max(...written)).toBeLessThanOrEqual(most)
  read = []
  written = []
  await save(store, patient('p1', { name: names({ 7000: 'other' }) }))
  expect(sum(read)).toBeGreaterThan(names().length)
  expect(Math.max(...read)).toBeLessThanOrEqual(most)
  expect(sum(written)).toBeLessThan(30)
  expect(await found('family0')).toEqual(['p1', 'p2'])
  expect(await found('other')).toEqual(['p1'])
  expect(await found('family7000')).toEqual([])
})

test('they go in pieces, too, and what others have stays', async () => {
  await save(store, patient('p1', { name: names() }), patient('p2', { name: [{ family: 'family0' }] }))
  written = []
  await remove(store, 'Patient', 'p1')
  expect(sum(written)).toBeGreaterThan(names().length)
  expect(Math.max(...written)).toBeLessThanOrEqual(most)
  expect(await found('family0')).toEqual(['p2'])
})
