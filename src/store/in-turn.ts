/** Searches in the order of creation: resources are looked at one after the other until the page is full. */
import { sql } from 'kysely'
import type { Asked, Match } from './by-date.ts'
import { answer, raw } from './compile.ts'
import { and, type Condition } from './condition.ts'
import { hasAnyKey, inTurn, members } from './dialect.ts'
import type { Sql } from './sql.ts'
import type { Standing } from './standing.ts'
import { walkOf } from './walk.ts'

/** So many resources are asked about together. */
const together = 256

/** The matches of a page and one more, in order, after one: looked for among those that have `start`. */
export function* pageInTurn(standing: Standing, start: Asked | undefined, after = 0): Sql<readonly Match[]> {
  const { count } = standing.query
  const walk = yield* walkOf(standing, start, { after })
  const found: Match[] = []
  let size = count + 1
  let isFirst = true
  for (;;) {
    const ready = yield* walk.next(count + 1)
    if (ready.length === 0) return found
    for (let from = 0; from < ready.length; from += size, size = Math.min(2 * size, together)) {
      if (!isFirst) yield* standing.turn()
      isFirst = false
      const { whole, asked } = standing.meaning
      found.push(...(yield* fitting(ready.slice(from, from + size), start?.keys ? asked : [whole, ...asked])))
      if (found.length > count) return found.slice(0, count + 1)
    }
  }
}

/** In the order of their numbers. */
export function* fitting(numbers: readonly number[], conditions: readonly Condition[]): Sql<readonly Match[]> {
  const holds = and(conditions.map(({ keys, holds }) => (keys ? hasAnyKey(keys) : holds)))
  const matches = yield* answer(
    raw<Match>(sql`SELECT d.number AS number, d.id AS id, d.current AS current
      FROM ${members(numbers)} AS c ${inTurn} indexed AS i ${inTurn} resource AS d
      WHERE i.number = c.value AND d.number = c.value AND d.deleted = 0 AND ${holds}`),
  )
  return matches.toSorted((a, b) => a.number - b.number)
}
