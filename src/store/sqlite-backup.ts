/**
 * A copy of a folder of SQLite files while a gateway works on it, made to be restored: whoever opens it knows that it has been another
 * store's. https://www.sqlite.org/lang_vacuum.html#vacuuminto
 */
import { createHash } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { syncPath } from './sqlite-stores.ts'

interface Copied {
  readonly file: string
  readonly sha256: string
}

/**
 * A new epoch is made when a store without one is opened: cursors that go beyond the copy are refused then. Whatever was on its way may
 * have arrived by then, so that it is looked for before it is sent.
 */
const asRestored = `DELETE FROM meta WHERE name = 'epoch';
  UPDATE delivery SET inFlight = 1 WHERE state IN ('pending', 'waiting')`

/** The name of the list of checksums, as `sha256sum --check` reads it. */
const sums = 'SHA256SUMS'

/** Throws where `out` is there already, where there is no store, or where the copy is not sound. Each file is of one moment. */
export function backUp(folder: string, out: string): readonly Copied[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.sqlite'))
  if (!files.includes('control.sqlite')) throw new Error(`there is no store in ${folder}`)
  if (existsSync(out)) throw new Error(`${out} is there already`)
  const unfinished = `${out}.unfinished`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { mode: 0o700 })
  const copied = files.map((file): Copied => {
    const target = join(unfinished, file)
    copy(join(folder, file), target)
    syncPath(target)
    return { file, sha256: sha256Of(target) }
  })
  writeFileSync(join(unfinished, sums), copied.map(({ file, sha256 }) => `${sha256}  ${file}\n`).join(''))
  for (const path of [join(unfinished, sums), unfinished]) syncPath(path)
  renameSync(unfinished, out)
  syncPath(dirname(out))
  return copied
}

function copy(file: string, target: string): void {
  const source = new DatabaseSync(file, { readOnly: true })
  try {
    source.prepare('VACUUM INTO ?').run(target)
  } finally {
    source.close()
  }
  const made = new DatabaseSync(target)
  try {
    made.exec(asRestored)
    const { integrity_check: found } = made.prepare('PRAGMA integrity_check(1)').get() as { integrity_check: string }
    if (found !== 'ok') throw new Error(`the copy of ${file} is not sound`)
  } finally {
    made.close()
  }
}

/** Piece by piece: it may be larger than memory. */
function sha256Of(file: string): string {
  const [hash, piece, handle] = [createHash('sha256'), new Uint8Array(1024 * 1024), openSync(file, 'r')]
  try {
    for (let length = readSync(handle, piece); length > 0; length = readSync(handle, piece))
      hash.update(piece.subarray(0, length))
  } finally {
    closeSync(handle)
  }
  return hash.digest('hex')
}
