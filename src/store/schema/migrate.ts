/** Brings a database's tables up to date: numbered steps, each done once, all inside one transaction. */

import { sum } from '../hash.ts'
import type { Row, Sql } from '../sql.ts'
import { firstTables } from './migrations/0001-first-tables.ts'
import { lateReferences } from './migrations/0002-late-references.ts'
import { listedPostings } from './migrations/0003-listed-postings.ts'
import { patientsOfRolls } from './migrations/0004-patients-of-rolls.ts'
import { guardedVersions } from './migrations/0005-guarded-versions.ts'
import { agreedLinks } from './migrations/0006-agreed-links.ts'
import { sealedAudit } from './migrations/0007-sealed-audit.ts'
import { nearHashes } from './migrations/0008-near-hashes.ts'
import { patientsOfTasks } from './migrations/0009-patients-of-tasks.ts'
import { guardedWithin } from './migrations/0010-guarded-within.ts'

export interface Migration {
  readonly number: number
  readonly name: string
  readonly statements: readonly string[]
  /** What is to be done after them. */
  readonly work?: () => Sql<void>
}

/** In order. A step that has been released is never changed: add another. */
export const migrations: readonly Migration[] = [
  firstTables,
  lateReferences,
  listedPostings,
  patientsOfRolls,
  guardedVersions,
  agreedLinks,
  sealedAudit,
  nearHashes,
  patientsOfTasks,
  guardedWithin,
]

const checksum = ({ statements }: Migration): number => sum(statements.map((text) => text.replace(/\s+/g, ' ')).join('\n'))

/** Throws, naming what is wrong, on a store that was written by a newer version, or by a version whose steps were others. */
export function* migrate(newEpoch: () => string, steps: readonly Migration[] = migrations): Sql<void> {
  yield* run('CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)')
  yield* run('CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum BIGINT NOT NULL)')
  const done = new Map((yield* run('SELECT number, name, checksum FROM migration')).map((row) => [row.number, row]))
  const last = Math.max(0, ...done.keys().map(Number))
  if (last > steps.length) {
    throw new Error(
      `the store was written by a newer version of this program (its tables are of step ${last}, this one knows ${steps.length})`,
    )
  }
  for (const step of steps) {
    const before = done.get(step.number)
    if (before === undefined) {
      for (const statement of step.statements) yield* run(statement)
      if (step.work) yield* step.work()
      yield {
        sql: 'INSERT INTO migration (number, name, checksum) VALUES (?, ?, ?)',
        values: [step.number, step.name, checksum(step)],
      }
    } else if (before.checksum !== checksum(step)) {
      throw new Error(`the store's tables were made by another step ${step.number} (${before.name}) than this program's`)
    }
  }
  const epoch = yield* run("SELECT value FROM meta WHERE name = 'epoch'")
  if (epoch.length === 0) yield { sql: "INSERT INTO meta (name, value) VALUES ('epoch', ?)", values: [newEpoch()] }
}

function* run(sql: string): Sql<readonly Row[]> {
  return yield { sql, values: [] }
}
