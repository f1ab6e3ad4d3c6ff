/**
 * The layout of the search index: rows in plain tables, kept as resources come and go, and the conditions by which searches read them.
 * Only this module knows the tables posting, period, amount, word and indexed; another layout replaces it behind the same functions.
 *
 * - posting (key, number): the resource has this term under this parameter.
 * - period: dates, by resource and by their start, and those of a day or more by their end, too.
 * - amount: numbers and quantities, by resource alone: nobody looks for a number without saying of what.
 * - word: strings, by resource and by value.
 * - indexed: the keys of a resource's postings, to take them away again, and to ask what it has.
 */
import { db, each, prepare, row, rows } from './compile.ts'
import { type Entry, entriesOf, type Indexable, type Numbers } from './index-entries.ts'
import type { Sql, Value } from './sql.ts'

const insertPosting = prepare<{ key: number; number: number }>()(($) =>
  db.insertInto('posting').values({ key: $('key'), number: $('number') }),
)
const deletePosting = prepare<{ key: number; number: number }>()(($) =>
  db.deleteFrom('posting').where('key', '=', $('key')).where('number', '=', $('number')),
)
type PeriodRow = { number: number; parameter: number; lo: number; hi: number }
const insertPeriod = prepare<PeriodRow>()(($) =>
  db.insertInto('period').values({ number: $('number'), parameter: $('parameter'), lo: $('lo'), hi: $('hi') }),
)
const deletePeriods = prepare<{ number: number }>()(($) => db.deleteFrom('period').where('number', '=', $('number')))
const periodsOf = prepare<{ number: number }>()(($) =>
  db.selectFrom('period').select(['parameter', 'lo', 'hi']).where('number', '=', $('number')),
)
type AmountRow = { number: number; parameter: number; lo: number; hi: number; unit: number; printed: number }
const insertAmount = prepare<AmountRow>()(($) =>
  db.insertInto('amount').values({
    number: $('number'),
    parameter: $('parameter'),
    lo: $('lo'),
    hi: $('hi'),
    unit: $('unit'),
    printed: $('printed'),
  }),
)
const deleteAmounts = prepare<{ number: number }>()(($) => db.deleteFrom('amount').where('number', '=', $('number')))
const amountsOf = prepare<{ number: number }>()(($) =>
  db.selectFrom('amount').select(['parameter', 'lo', 'hi', 'unit', 'printed']).where('number', '=', $('number')),
)
type WordRow = { number: number; parameter: number; value: string; exact: string }
const insertWord = prepare<WordRow>()(($) =>
  db.insertInto('word').values({ number: $('number'), parameter: $('parameter'), value: $('value'), exact: $('exact') }),
)
const deleteWords = prepare<{ number: number }>()(($) => db.deleteFrom('word').where('number', '=', $('number')))
const wordsOf = prepare<{ number: number }>()(($) =>
  db.selectFrom('word').select(['parameter', 'value', 'exact']).where('number', '=', $('number')),
)
const insertIndexed = prepare<{ number: number; keys: string }>()(($) =>
  db.insertInto('indexed').values({ number: $('number'), keys: $('keys') }),
)
const updateIndexed = prepare<{ number: number; keys: string }>()(($) =>
  db
    .updateTable('indexed')
    .set({ keys: $('keys') })
    .where('number', '=', $('number')),
)
const deleteIndexed = prepare<{ number: number }>()(($) => db.deleteFrom('indexed').where('number', '=', $('number')))
const indexedOf = prepare<{ number: number }>()(($) => db.selectFrom('indexed').select('keys').where('number', '=', $('number')))

/** The tables with rows by resource: how they are written, cleared and read for one. */
const tables = [
  { insert: insertPeriod, clear: deletePeriods, read: periodsOf, rows: (entry: Entry): readonly Values[] => entry.periods },
  { insert: insertAmount, clear: deleteAmounts, read: amountsOf, rows: (entry: Entry): readonly Values[] => entry.amounts },
  { insert: insertWord, clear: deleteWords, read: wordsOf, rows: (entry: Entry): readonly Values[] => entry.words },
] as const
/** As the insert names them, without the number. */
type Values = readonly Value[]

/** Takes in resources that have no rows yet. */
export function* index(resources: readonly Indexable[], numbers: Numbers): Sql<void> {
  const entries = yield* entriesOf(resources, numbers)
  yield* each(
    insertIndexed,
    entries.map(({ number, keys }) => ({ number, keys: JSON.stringify(keys) })),
  )
  const postings: [number, number][] = []
  for (const { number, keys } of entries) for (const key of keys) postings.push([key, number])
  yield* addPostings(postings)
  for (const { insert, rows } of tables) {
    yield* add(
      insert.sql,
      entries.flatMap((entry) => rows(entry).map((row) => [entry.number, ...row])),
    )
  }
}

/** Replaces the rows of one resource: what stays is not touched. */
export function* reindex(resource: Indexable, numbers: Numbers): Sql<void> {
  const [entry] = (yield* entriesOf([resource], numbers)) as [Entry]
  const { number } = entry
  const before = yield* row(indexedOf, { number })
  const keys = JSON.stringify(entry.keys)
  if (before === undefined) yield* each(insertIndexed, [{ number, keys }])
  else if (before.keys !== keys) yield* each(updateIndexed, [{ number, keys }])
  const [gone, come] = difference(before === undefined ? [] : JSON.parse(before.keys), entry.keys)
  yield* each(
    deletePosting,
    gone.map((key) => ({ key, number })),
  )
  yield* addPostings(come.map((key) => [key, number]))

  for (const { insert, clear, read, rows: of } of tables) {
    const old: readonly object[] = yield* rows<{ number: number }, object>(read, { number })
    const now = of(entry)
    if (sameRows(old, now)) continue
    if (old.length > 0) yield* each(clear, [{ number }])
    yield* add(
      insert.sql,
      now.map((row) => [number, ...row]),
    )
  }
}

/** Takes a resource out. */
export function* unindex(number: number): Sql<void> {
  const before = yield* row(indexedOf, { number })
  if (before === undefined) return
  const keys: number[] = JSON.parse(before.keys)
  yield* each(
    deletePosting,
    keys.map((key) => ({ key, number })),
  )
  for (const { clear } of tables) yield* each(clear, [{ number }])
  yield* each(deleteIndexed, [{ number }])
}

/** In the order of the tree, which then touches each page once. */
const addPostings = (postings: [key: number, number: number][]): Sql<void> =>
  add(
    insertPosting.sql,
    postings.sort((a, b) => a[0] - b[0] || a[1] - b[1]),
  )

function* add(sql: string, lists: readonly Values[]): Sql<void> {
  if (lists.length > 0) yield { sql, lists }
}

function difference(old: readonly number[], now: readonly number[]): [gone: number[], come: number[]] {
  const before = new Set(old)
  const after = new Set(now)
  return [old.filter((key) => !after.has(key)), now.filter((key) => !before.has(key))]
}

function sameRows(old: readonly object[], now: readonly Values[]): boolean {
  if (old.length !== now.length) return false
  const texts = new Set(old.map((row) => JSON.stringify(Object.values(row))))
  return now.every((row) => texts.has(JSON.stringify(row)))
}
