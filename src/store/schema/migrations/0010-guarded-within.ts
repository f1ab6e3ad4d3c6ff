/**
 * What is contained in a resource, or stands in a Bundle, guards it by its labels, too (fhir/search/labels.ts): written down beside the
 * versions that were there before that was so. A deletion is guarded as the version before it.
 */
import { guardOf } from '../../../fhir/search/labels.ts'
import type { Sql } from '../../sql.ts'

/** Versions that are read together: Bundles are long. */
const together = 20

export const guardedWithin = {
  number: 10,
  name: 'guarded-within',
  statements: [],
  *work(): Sql<void> {
    for (let last = 0; ; ) {
      const sql = `SELECT row, text FROM version WHERE text IS NOT NULL AND row > ? AND instr(text, '"security') > 0
        AND (type = 'Bundle' OR instr(text, '"contained"') > 0) ORDER BY row LIMIT ${together}`
      const versions = yield { sql, values: [last] }
      if (versions.length === 0) break
      const values = versions.flatMap(({ row, text }) => {
        const level = guardOf(JSON.parse(String(text)))
        return level > 0 ? [row!, level] : []
      })
      const insert = `insert into guarded (row, level) values (?, ?)
        on conflict (row) do update set level = excluded.level where excluded.level > guarded.level`
      if (values.length > 0) yield { sql: insert, width: 2, values }
      last = Number(versions.at(-1)?.row)
    }
    const deletions = `INSERT INTO guarded (row, level)
      SELECT v.row, g.level FROM version AS v CROSS JOIN version AS w CROSS JOIN guarded AS g
      WHERE v.text IS NULL AND w.resource = v.resource AND w.version = v.version - 1 AND g.row = w.row
      ON CONFLICT DO NOTHING`
    yield { sql: deletions, values: [] }
  },
}
