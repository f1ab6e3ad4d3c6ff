/** Which values a parameter has among the current resources of a type: read off the index, value by value, not resource by resource. */

import { sql } from 'kysely'
import { answer, prepare, raw, rows } from './compile.ts'
import { loadUnlisted } from './dated.ts'
import { inTurn } from './dialect.ts'
import { keyBase, keyOf, noTerm } from './index-entries.ts'
import { unlistedTerms } from './keyed.ts'
import type { Reading } from './page.ts'
import { findParameter } from './parameters.ts'
import type { Sql } from './sql.ts'
import type { Questions } from './store.ts'

interface TermRow {
  readonly system: string | null
  readonly value: string | null
}

/** From each key of a segment to the next one: as many steps as there are values, however many resources have them. */
const valuesBetween = prepare<{ first: number; last: number; count: number }>()(($) => {
  const next = (segment: string, after: unknown) => sql`(SELECT min(key) FROM posting
    WHERE segment = ${sql.ref(segment)} AND key > ${after} AND key < ${$('last')})`
  return raw<TermRow>(sql`WITH RECURSIVE step (segment, key) AS (
      SELECT s.number, ${next('s.number', $('first'))} FROM segment AS s
      UNION ALL SELECT step.segment, ${next('step.segment', sql`step.key`)} FROM step WHERE step.key IS NOT NULL)
    SELECT DISTINCT t.system AS system, t.value AS value FROM step ${inTurn} term AS t
    WHERE t.number = step.key % ${keyBase} LIMIT ${$('count')}`)
})

/** Tokens and URIs; references to resources that are here are no terms, and not among them. */
export function* values(
  { type, param, count }: Questions['values']['ask'],
  { unlisted }: Reading,
): Sql<Questions['values']['answer']> {
  if (unlisted.isLost) yield* loadUnlisted(unlisted)
  const parameter = yield* findParameter(type, param)
  if (parameter === undefined) return []
  const listed = yield* rows(valuesBetween, { first: keyOf(parameter, noTerm), last: keyOf(parameter + 1, noTerm), count })
  const terms = unlistedTerms(parameter, unlisted)
  const others =
    terms === undefined
      ? []
      : yield* answer(
          raw<TermRow>(sql`SELECT DISTINCT t.system AS system, t.value AS value
    FROM (${terms}) AS u ${inTurn} term AS t WHERE t.number = u.term`),
        )
  const found = new Map([...listed, ...others].map((term) => [JSON.stringify([term.system, term.value]), term]))
  return [...found.values()]
    .slice(0, count)
    .map(({ system, value }) => ({ ...(system !== null && { system }), ...(value !== null && { code: value }) }))
}
