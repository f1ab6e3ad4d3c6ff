/**
 * The layout of the search index: rows in plain tables, kept as resources come and go, and the conditions by which searches read them.
 * Only this module knows the tables posting, period, amount, word and indexed; another layout replaces it behind the same functions.
 *
 * Most are in segments of consecutive resources: see index-entries.ts.
 *
 * - posting: by key, which resources have this term under this parameter: see postings.ts.
 * - period: dates, by resource and by their start, and those of a day or more by their end, too.
 * - amount: numbers and quantities, by resource alone: nobody looks for a number without saying of what.
 * - word: strings, by resource and by value.
 * - dated: postings by date, where they are many: see dated.ts.
 * - indexed: the keys of a resource: what it has is asked here, and what it had when it changes.
 */
import { sql } from 'kysely'
import { db, each, inserting, type Prepared, prepare, raw, row, rows } from './compile.ts'
import { keysIn, keysText } from './dialect.ts'
import { type Entry, entriesOf, type Indexable, type Numbers, rest, segmentOf, textOf } from './index-entries.ts'
import { takeOut } from './postings.ts'
import { inParts, type Sql, turn, type Value } from './sql.ts'
import type { Item, Unlisted } from './unlisted.ts'

/** Of one resource so many rows are read at a time. */
const page = 4000

const insertSegment = prepare<{ number: number }>()(($) =>
  db
    .insertInto('segment')
    .values({ number: $('number') })
    .onConflict((of) => of.doNothing()),
)
const insertIndexed = inserting('indexed', ['number', 'keys'])
const updateIndexed = prepare<{ number: number; keys: string }>()(($) =>
  db
    .updateTable('indexed')
    .set({ keys: $('keys') })
    .where('number', '=', $('number')),
)
const deleteIndexed = prepare<{ number: number }>()(($) => db.deleteFrom('indexed').where('number', '=', $('number')))
const indexedOf = prepare<{ number: number }>()(($) => db.selectFrom('indexed').select('keys').where('number', '=', $('number')))

type AnyRow = Readonly<Record<string, Value>>

/** A table with rows by resource: how they are written, taken away and read for one. */
interface Table {
  readonly of: 'periods' | 'amounts' | 'words'
  readonly width: number
  readonly insert: Prepared<AnyRow, unknown>
  readonly remove: Prepared<AnyRow, unknown>
  readonly after: Prepared<AnyRow, AnyRow>
  /** What all rows of a resource come after. */
  readonly start: AnyRow
}

/** Its key are all of its columns: the resource's number, and those of `start`. */
function tableOf(of: Table['of'], name: string, start: AnyRow): Table {
  const keys = Object.keys(start)
  const columns = ['number', ...keys]
  const refs = (some: readonly string[]) => sql.join(some.map((column) => sql.ref(column)))
  const places = (some: readonly string[], $: (column: string) => Value) => sql.join(some.map((column) => $(column)))
  return {
    ...{ of, width: columns.length, start },
    insert: prepare<AnyRow>()(($) => raw(sql`insert into ${sql.table(name)} (${refs(columns)}) values (${places(columns, $)})`)),
    remove: prepare<AnyRow>()(($) => {
      const same = columns.map((column) => sql`${sql.ref(column)} = ${$(column)}`)
      return raw(sql`DELETE FROM ${sql.table(name)} WHERE ${sql.join(same, sql` AND `)}`)
    }),
    after: prepare<AnyRow>()(($) =>
      raw<AnyRow>(sql`SELECT ${refs(columns)} FROM ${sql.table(name)}
        WHERE number = ${$('number')} AND (${refs(keys)}) > (${places(keys, $)}) ORDER BY ${refs(keys)} LIMIT ${page}`),
    ),
  }
}

const tables: readonly Table[] = [
  tableOf('periods', 'period', { parameter: 0, lo: 0, hi: 0 }),
  tableOf('amounts', 'amount', { parameter: 0, lo: 0, hi: 0, unit: 0, printed: 0 }),
  tableOf('words', 'word', { parameter: 0, value: '', exact: '' }),
]

/** Takes in resources that have no rows yet, in the order of their numbers. */
export function* index(resources: readonly Indexable[], numbers: Numbers): Sql<void> {
  const entries = yield* entriesOf(resources, numbers)
  for (const { number, dated, keys } of entries) yield* note({ number, dated }, keys, numbers.unlisted)
  yield* each(
    insertSegment,
    [...new Set(entries.map(({ number }) => segmentOf(number)))].map((number) => ({ number })),
  )
  yield* each(
    insertIndexed,
    entries.map(({ number, keys }) => ({ number, keys: keysText(keys) })),
  )
  for (const { insert, of, width } of tables)
    yield* add(
      insert.sql,
      width,
      // One of them may have a million: `flatMap` would take each in turn.
      ([] as Value[]).concat(...entries.map((entry) => entry[of])),
    )
}

/** So many keys are noted between two turns. */
const keysAtOnce = 4000

/** Notes what is in no list yet. One resource of very many keys counts for several. */
function* note(item: Item, keys: readonly number[], unlisted: Unlisted): Sql<void> {
  if (keys.length <= keysAtOnce) return unlisted.add(item, keys)
  for (let from = 0; from < keys.length; from += keysAtOnce) {
    if (from > 0) yield turn
    unlisted.add(item, keys.slice(from, from + keysAtOnce))
  }
}

/** Replaces the rows of one resource: what stays is not touched. */
export function* reindex(resource: Indexable, numbers: Numbers): Sql<void> {
  const [entry] = (yield* entriesOf([resource], numbers)) as [Entry]
  const { number } = entry
  const before = yield* row(indexedOf, { number })
  const keys = keysText(entry.keys)
  if (before === undefined) yield* each(insertIndexed, [{ number, keys }])
  else if (before.keys !== keys) yield* each(updateIndexed, [{ number, keys }])
  const old = new Set<number>(before === undefined ? [] : keysIn(before.keys))
  const now = new Set(entry.keys)
  yield* takeOut(
    number,
    [...old].filter((key) => !now.has(key)),
    numbers.unlisted,
  )
  const { dated } = entry
  const fresh = entry.keys.filter((key) => !old.has(key))
  yield* note({ number, dated }, fresh, numbers.unlisted)

  for (const table of tables) {
    const isChanged = yield* replace(table, number, entry[table.of])
    if (isChanged && table.of === 'periods' && dated)
      yield* note(
        { number, dated, isPosted: true },
        entry.keys.filter((key) => old.has(key)),
        numbers.unlisted,
      )
  }
}

/** Gives a resource these rows of a table. Answers whether any of them, or of those before, is another one. */
function* replace({ insert, remove, after, start, width }: Table, number: number, now: readonly Value[]): Sql<boolean> {
  const fresh = new Map<string, number>()
  for (let at = 0; at < now.length; at += width) {
    yield* rest(at / width)
    fresh.set(textOf(now.slice(at, at + width)), at)
  }
  const gone: AnyRow[] = []
  let last: AnyRow | undefined = { ...start, number }
  while (last !== undefined) {
    const stored: readonly AnyRow[] = yield* rows(after, last)
    for (const row of stored) if (!fresh.delete(textOf(Object.values(row)))) gone.push(row)
    last = stored.length < page ? undefined : stored.at(-1)
  }
  yield* each(remove, gone)
  const added: Value[] = []
  for (const at of fresh.values()) {
    yield* rest(at / width)
    for (let i = 0; i < width; i++) added.push(now[at + i]!)
  }
  yield* add(insert.sql, width, added)
  return gone.length + fresh.size > 0
}

/** Takes a resource out. */
export function* unindex(number: number, { unlisted }: Numbers): Sql<void> {
  const before = yield* row(indexedOf, { number })
  if (before === undefined) return
  yield* takeOut(number, keysIn(before.keys), unlisted)
  for (const table of tables) yield* replace(table, number, [])
  yield* each(deleteIndexed, [{ number }])
}

function* add(sql: string, width: number, values: readonly Value[]): Sql<void> {
  if (values.length > 0) yield* inParts(sql, width, values)
}
