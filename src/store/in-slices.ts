/** Searches over more than can be sorted or counted at once: a slice at a time, the best of each kept for the next one. */
import { type RawBuilder, sql } from 'kysely'
import type { Asked, Match } from './by-date.ts'
import { answer, prepare, raw, rows } from './compile.ts'
import { members } from './dialect.ts'
import { fitting } from './in-turn.ts'
import { segmentBits } from './index-entries.ts'
import type { Last } from './sort.ts'
import type { Sql } from './sql.ts'
import { all, type Standing } from './standing.ts'
import { walkOf } from './walk.ts'

/** So many resources are looked at between two turns. */
const slice = 500
/** Calls back for each slice of what has `start`, and lets others have their turn in between. */
function* slices(standing: Standing, start: Asked | undefined, each: (numbers: readonly number[]) => Sql<void>): Sql<void> {
  const walk = yield* walkOf(standing, start, { isWhole: true })
  let isFirst = true
  for (let some = yield* walk.next(slice); some.length > 0; some = yield* walk.next(slice)) {
    for (let from = 0; from < some.length; from += slice) {
      if (!isFirst) yield* standing.turn()
      isFirst = false
      yield* each(some.slice(from, from + slice))
    }
  }
}

/** Of some numbers those that fit, as `d`. */
const those = (numbers: readonly number[], { meaning: { whole, asked } }: Standing): RawBuilder<unknown> =>
  sql`(SELECT value AS number, value >> ${segmentBits} AS segment FROM ${members(numbers)} AS n) AS d WHERE ${all([whole, ...asked])}`

/** The first ones in an order, which `inOrder` puts behind a `FROM`. */
export function* firstOf(
  standing: Standing,
  start: Asked | undefined,
  inOrder: (found: RawBuilder<unknown>) => Sql<RawBuilder<unknown>>,
): Sql<readonly number[]> {
  let best: readonly number[] = []
  yield* slices(standing, start, function* (numbers) {
    const select = yield* inOrder(those([...best, ...numbers], standing))
    const found = yield* answer(raw<{ number: number }>(sql`${select} LIMIT ${standing.query.count + 1}`))
    best = found.map(({ number }) => number)
  })
  return best
}

/** All that fit. */
export function* allOfThem(standing: Standing, start: Asked | undefined): Sql<readonly number[]> {
  const all: number[] = []
  yield* slices(standing, start, function* (numbers) {
    const found = yield* answer(raw<{ number: number }>(sql`SELECT d.number AS number FROM ${those(numbers, standing)}`))
    for (const { number } of found) all.push(number)
  })
  return all
}

type At = { type: string; at: number; number: number; n: number }
const later = prepare<At>()(($) =>
  raw<{ number: number; at: number }>(sql`SELECT number, at FROM resource
    WHERE type = ${$('type')} AND deleted = 0 AND (at, number) > (${$('at')}, ${$('number')}) ORDER BY at, number LIMIT ${$('n')}`),
)
const earlier = prepare<At>()(($) =>
  raw<{ number: number; at: number }>(sql`SELECT number, at FROM resource
    WHERE type = ${$('type')} AND deleted = 0 AND (at, number) < (${$('at')}, ${$('number')})
    ORDER BY at DESC, number DESC LIMIT ${$('n')}`),
)

/** The matches of a page and one more by `_lastUpdated`, walked until the page is full: for what holds for many. */
export function* pageInTime(standing: Standing, last: Last | undefined): Sql<readonly Match[]> {
  const { type, sort, count } = standing.query
  const isDescending = sort[0]!.descending
  const end = isDescending ? Number.MAX_SAFE_INTEGER : -1
  let { at, number } = last ?? { at: end, number: end }
  const found: Match[] = []
  for (let n = count + 1; ; n = Math.min(2 * n, slice)) {
    const next = yield* rows(isDescending ? earlier : later, { type, at, number, n })
    const { whole, asked } = standing.meaning
    const numbers = next.map((one) => one.number)
    const matches = new Map((yield* fitting(numbers, [whole, ...asked])).map((match) => [match.number, match]))
    found.push(...numbers.flatMap((one) => matches.get(one) ?? []))
    if (found.length > count || next.length < n) return found.slice(0, count + 1)
    ;({ at, number } = next.at(-1)!)
    yield* standing.turn()
  }
}
