/** Searches in the order of creation: lists of postings are read one after the other until the page is full. */
import { sql } from 'kysely'
import type { Match } from './by-date.ts'
import { answer, prepare, raw, rows } from './compile.ts'
import { and, type Condition } from './condition.ts'
import { hasAnyKey, inTurn, members } from './dialect.ts'
import { segmentOf } from './index-entries.ts'
import { numbersIn } from './postings.ts'
import type { Sql } from './sql.ts'
import type { Unlisted } from './unlisted.ts'

/** So many lists are read at first, then twice as many each time, up to the most. */
const [atFirst, most] = [4, 32] as const
/** So many resources are asked about together. */
const together = 256

const listsAfter = prepare<{ key: number; segment: number; first: number; n: number }>()(($) =>
  raw<{ segment: number; first: number; list: string | null }>(sql`SELECT p.segment AS segment, p.first AS first, p.list AS list
    FROM segment AS s ${inTurn} posting AS p
    WHERE s.number >= ${$('segment')} AND p.segment = s.number AND p.key = ${$('key')}
      AND (s.number > ${$('segment')} OR p.first > ${$('first')})
    ORDER BY s.number, p.first LIMIT ${$('n')}`),
)

/** The matches of a page of `count` and one more, in order: of the resources with this key that come after one. */
export function* pageInTurn(
  count: number,
  key: number,
  conditions: readonly Condition[],
  unlisted: Unlisted,
  after = 0,
): Sql<readonly Match[]> {
  const holds = and(conditions.map(({ keys, holds }) => (keys ? hasAnyKey(keys) : holds)))
  const found: Match[] = []
  let pool = unlisted.withAny([key]).filter((number) => number > after)
  // Lists of a segment may overlap: what came to the key later stands in another one.
  let at = { segment: segmentOf(after), first: -1 }
  for (let n: number = atFirst; ; n = Math.min(2 * n, most)) {
    const lists = yield* rows(listsAfter, { ...at, key, n })
    const last = lists.at(-1)
    for (const list of lists) for (const number of numbersIn(list)) if (number > after) pool.push(number)
    // What is still to be read is in lists that begin later.
    const end = last === undefined || lists.length < n ? Number.POSITIVE_INFINITY : last.first
    const ready = pool.filter((number) => number <= end).sort((a, b) => a - b)
    if (ready.length > count || end === Number.POSITIVE_INFINITY) {
      pool = pool.filter((number) => number > end)
      for (let from = 0, size = count + 1; from < ready.length; from += size, size = Math.min(2 * size, together)) {
        found.push(...(yield* fitting(ready.slice(from, from + size), holds)))
        if (found.length > count) return found.slice(0, count + 1)
      }
    }
    if (last === undefined || end === Number.POSITIVE_INFINITY) return found
    at = { segment: last.segment, first: last.first }
  }
}

function* fitting(numbers: readonly number[], holds: Condition['holds']): Sql<readonly Match[]> {
  const matches = yield* answer(
    raw<Match>(sql`SELECT d.number AS number, d.id AS id, d.current AS current
      FROM ${members(numbers)} AS c ${inTurn} indexed AS i ${inTurn} resource AS d
      WHERE i.number = c.value AND d.number = c.value AND d.deleted = 0 AND ${holds}`),
  )
  return matches.toSorted((a, b) => a.number - b.number)
}
