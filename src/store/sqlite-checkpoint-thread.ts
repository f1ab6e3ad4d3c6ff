/** What the other thread of `sqlite-checkpoints.ts` runs: is told the path of a database file, moves what it can, and says whether it could. */
import { DatabaseSync } from 'node:sqlite'
import { parentPort } from 'node:worker_threads'
import { state } from './sqlite-checkpoints.ts'

parentPort?.on('message', (file: string) => {
  let done = false
  try {
    const db = new DatabaseSync(file, { timeout: 1000 })
    db.exec('PRAGMA synchronous = FULL; PRAGMA mmap_size = 0; PRAGMA wal_autocheckpoint = 0')
    state(db, 'PASSIVE')
    db.close()
    done = true
  } catch {
    // The writer does it itself.
  }
  parentPort?.postMessage({ file, done })
})
