/** Terms are found by another hash, which keeps those near each other that come together: see hash.ts. */
import { hash } from '../../hash.ts'
import type { Sql } from '../../sql.ts'

/** Terms that are read and written together. */
const together = 1000

export const nearHashes = {
  number: 8,
  name: 'near-hashes',
  statements: [`DROP INDEX term_by_hash`],
  *work(): Sql<void> {
    for (let last = 0; ; ) {
      const sql = `SELECT number, value FROM term WHERE number > ? ORDER BY number LIMIT ${together}`
      const terms = yield { sql, values: [last] }
      if (terms.length === 0) break
      const values = terms.flatMap(({ number, value }) => [hash(String(value ?? '')), number!])
      yield { sql: 'UPDATE term SET hash = ? WHERE number = ?', width: 2, values }
      last = Number(terms.at(-1)?.number)
    }
    yield { sql: 'CREATE INDEX term_by_hash ON term (hash)', values: [] }
  },
}
