/** Searches in the order of the main date, newest first: read from lists (see dated.ts) until the page is full. */
import { sql } from 'kysely'
import { mainDate } from '../fhir/search/main-date.ts'
import type { DateValue, Filter, Query } from '../fhir/search/query.ts'
import { answer, db, prepare, raw, rows } from './compile.ts'
import { type Condition, count } from './condition.ts'
import { type Bounds, type Candidate, type Keys, Walk } from './dated-walk.ts'
import { asList, inTurn, members, membersOf } from './dialect.ts'
import { extentOf, manyBlocks, placesOf } from './extents.ts'
import { findParameter } from './parameters.ts'
import { type Last, lastValues, sortValue } from './sort.ts'
import type { Sql, Value } from './sql.ts'
import type { Standing } from './standing.ts'
import type { Extent, Place } from './unlisted.ts'
import { hiddenAmong } from './visible.ts'

/** Of a query that asks for this order: the bounds that its filters set to the date. */
interface ByDate extends Bounds {
  readonly param: string
  /** What has no date at all may fit, too: it would come last. */
  readonly orNone: boolean
}

function byDate({ type, sort, filters }: Query): ByDate | undefined {
  const [key, another] = sort
  const param = mainDate(type)
  if (another !== undefined || key?.kind !== 'date' || !key.descending || key.param !== param) return undefined
  const asked = filters.filter((filter) => filter.kind === 'date' && filter.param === param)
  const bounds = (asked as Extract<Filter, { kind: 'date' }>[]).map(({ values }) => values.map(boundsOf))
  return {
    param,
    least: Math.max(Number.MIN_SAFE_INTEGER, ...bounds.map((some) => Math.min(...some.map(({ least }) => least)))),
    most: Math.min(Number.MAX_SAFE_INTEGER, ...bounds.map((some) => Math.max(...some.map(({ most }) => most)))),
    orNone: asked.length === 0,
  }
}

/** A period that fits ends at `least` or later, and begins at `most` or earlier. https://hl7.org/fhir/R4/search.html#prefix */
function boundsOf({ prefix, lo, hi }: DateValue): { least: number; most: number } {
  const from = ['eq', 'ge', 'ap'].includes(prefix) ? lo : prefix === 'gt' || prefix === 'sa' ? hi : Number.MIN_SAFE_INTEGER
  const to = ['eq', 'le', 'ap'].includes(prefix) ? hi : prefix === 'lt' || prefix === 'eb' ? lo : Number.MAX_SAFE_INTEGER
  return { least: from, most: to }
}

/** What a search asks for, in SQL; with the filter that it says. */
export interface Asked extends Condition {
  readonly filter?: Filter
}

/** A resource that fits: its number, and the row of its current version. */
export interface Match {
  readonly number: number
  readonly id: string
  readonly current: number
}

/**
 * The matches of a page and one more, in order. Undefined where lists do not help: the search asks for another order, for something that
 * few resources have, or for what has no date as well.
 */
export function* pageByDate(standing: Standing, last: Last | undefined): Sql<readonly Match[] | undefined> {
  const { query, unlisted } = standing
  const date = byDate(query)
  if (date === undefined || unlisted.isLost) return undefined
  const [after] = last === undefined ? [] : lastValues(query.sort, last)
  if (after === null) return undefined
  const { asked } = standing.meaning
  const start = yield* startOf(standing, date)
  if (start === undefined) return undefined

  const walk = new Walk(start, date, unlisted, last && { when: Number(after), number: last.number })
  const place = asked.indexOf(start.condition)
  const found = new Map<number, Match>()
  let isFirst = true
  for (let size = query.count + 1; ; size = Math.min(size * 2, 256)) {
    const ready = yield* walk.next(size)
    if (ready.length === 0) return date.orNone ? undefined : [...found.values()]
    for (let from = 0; from < ready.length; from += size) {
      const some = ready.slice(from, from + size)
      if (!isFirst) yield* standing.turn()
      isFirst = false
      const { whole, asked } = standing.meaning
      for (const match of yield* stillTrue(some, asked[place] ?? whole, asked, query, date)) found.set(match.number, match)
      if (found.size > query.count) return [...found.values()].slice(0, query.count + 1)
    }
  }
}

/** What to walk: the keys of a condition. */
interface Start extends Keys {
  readonly condition: Condition
}

/** The condition with the fewest blocks. Undefined if something asked for is so rare that it is quicker to sort what has it. */
function* startOf({ query: { type }, meaning: { whole, asked }, unlisted }: Standing, { param }: ByDate): Sql<Start | undefined> {
  let start: { readonly condition: Condition; readonly listed: readonly Extent[] } | undefined
  let fewest = Number.POSITIVE_INFINITY
  const keyed = asked.filter(({ keys }) => keys !== undefined)
  for (const condition of keyed.length > 0 ? keyed : [whole]) {
    if (condition.keys === undefined || condition.keys.length > manyKeys) continue
    const listed = []
    for (const key of condition.keys) listed.push(yield* extentOf(key, unlisted))
    const blocks = listed.reduce((sum, each) => sum + each.blocks, 0)
    if (blocks === 0) return undefined
    if (blocks < fewest) [start, fewest] = [{ condition, listed }, blocks]
  }
  if (start === undefined) return undefined
  if (fewest >= manyBlocks)
    for (const { keys, filter, numbers } of asked) {
      if (numbers === undefined || keys !== undefined || (filter?.kind === 'date' && filter.param === param)) continue
      if ((yield* count(sql`FROM (${numbers()} LIMIT 1000) AS found`)) < 1000) return undefined
    }
  const parameter = yield* findParameter(type, param)
  const rare: Place[] = []
  if (parameter !== undefined)
    for (const each of start.listed) if (each.blocks === 0) rare.push(...(yield* placesOf(each, parameter)))
  return {
    condition: start.condition,
    keys: start.condition.keys ?? [],
    rare,
    listed: start.listed.filter(({ blocks }) => blocks > 0),
  }
}

/** More keys at once are not walked. */
const manyKeys = 16

const present = prepare<{ numbers: string }>()(($) =>
  db
    .selectFrom('resource')
    .select(['number', 'id', 'current'])
    .where('number', 'in', membersOf($('numbers')))
    .where('deleted', '=', 0),
)

/** Which of these have that date still, and all that is asked for. */
function* stillTrue(
  some: readonly Candidate[],
  start: Condition,
  asked: readonly Asked[],
  { type, sort }: Query,
  { param }: ByDate,
): Sql<readonly Match[]> {
  const oldest = some.at(-1)!.when
  const rest = asked.filter((each) => each !== start && !isSaid(each.filter, param, oldest))
  // A first version (its row is the resource's own number) says what it said when it was listed; only what is unlisted may be of a later one
  // that is not there yet.
  const isListed = !some.some(({ isUnlisted }) => isUnlisted)
  const numbers = some.map(({ number }) => number)
  const found = new Map<number, Match & { readonly value?: Value }>()
  // Besides what is asked for there may be one condition on who may see it.
  const sights = rest.map(({ sight }) => sight)
  const hidden = isListed && !sights.includes(undefined) ? yield* hiddenAmong(sights[0] ?? 'everything', numbers) : undefined
  if (hidden !== undefined)
    for (const match of yield* rows(present, { numbers: asList(numbers) }))
      if (match.current === match.number && !hidden.includes(match.number)) found.set(match.number, match)
  if (found.size < some.length) {
    const value = yield* sortValue(type, sort[0]!)
    const unchanged = isListed ? sql`d.current = d.number` : sql`FALSE`
    for (const match of yield* answer(
      raw<Match & { value: Value }>(sql`SELECT d.number AS number, d.id AS id, d.current AS current,
        CASE WHEN ${unchanged} THEN NULL ELSE ${value} END AS value
      FROM ${members(numbers.filter((number) => !found.has(number)))} AS c ${inTurn} resource AS d
      WHERE d.number = c.value AND d.deleted = 0 AND ${sql.join([sql`(${unchanged} OR ${start.holds})`, ...rest.map(({ holds }) => holds)], sql` AND `)}`),
    ))
      found.set(match.number, match)
  }
  return some.flatMap(({ number, when }) => {
    const match = found.get(number)
    return match && ((isListed && match.current === number) || match.value === when) ? [match] : []
  })
}

/** Whether the place in the list alone says that the filter holds: `ge2020` of what ends after the beginning of 2020. */
const isSaid = (filter: Filter | undefined, param: string, oldest: number): boolean =>
  filter?.kind === 'date' &&
  filter.param === param &&
  filter.values.some(({ prefix, hi }) => (prefix === 'ge' || prefix === 'gt') && oldest > hi)
