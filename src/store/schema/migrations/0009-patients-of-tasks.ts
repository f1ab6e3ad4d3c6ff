/**
 * Tasks tell of whom they are for (fhir/search/patients-of.ts): written down beside the versions that were there before that was so. A
 * deletion belongs to those of the version before it.
 */
import { patientsOf } from '../../../fhir/search/patients-of.ts'
import type { Sql } from '../../sql.ts'

/** Versions that are read together. */
const together = 500

export const patientsOfTasks = {
  number: 9,
  name: 'patients-of-tasks',
  statements: [],
  *work(): Sql<void> {
    for (let last = 0; ; ) {
      const sql = `SELECT row, text FROM version WHERE type = 'Task' AND text IS NOT NULL AND row > ? ORDER BY row LIMIT ${together}`
      const versions = yield { sql, values: [last] }
      if (versions.length === 0) break
      const values = versions.flatMap(({ row, text }) =>
        patientsOf(JSON.parse(String(text))).flatMap((patient) => [row!, patient]),
      )
      const insert = 'insert into compartment (row, patient) values (?, ?) on conflict do nothing'
      if (values.length > 0) yield { sql: insert, width: 2, values }
      last = Number(versions.at(-1)?.row)
    }
    const deletions = `INSERT INTO compartment (row, patient)
      SELECT v.row, c.patient FROM version AS v CROSS JOIN version AS w CROSS JOIN compartment AS c
      WHERE v.type = 'Task' AND v.text IS NULL AND w.resource = v.resource AND w.version = v.version - 1 AND c.row = w.row
      ON CONFLICT DO NOTHING`
    yield { sql: deletions, values: [] }
  },
}
