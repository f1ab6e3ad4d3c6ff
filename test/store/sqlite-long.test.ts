/** A transaction that goes on for long: the disk is asked ahead of its COMMIT, and what the disk says then counts as much. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { openSqlite } from '../../src/store/sqlite.ts'

const failing = { datasync: () => Promise.reject(new Error('EIO')), close: async () => undefined }
vi.mock('node:fs/promises', async (original) => ({
  ...(await original<typeof import('node:fs/promises')>()),
  open: vi.fn(async () => failing),
}))

test('what it did not take ahead is not committed, nor is anything after it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'handoff-'))
  const { writer, close } = openSqlite(join(folder, 'store.db'), { durable: true })
  const write = (sql: string, milliseconds = 0) =>
    writer.transaction(async () => {
      if (milliseconds > 0) await after(milliseconds)
      await writer.execute({ sql, values: [] })
      return 'keep'
    })
  await write('CREATE TABLE told (what TEXT)')
  const failed: unknown = await write("INSERT INTO told VALUES ('long')", 150).catch((error: unknown) => error)
  expect(writer.isOutside(failed)).toBe(true)
  await expect(write("INSERT INTO told VALUES ('short')")).rejects.toBe(failed)
  expect(await writer.execute({ sql: 'SELECT * FROM told', values: [] })).toEqual([])
  await close()
  await rm(folder, { recursive: true })
})
