/** Visibility as SQL: a version is visible to all if it belongs to no patient's compartment, else to who may see one of its patients. */
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Condition } from './condition.ts'
import { members } from './dialect.ts'
import type { Visibility } from './store.ts'

/** A condition on the version whose row number `row` names. Every search, history and feed carries it. */
export function visibleRow(visible: Visibility, row: string): RawBuilder<SqlBool> {
  if (visible === 'everything') return sql<SqlBool>`1`
  const ref = sql.ref(row)
  return sql<SqlBool>`(NOT EXISTS (SELECT 1 FROM compartment WHERE row = ${ref})
    OR EXISTS (SELECT 1 FROM compartment WHERE row = ${ref} AND patient IN ${members(visible.patients)}))`
}

/** The same of the resource whose number is `d.number`, as it is now. Nothing to be held where everything may be seen. */
export function visibleResource(visible: Visibility): readonly Condition[] {
  if (visible === 'everything') return []
  return [{ holds: sql`EXISTS (SELECT 1 FROM resource AS c WHERE c.number = d.number AND ${visibleRow(visible, 'c.current')})` }]
}
