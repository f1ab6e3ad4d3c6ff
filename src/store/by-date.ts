/** Searches in the order of the main date, newest first: read from lists (see dated.ts) until the page is full. */
import { sql } from 'kysely'
import { mainDate } from '../fhir/search/main-date.ts'
import type { DateValue, Filter, Query } from '../fhir/search/query.ts'
import { answer, db, prepare, raw, row, rows } from './compile.ts'
import { type Condition, count } from './condition.ts'
import { datedOf, entriesOfKey, readBlock } from './dated.ts'
import { asList, inTurn, members, membersOf } from './dialect.ts'
import { findParameter } from './parameters.ts'
import { type Last, lastValues, sortValue } from './sort.ts'
import type { Sql, Value } from './sql.ts'
import type { Standing } from './standing.ts'
import { type Extent, longest, newestFirst, type Place, type Unlisted } from './unlisted.ts'

/** Of a query that asks for this order: the bounds that its filters set to the date. */
export interface ByDate {
  readonly param: string
  /** Milliseconds: nothing that fits is older. */
  readonly least: number
  /** Milliseconds: what fits begins by then. */
  readonly most: number
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

/** So many blocks are read at first, so many more then, and after that as many as there are already. */
const [blocksAtFirst, blocksThen] = [8, 16]

type At = { key: number; long: number; least: number; most: number; newest: number; chunk: number; part: number; n: number }
const blocksAfter = prepare<At>()(($) =>
  raw<{ newest: number; chunk: number; part: number; list: string }>(sql`SELECT newest, chunk, part, list FROM dated
    WHERE key = ${$('key')} AND long = ${$('long')} AND newest >= ${$('least')} AND oldest <= ${$('most')}
      AND (newest, chunk, part) < (${$('newest')}, ${$('chunk')}, ${$('part')})
    ORDER BY newest DESC, chunk DESC, part DESC LIMIT ${$('n')}`),
)

/** Before and behind all places. */
const beginning: Place = { when: Number.POSITIVE_INFINITY, number: Number.POSITIVE_INFINITY }
const end: Place = { when: Number.NEGATIVE_INFINITY, number: 0 }

/** The blocks of a key, as far as they were read. */
class Stream {
  readonly at: At
  /** Nothing that is still to be read comes before it. */
  frontier: Place
  #blocks = 0

  constructor(key: number, long: 0 | 1, { least, most }: Pick<ByDate, 'least' | 'most'>, isEmpty: boolean) {
    this.at = { key, long, least, most, newest: Number.MAX_SAFE_INTEGER, chunk: 0, part: 0, n: blocksAtFirst }
    this.frontier = isEmpty ? end : beginning
  }

  *read(into: Place[]): Sql<void> {
    const blocks = yield* rows(blocksAfter, this.at)
    for (const block of blocks) readBlock(block, into)
    const last = blocks.at(-1)
    // Of the same instant, blocks of later chunks come first: what is left of it was made before this chunk was written.
    this.frontier = blocks.length < this.at.n || last === undefined ? end : { when: last.newest, number: last.chunk - 1 }
    this.#blocks += blocks.length
    if (last)
      Object.assign(this.at, {
        newest: last.newest,
        chunk: last.chunk,
        part: last.part,
        n: Math.max(blocksThen, this.#blocks),
      })
  }
}

/** Places of some keys in order, from a place on. Some may have become untrue; the same one may come twice. */
class Walk {
  readonly #streams: readonly Stream[]
  #pool: Candidate[]
  readonly #after: Place
  readonly #least: number

  constructor({ listed, rare, keys }: Start, { least, most }: ByDate, unlisted: Unlisted, after: Place | undefined) {
    this.#after = after ?? { when: Number.POSITIVE_INFINITY, number: 0 }
    this.#least = least
    // A short date that begins by then ends soon after.
    const most0 = Math.min(most + longest, this.#after.when, Number.MAX_SAFE_INTEGER)
    const most1 = Math.min(this.#after.when, Number.MAX_SAFE_INTEGER)
    this.#streams = listed.flatMap(({ key, longs }) => [
      new Stream(key, 0, { least, most: most0 }, false),
      new Stream(key, 1, { least, most: most1 }, longs === 0),
    ])
    const fresh = keys.flatMap((key) => datedOf(unlisted.lists.get(key) ?? []))
    this.#pool = this.#among([...rare, ...fresh.map(({ when, number }) => ({ when, number, isUnlisted: true }))])
  }

  /** So many of the next ones, or a few more; fewer if there are no more. */
  *next(least: number): Sql<Candidate[]> {
    for (;;) {
      const frontier = this.#streams.reduce(
        (first, stream) => (newestFirst(stream.frontier, first) < 0 ? stream.frontier : first),
        end,
      )
      const ready = this.#pool.filter((place) => newestFirst(place, frontier) <= 0)
      if (ready.length >= least || frontier === end) {
        this.#pool = this.#pool.filter((place) => newestFirst(place, frontier) > 0)
        return ready.sort(newestFirst)
      }
      for (const stream of this.#streams) {
        if (stream.frontier !== frontier) continue
        const read: Place[] = []
        yield* stream.read(read)
        this.#pool.push(...this.#among(read))
      }
    }
  }

  #among<P extends Place>(some: readonly P[]): P[] {
    return some.filter((place) => place.when >= this.#least && newestFirst(place, this.#after) > 0)
  }
}

interface Candidate extends Place {
  /** Perhaps of a commit that is not on the disk yet. */
  readonly isUnlisted?: boolean
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
interface Start {
  readonly condition: Condition
  readonly listed: readonly Extent[]
  readonly keys: readonly number[]
  /** Listed places of keys that have no lists by date, because few have them. */
  readonly rare: readonly Place[]
}

/** The condition with the fewest blocks. Undefined if something asked for is so rare that it is quicker to sort what has it. */
function* startOf({ query: { type }, meaning: { whole, asked }, unlisted }: Standing, { param }: ByDate): Sql<Start | undefined> {
  let start: Pick<Start, 'condition' | 'listed'> | undefined
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

/** How a key is listed. */
function* extentOf(key: number, { extents }: Unlisted): Sql<Extent> {
  const known = extents.get(key)
  if (known !== undefined) return known
  const counted = yield* row(countBlocks, { key })
  const extent: Extent = { key, blocks: counted?.n ?? 0, longs: counted?.longs ?? 0 }
  if (extents.size >= manyExtents) extents.clear()
  extents.set(key, extent)
  return extent
}

/** The places of a key that has no lists by date. They are looked for in each segment, so the few of most are remembered. */
function* placesOf(extent: Extent, parameter: number): Sql<readonly Place[]> {
  if (extent.places !== undefined) return extent.places
  const found = yield* rows(entriesOfKey, { key: extent.key, parameter })
  const places = found.map(({ number, hi }) => ({ number, when: hi }))
  if (places.length <= fewPlaces) extent.places = places
  return places
}

/** So many keys, and so many places of each, are remembered. */
const [manyExtents, fewPlaces] = [2000, 16]

/** More keys at once are not walked. */
const manyKeys = 16

/** With so many blocks something else that is asked for may be rarer. */
const manyBlocks = 64
const countBlocks = prepare<{ key: number }>()(($) =>
  raw<{ n: number; longs: number }>(sql`SELECT
    (SELECT count(*) FROM (SELECT 1 FROM dated WHERE key = ${$('key')} LIMIT ${sql.lit(manyBlocks)}) AS found) AS n,
    EXISTS (SELECT 1 FROM dated WHERE key = ${$('key')} AND long = 1) AS longs`),
)

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
  const rest = asked.filter((each) => each !== start && !isSaid(each.filter, param, oldest)).map(({ holds }) => holds)
  // A first version (its row is the resource's own number) says what it said when it was listed; only what is unlisted may be of a later one
  // that is not there yet.
  const isListed = !some.some(({ isUnlisted }) => isUnlisted)
  const numbers = some.map(({ number }) => number)
  const found = new Map<number, Match & { readonly value?: Value }>()
  if (isListed && rest.length === 0)
    for (const match of yield* rows(present, { numbers: asList(numbers) }))
      if (match.current === match.number) found.set(match.number, match)
  if (found.size < some.length) {
    const value = yield* sortValue(type, sort[0]!)
    const unchanged = isListed ? sql`d.current = d.number` : sql`FALSE`
    for (const match of yield* answer(
      raw<Match & { value: Value }>(sql`SELECT d.number AS number, d.id AS id, d.current AS current,
        CASE WHEN ${unchanged} THEN NULL ELSE ${value} END AS value
      FROM ${members(numbers.filter((number) => !found.has(number)))} AS c ${inTurn} resource AS d
      WHERE d.number = c.value AND d.deleted = 0 AND ${sql.join([sql`(${unchanged} OR ${start.holds})`, ...rest], sql` AND `)}`),
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
