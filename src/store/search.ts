/** Search: a Query as SQL over the index. https://hl7.org/fhir/R4/search.html */
import { type RawBuilder, sql } from 'kysely'
import { problem } from '../domain/problem.ts'
import type { Query } from '../fhir/search/query.ts'
import { type Asked, type Match, pageByDate } from './by-date.ts'
import { answer, db, prepare, raw, row, rows } from './compile.ts'
import { type Condition, count, never } from './condition.ts'
import { ofType } from './conditions.ts'
import { loadUnlisted } from './dated.ts'
import { asList, members, membersOf } from './dialect.ts'
import { pageInTurn } from './in-turn.ts'
import { inLists } from './keyed.ts'
import { condition, type Sight } from './meaning.ts'
import { among, meanwhile, newestRow } from './meanwhile.ts'
import { cursor, page, position, type Reading } from './page.ts'
import type { Recent } from './recent.ts'
import { stored } from './resources.ts'
import { following, type Last, order, sortValue } from './sort.ts'
import type { Sql, Value } from './sql.ts'
import { BadCursor, type Page, type Questions, type Stored } from './store.ts'
import type { Unlisted } from './unlisted.ts'
import { visibleResource } from './visible.ts'

const matchesOf = prepare<{ numbers: string }>()(($) =>
  db
    .selectFrom('resource')
    .select(['number', 'id', 'current'])
    .where('number', 'in', membersOf($('numbers'))),
)
const textsOf = prepare<{ rows: string }>()(($) =>
  db
    .selectFrom('version')
    .select(['row', 'version', 'at', 'sequence', 'text'])
    .where('row', 'in', membersOf($('rows'))),
)
const versionAt = prepare<{ row: number }>()(($) =>
  db
    .selectFrom('version as v')
    .innerJoin('resource as r', 'r.number', 'v.resource')
    .select(['r.number', 'r.type', 'r.id', 'v.at', 'v.text'])
    .where('v.row', '=', $('row')),
)

export function* search({ query, visible, after }: Questions['search']['ask'], reading: Reading): Sql<Page<Stored>> {
  if (reading.unlisted.isLost) yield* loadUnlisted(reading.unlisted)
  const from = after === undefined ? undefined : placeOf(position(reading, 'search', after))
  const last = from && from.row > 0 ? yield* lastOf(query, from.row) : undefined
  const { unlisted } = reading
  const now = yield* meaningOf(query, { visible, unlisted })
  if (now === undefined) return query.total === 'accurate' ? { items: [], total: 0 } : { items: [] }

  const others = function* (query: Query): Sql<readonly Stored[]> {
    return (yield* search({ query, visible }, reading)).items
  }
  const since = from && (yield* meanwhile(query, visible, { until: from.until, last }, others))
  const meaning = since ? { ...now, asked: [...now.asked, since.unchanged] } : now
  const total = query.total === 'accurate' ? { total: (yield* countAll(meaning, unlisted)) + (since?.former.length ?? 0) } : {}
  if (query.count === 0) return { items: [], ...total }

  const { whole, asked } = meaning
  const found = (yield* pageByDate(query, whole, asked, unlisted, last)) ?? (yield* sorted(query, meaning, unlisted, last))
  const texts = yield* textsAt(query.type, found, reading.recent)
  // Only a next page has to know what there was when the first one was read.
  const until = from?.until ?? (found.length > query.count ? yield* newestRow() : 0)
  return {
    ...page(
      since ? among(query, found, texts, since.former, last) : found,
      query.count,
      ({ current }) => texts.get(current)!,
      ({ current }) => cursor(reading, 'search', `${until}/${current}`),
    ),
    ...total,
  }
}

export function* beginning(_: object, reading: Reading): Sql<string> {
  return cursor(reading, 'search', `${yield* newestRow()}/0`)
}

/** Where a page begins: after the version of a row (0: at the beginning), in pages that show what there was up to a row. */
function placeOf(position: string | number): { readonly until: number; readonly row: number } {
  const [until = Number.NaN, row = Number.NaN] = String(position).split('/').map(Number)
  if (!Number.isSafeInteger(until) || !Number.isSafeInteger(row))
    throw new BadCursor(problem('invalid', 'This cursor belongs to another question.'))
  return { until, row }
}

/** The current versions, by their rows. */
function* textsAt(type: string, found: readonly Match[], recent: Recent): Sql<Map<number, Stored>> {
  const texts = new Map<number, Stored>()
  const ids = new Map<number, string>()
  for (const { id, current } of found) {
    const known = recent.get(current)
    if (known !== undefined) texts.set(current, known)
    else ids.set(current, id)
  }
  if (ids.size === 0) return texts
  for (const version of yield* rows(textsOf, { rows: asList([...ids.keys()]) })) {
    const read = stored(type, ids.get(version.row)!, version)
    texts.set(version.row, read)
    recent.keep(version.row, read)
  }
  return texts
}

/** The matches of a page and one more. */
function* sorted(query: Query, meaning: Meaning, unlisted: Unlisted, last: Last | undefined): Sql<readonly Match[]> {
  const byTime = query.sort.length === 1 && query.sort[0]?.kind === 'lastUpdated'
  const { start, many } = yield* rarest(meaning.asked, unlisted, byTime ? 4000 : 1000, byTime)
  const { keys } = start ?? meaning.whole
  if (query.sort.length === 0 && keys?.length === 1) {
    const rest = (start === undefined ? [meaning.whole] : []).concat(meaning.asked)
    return yield* pageInTurn(query.count, keys[0]!, rest, unlisted, last?.number)
  }
  const select =
    byTime && many ? inTime(query, meaning, last) : yield* inOrder(query, foundFrom(start ?? meaning.whole, meaning), last)
  const found = yield* answer(raw<{ number: number }>(sql`${select} LIMIT ${query.count + 1}`))
  const matches = yield* rows(matchesOf, { numbers: asList(found.map(({ number }) => number)) })
  const byNumber = new Map(matches.map((match) => [match.number, match]))
  return found.map(({ number }) => byNumber.get(number)!)
}

/** Finds all, sorts them, and takes a page. */
function* inOrder({ type, sort }: Query, found: RawBuilder<unknown>, last: Last | undefined): Sql<RawBuilder<unknown>> {
  const values: RawBuilder<Value>[] = []
  for (const key of sort) values.push(yield* sortValue(type, key))
  const further = last === undefined ? sql`1` : following(sort, values, last)
  return sql`SELECT d.number FROM ${found} AND ${further} ORDER BY ${order(sort, values)}`
}

/** The same order by `_lastUpdated`, walked until the page is full: for what holds for many. */
function inTime({ type, sort }: Query, { asked }: Meaning, last: Last | undefined): RawBuilder<unknown> {
  const direction = sort[0]?.descending ? sql`DESC` : sql`ASC`
  const than = sort[0]?.descending ? sql`<` : sql`>`
  const further =
    last === undefined ? sql`1` : sql`(d.at ${than}= ${last.at} AND (d.at ${than} ${last.at} OR d.number ${than} ${last.number}))`
  return sql`SELECT d.number FROM resource AS d WHERE d.type = ${type} AND d.deleted = 0 AND ${all(asked)} AND ${further}
    ORDER BY d.at ${direction}, d.number ${direction}`
}

/** Resources that have all that is asked for, looked for among those that have `start`; `number` and `segment` of them, as `d`. */
const foundFrom = (start: Condition, { asked }: Meaning): RawBuilder<unknown> =>
  sql`(${start.numbers!()}) AS d WHERE ${all(asked.filter((each) => each !== start))}`

const all = (conditions: readonly Condition[]): RawBuilder<unknown> =>
  sql.join([sql`1`, ...conditions.map(({ holds }) => holds)], sql` AND `)

function* lastOf({ type }: Query, at: number): Sql<Last> {
  const found = yield* row(versionAt, { row: at })
  if (found?.type !== type || found.text === null) {
    throw new BadCursor(problem('invalid', 'This cursor belongs to another question.'))
  }
  return { number: found.number, id: found.id, at: found.at, resource: JSON.parse(found.text) }
}

/** What a query means for the tables. */
interface Meaning {
  /** That it is of the type. */
  readonly whole: Condition
  readonly asked: readonly Asked[]
}

/** Undefined if nothing can fit: the type has no resources at all, or a condition holds for none. */
function* meaningOf({ type, filters }: Query, sight: Sight): Sql<Meaning | undefined> {
  const whole = yield* ofType(type, sight.unlisted)
  if (whole === undefined) return undefined
  const asked: Asked[] = []
  for (const filter of filters) {
    const next = yield* condition(type, filter, sight)
    // Nothing can hold: no question has to be asked.
    if (next === never) return undefined
    asked.push({ ...next, filter })
  }
  asked.push(...visibleResource(sight.visible))
  return { whole, asked }
}

/** Which condition holds for the fewest resources, counted up to `most`; `many`: for that many or more (known only if counted). */
function* rarest(
  conditions: readonly Condition[],
  unlisted: Unlisted,
  most: number,
  counting: boolean,
): Sql<{ start?: Condition; many: boolean }> {
  const starts = conditions.filter(({ numbers }) => numbers !== undefined)
  let [start] = starts
  if (start === undefined) return { many: true }
  if (starts.length === 1 && !counting) return { start, many: false }
  let fewest = most
  for (const each of starts) {
    const n = yield* howMany(each, unlisted, fewest)
    if (n < fewest) {
      fewest = n
      start = each
    }
    if (n === 0) break
  }
  return { start, many: fewest === most }
}

/** Counted up to `most`; of what is in no list all that may have the key. */
function* howMany({ keys, numbers }: Condition, unlisted: Unlisted, most: number): Sql<number> {
  if (keys === undefined) return yield* count(sql`FROM (${numbers!()} LIMIT ${most})`)
  const listed = yield* count(sql`FROM (${inLists(sql`p.key IN ${members(keys)}`)} LIMIT ${most})`)
  return Math.min(most, listed + unlisted.withAny(keys).length)
}

/** How many there are in all. */
function* countAll(meaning: Meaning, unlisted: Unlisted): Sql<number> {
  const { start } = yield* rarest(meaning.asked, unlisted, 1000, false)
  return yield* count(sql`FROM ${foundFrom(start ?? meaning.whole, meaning)}`)
}
