/** Who wrote: the line of the audit that came with a commit says it of its versions. */
import { sql } from 'kysely'
import { instant, milliseconds } from './commit.ts'
import { prepare, raw, row } from './compile.ts'
import type { Sql } from './sql.ts'
import type { Questions, Written } from './store.ts'

/** Lines that tell of no version bear the number of the commit before them, and come after its own. */
const principalOf = (at: unknown, sequence: unknown) =>
  sql`(SELECT entry ->> 'principal' FROM audit WHERE at = ${at} AND sequence = ${sequence} ORDER BY place LIMIT 1)`

const written = prepare<{ type: string; id: string; at: number; sequence: number }>()(($) =>
  raw<{ at: number; first: string | null; last: string | null }>(sql`
    SELECT v.at, ${principalOf(sql`v.at`, sql`v.sequence`)} AS first, ${principalOf($('at'), $('sequence'))} AS last
    FROM resource AS r CROSS JOIN version AS v
    WHERE r.type = ${$('type')} AND r.id = ${$('id')} AND v.resource = r.number AND v.version = 1`),
)

export function* writers({ of }: Questions['writers']['ask']): Sql<readonly Written[]> {
  const all: Written[] = []
  for (const { type, id, at, sequence } of of) {
    const found = yield* row(written, { type, id, at: milliseconds(at), sequence })
    const { at: createdAt, first, last } = found ?? { at: milliseconds(at), first: null, last: null }
    all.push({
      createdAt: instant(createdAt),
      ...(first !== null && { createdBy: first }),
      ...(last !== null && { updatedBy: last }),
    })
  }
  return all
}
