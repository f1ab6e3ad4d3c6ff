/** A folder of SQLite files: one per tenant, and `control.sqlite` above them. One process at a time. */
import { closeSync, existsSync, fsyncSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openSqlStore, type StoreOptions } from './sql-store.ts'
import { openSqlite } from './sqlite.ts'
import type { Home } from './stores.ts'

/**
 * Opens `sqlite:<folder>`, or `sqlite::memory:`: a private folder, removed on close, whose commits do not wait for the disk.
 * Rejects if another process has the folder open.
 */
export function openFolder(url: string, options: StoreOptions): Home {
  const path = /^sqlite:(.+)$/s.exec(url)?.[1]
  if (path === undefined) throw new Error('a store is named sqlite:<folder>, sqlite::memory: or postgres://…')
  const passing = path === ':memory:'
  const folder = passing ? mkdtempSync(join(tmpdir(), 'handoff-')) : resolve(path)
  // What is in it is for nobody else on the machine.
  const made = mkdirSync(folder, { recursive: true, mode: 0o700 })
  const unlock = lock(folder)
  try {
    if (!passing && !existsSync(join(folder, 'control.sqlite'))) syncFoldersAbove(folder, made)
  } catch (error) {
    unlock()
    throw error
  }
  const remove = () => rmSync(folder, { recursive: true, force: true })
  if (passing) process.once('exit', remove)
  return {
    async open(name) {
      const file = join(folder, `${name}.sqlite`)
      const store = await openSqlStore(openSqlite(file, { durable: !passing }), options)
      // The file's name must survive a power cut as its contents do; also one that a start before this one gave, and did not live to sync.
      if (!passing) syncPath(folder)
      return store
    },
    async close() {
      unlock()
      if (!passing) return
      remove()
      process.off('exit', remove)
    },
  }
}

/** A lock of the operating system on a file in the folder, held by SQLite: it ends with the process, however that ends. */
function lock(folder: string): () => void {
  const held = new DatabaseSync(join(folder, 'lock'), { timeout: 0 })
  try {
    held.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    held.close()
    throw new Error(`another process has the store ${folder} open`, { cause })
  }
  return () => held.close()
}

/** The names of folders that were made are kept by those above them. */
function syncFoldersAbove(folder: string, firstMade = folder): void {
  for (let path = folder; path !== dirname(firstMade); ) {
    path = dirname(path)
    syncPath(path)
  }
}

/** What the name leads to, a folder or a file, is on the disk. */
export function syncPath(path: string): void {
  const handle = openSync(path, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
