/** Search: a Query as SQL over the index. https://hl7.org/fhir/R4/search.html */
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { problem } from '../domain/problem.ts'
import type { Query } from '../fhir/search/query.ts'
import { answer, db, prepare, row, rows } from './compile.ts'
import { type Condition, condition, ofType } from './conditions.ts'
import { asList, membersOf } from './dialect.ts'
import { cursor, page, type Reading, rowPosition } from './page.ts'
import { stored } from './resources.ts'
import { following, type Last, order, sortValue } from './sort.ts'
import type { Sql, Value } from './sql.ts'
import { BadCursor, type Page, type Questions, type Stored, type Visibility } from './store.ts'
import { visibleRow } from './visible.ts'

const textsOf = prepare<{ numbers: string }>()(($) =>
  db
    .selectFrom('resource as r')
    .innerJoin('version as v', 'v.row', 'r.current')
    .select(['r.number', 'r.type', 'r.id', 'v.row', 'v.version', 'v.at', 'v.sequence', 'v.text'])
    .where('r.number', 'in', membersOf($('numbers'))),
)
const versionAt = prepare<{ row: number }>()(($) =>
  db
    .selectFrom('version as v')
    .innerJoin('resource as r', 'r.number', 'v.resource')
    .select(['r.number', 'r.type', 'r.id', 'v.at', 'v.text'])
    .where('v.row', '=', $('row')),
)

export function* search({ query, visible, after }: Questions['search']['ask'], reading: Reading): Sql<Page<Stored>> {
  const last = after === undefined ? undefined : yield* lastOf(query, rowPosition(reading, 'search', after, 0))
  const conditions = yield* conditionsOf(query, visible)
  if (conditions === undefined) return query.total === 'accurate' ? { items: [], total: 0 } : { items: [] }

  const [source, ...rest] = conditions
  const found = sql`FROM (${source}) AS d WHERE ${sql.join([sql`1`, ...rest], sql` AND `)}`
  const total = query.total === 'accurate' ? { total: yield* count(found) } : {}
  if (query.count === 0) return { items: [], ...total }

  const values: RawBuilder<Value>[] = []
  for (const key of query.sort) values.push(yield* sortValue(query.type, key))
  const further = last === undefined ? sql`1` : following(query.sort, values, last)
  const numbers = yield* answer(
    statement<{ number: number }>(
      sql`SELECT d.number ${found} AND ${further} ORDER BY ${order(query.sort, values)} LIMIT ${query.count + 1}`,
    ),
  )
  const texts = yield* rows(textsOf, { numbers: asList(numbers.map(({ number }) => number)) })
  const byNumber = new Map(texts.map((each) => [each.number, each]))
  return {
    ...page(
      numbers.map(({ number }) => byNumber.get(number)!),
      query.count,
      (each) => stored(each.type, each.id, each),
      (end) => cursor(reading, 'search', end.row),
    ),
    ...total,
  }
}

const statement = <T>(built: RawBuilder<unknown>) =>
  ({ compile: () => built.compile(db) }) as { compile(): ReturnType<RawBuilder<T>['compile']> }

function* lastOf({ type }: Query, at: number): Sql<Last> {
  const found = yield* row(versionAt, { row: at })
  if (found?.type !== type || found.text === null)
    throw new BadCursor(problem('invalid', 'This cursor belongs to another question.'))
  return { number: found.number, id: found.id, at: found.at, resource: JSON.parse(found.text) }
}

/** The select to start from, then what must hold besides; undefined if the type has no resources at all. */
function* conditionsOf(query: Query, visible: Visibility): Sql<[RawBuilder<unknown>, ...RawBuilder<SqlBool>[]] | undefined> {
  const all = yield* ofType(query.type)
  if (all?.numbers === undefined) return undefined
  const filters: Condition[] = []
  for (const filter of query.filters) filters.push(yield* condition(query.type, filter))
  const start = yield* rarest(filters.filter((each) => each.numbers !== undefined))
  const rest = filters.filter((each) => each !== start).map((each) => each.holds)
  if (visible !== 'everything') {
    rest.push(sql`EXISTS (SELECT 1 FROM resource AS c WHERE c.number = d.number AND ${visibleRow(visible, 'c.current')})`)
  }
  return [start?.numbers ?? all.numbers, ...rest]
}

/** Which condition holds for the fewest resources, counted as far as it is worth. */
function* rarest(conditions: readonly Condition[]): Sql<Condition | undefined> {
  let best = conditions[0]
  let fewest = conditions.length > 1 ? 1000 : 0
  for (const each of conditions) {
    if (fewest === 0) break
    const n = yield* count(sql`FROM (${each.numbers} LIMIT ${fewest})`)
    if (n < fewest) {
      fewest = n
      best = each
    }
  }
  return best
}

function* count(found: RawBuilder<unknown>): Sql<number> {
  const [counted] = yield* answer(statement<{ n: number }>(sql`SELECT count(*) AS n ${found}`))
  return counted?.n ?? 0
}
