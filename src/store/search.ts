/** Search: a Query as SQL over the index. https://hl7.org/fhir/R4/search.html */
import { type RawBuilder, sql } from 'kysely'
import { problem } from '../domain/problem.ts'
import type { Query } from '../fhir/search/query.ts'
import { type Asked, type Match, pageByDate } from './by-date.ts'
import { answer, db, prepare, raw, row, rows } from './compile.ts'
import { type Condition, count } from './condition.ts'
import { loadUnlisted } from './dated.ts'
import { asList, membersOf } from './dialect.ts'
import { allOfThem, firstOf, pageInTime } from './in-slices.ts'
import { pageInTurn } from './in-turn.ts'
import { inLists } from './keyed.ts'
import { among, type Former, formerMatches } from './meanwhile.ts'
import { cursor, page, position, type Reading } from './page.ts'
import { newestRow } from './resources.ts'
import { following, type Last, order, sortValue } from './sort.ts'
import type { Sql, Value } from './sql.ts'
import { all, type Meaning, Standing } from './standing.ts'
import { BadCursor, type Page, type Questions, type Stored, type Visibility } from './store.ts'
import { Texts } from './texts.ts'
import type { Unlisted } from './unlisted.ts'

const matchesOf = prepare<{ numbers: string }>()(($) =>
  db
    .selectFrom('resource')
    .select(['number', 'id', 'current'])
    .where('number', 'in', membersOf($('numbers'))),
)
const versionAt = prepare<{ row: number }>()(($) =>
  db
    .selectFrom('version as v')
    .innerJoin('resource as r', 'r.number', 'v.resource')
    .select(['r.number', 'r.type', 'r.id', 'v.at', 'v.text'])
    .where('v.row', '=', $('row')),
)

/** `mayRest`: others may have their turn in between (where whoever drives the steps lets them). */
export function* search(
  { query, visible, after, room }: Questions['search']['ask'],
  reading: Reading,
  mayRest = true,
): Sql<Page<Stored>> {
  if (reading.unlisted.isLost) yield* loadUnlisted(reading.unlisted)
  const from = after === undefined ? undefined : placeOf(position(reading, 'search', after))
  const last = from && from.row > 0 ? yield* lastOf(query, from.row) : undefined
  const standing = yield* Standing.begin(query, { visible, unlisted: reading.unlisted }, from?.until, mayRest)
  if (standing === undefined) return query.total === 'accurate' ? { items: [], total: 0 } : { items: [] }

  const formerOnes = () => formerOf(standing, last, visible, (query) => itemsOf({ query, visible }, reading))
  const totalWith = query.total === 'accurate' ? yield* countAll(standing, formerOnes) : undefined
  const found = query.count === 0 ? [] : ((yield* pageByDate(standing, last)) ?? (yield* sorted(standing, last)))
  // From here on nobody else has a turn: what has changed since the beginning is what has changed until now.
  const former = yield* formerOnes()
  const changed = new Set(former.map(({ number }) => number))
  const total = totalWith ? { total: totalWith(changed) } : {}
  if (query.count === 0) return { items: [], ...total }
  const { until } = standing
  const unchanged = until === undefined ? found : found.filter(({ number, current }) => current <= until && !changed.has(number))
  const texts = new Texts(query.type, reading.recent, room)
  // What comes after the unchanged ones that fill the page is not on it, changed or not.
  const read = yield* texts.read(unchanged)
  const matches = former.length === 0 ? read : yield* texts.read(among(query, read, texts, former, last))
  const count = Math.min(query.count, texts.filling(matches))
  // Only a next page has to know what there was when the first one was read.
  const shown = until ?? (matches.length > count ? yield* newestRow() : 0)
  return {
    ...page(
      matches,
      count,
      (match) => texts.of(match),
      ({ current }) => cursor(reading, 'search', `${shown}/${current}`),
    ),
    ...total,
  }
}

function* itemsOf(ask: Questions['search']['ask'], reading: Reading): Sql<readonly Stored[]> {
  return (yield* search(ask, reading, false)).items
}

/** What a page that stands still shows of what has changed since. */
function* formerOf(
  { query, until, began = Number.MAX_SAFE_INTEGER, hasChanged }: Standing,
  last: Last | undefined,
  visible: Visibility,
  others: (query: Query) => Sql<readonly Stored[]>,
): Sql<readonly Former[]> {
  return until === undefined || !hasChanged ? [] : yield* formerMatches(query, visible, { until, began, last }, others)
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

/** The matches of a page and one more. */
function* sorted(standing: Standing, last: Last | undefined): Sql<readonly Match[]> {
  const { query } = standing
  const { whole, asked } = standing.meaning
  const isSorted = query.sort.length > 0
  const byTime = query.sort.length === 1 && query.sort[0]?.kind === 'lastUpdated'
  const { start, many } = yield* rarest(asked, standing.unlisted, byTime ? 4000 : few, isSorted)
  if (!isSorted) return yield* pageInTurn(standing, start, last?.number)
  if (byTime && many) return yield* pageInTime(standing, last)
  const select = (found: RawBuilder<unknown>) => inOrder(query, found, last)
  const numbers = many
    ? yield* firstOf(standing, start, select)
    : (yield* answer(
        raw<{ number: number }>(sql`${yield* select(foundFrom(start ?? whole, standing.meaning))} LIMIT ${query.count + 1}`),
      )).map(({ number }) => number)
  const matches = yield* rows(matchesOf, { numbers: asList(numbers) })
  const byNumber = new Map(matches.map((match) => [match.number, match]))
  return numbers.map((number) => byNumber.get(number)!)
}

/** Finds all, and sorts them. */
function* inOrder({ type, sort }: Query, found: RawBuilder<unknown>, last: Last | undefined): Sql<RawBuilder<unknown>> {
  const values: RawBuilder<Value>[] = []
  for (const key of sort) values.push(yield* sortValue(type, key))
  const further = last === undefined ? sql`TRUE` : following(sort, values, last)
  return sql`SELECT d.number FROM ${found} AND ${further} ORDER BY ${order(sort, values)}`
}

/** Resources that have all that is asked for, looked for among those that have `start`; `number` and `segment` of them, as `d`. */
const foundFrom = (start: Condition, { asked }: Meaning): RawBuilder<unknown> =>
  sql`(${start.numbers!()}) AS d WHERE ${all(asked.filter((each) => each !== start))}`

function* lastOf({ type }: Query, at: number): Sql<Last> {
  const found = yield* row(versionAt, { row: at })
  if (found?.type !== type || found.text === null) {
    throw new BadCursor(problem('invalid', 'This cursor belongs to another question.'))
  }
  return { number: found.number, id: found.id, at: found.at, resource: JSON.parse(found.text) }
}

/** So many are sorted, or looked at, at once. */
const few = 1000

/** Which condition holds for the fewest resources, counted up to `most`; `many`: for that many or more (known only if counted). */
function* rarest(
  conditions: readonly Asked[],
  unlisted: Unlisted,
  most: number,
  counting: boolean,
): Sql<{ start?: Asked; many: boolean }> {
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
  if (keys === undefined) return yield* count(sql`FROM (${numbers!()} LIMIT ${most}) AS found`)
  const listed = yield* count(sql`FROM (${inLists(keys)} LIMIT ${most}) AS found`)
  return Math.min(most, listed + unlisted.withAny(keys).length)
}

/** How many there are in all, once it is known which of them have changed since the beginning. `former`: those that have by now. */
function* countAll(standing: Standing, former: () => Sql<readonly Former[]>): Sql<(changed: ReadonlySet<number>) => number> {
  const { whole, asked } = standing.meaning
  // Lists alone tell it.
  const isListed = asked.every(({ keys }) => keys !== undefined) && asked.length < 2
  const { start, many } = yield* rarest(asked, standing.unlisted, few, !isListed)
  if (!many || isListed) {
    const n = yield* count(sql`FROM ${foundFrom(start ?? whole, standing.meaning)}`)
    const others = (yield* former()).length
    return () => n + others
  }
  const numbers = yield* allOfThem(standing, start)
  return (changed) => (changed.size === 0 ? numbers.length : new Set([...numbers, ...changed]).size)
}
