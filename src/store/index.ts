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
import { db, each, prepare, row, rows } from './compile.ts'
import { keysIn, keysText } from './dialect.ts'
import { type Entry, entriesOf, type Indexable, type Numbers, segmentOf } from './index-entries.ts'
import { takeOut } from './postings.ts'
import { inParts, type Sql, type Value } from './sql.ts'

const insertSegment = prepare<{ number: number }>()(($) =>
  db
    .insertInto('segment')
    .values({ number: $('number') })
    .onConflict((of) => of.doNothing()),
)
type PeriodRow = { number: number; parameter: number; lo: number; hi: number }
const insertPeriod = prepare<PeriodRow>()(($) =>
  db.insertInto('period').values({ number: $('number'), parameter: $('parameter'), lo: $('lo'), hi: $('hi') }),
)
const deletePeriods = prepare<{ number: number }>()(($) => db.deleteFrom('period').where('number', '=', $('number')))
const periodsOf = prepare<{ number: number }>()(($) =>
  db.selectFrom('period').select(['number', 'parameter', 'lo', 'hi']).where('number', '=', $('number')),
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
  db.selectFrom('amount').select(['number', 'parameter', 'lo', 'hi', 'unit', 'printed']).where('number', '=', $('number')),
)
type WordRow = { number: number; parameter: number; value: string; exact: string }
const insertWord = prepare<WordRow>()(($) =>
  db.insertInto('word').values({ number: $('number'), parameter: $('parameter'), value: $('value'), exact: $('exact') }),
)
const deleteWords = prepare<{ number: number }>()(($) => db.deleteFrom('word').where('number', '=', $('number')))
const wordsOf = prepare<{ number: number }>()(($) =>
  db.selectFrom('word').select(['number', 'parameter', 'value', 'exact']).where('number', '=', $('number')),
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
  { insert: insertPeriod, clear: deletePeriods, read: periodsOf, of: 'periods', width: 4 },
  { insert: insertAmount, clear: deleteAmounts, read: amountsOf, of: 'amounts', width: 6 },
  { insert: insertWord, clear: deleteWords, read: wordsOf, of: 'words', width: 4 },
] as const

/** Takes in resources that have no rows yet, in the order of their numbers. */
export function* index(resources: readonly Indexable[], numbers: Numbers): Sql<void> {
  const entries = yield* entriesOf(resources, numbers)
  for (const { number, dated, keys } of entries) numbers.unlisted.add({ number, dated }, keys)
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
      entries.flatMap((entry) => entry[of]),
    )
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
  numbers.unlisted.add(
    { number, dated },
    entry.keys.filter((key) => !old.has(key)),
  )

  for (const { insert, clear, read, of, width } of tables) {
    const stored: readonly object[] = yield* rows<{ number: number }, object>(read, { number })
    if (sameRows(stored, entry[of], width)) continue
    if (of === 'periods' && dated)
      numbers.unlisted.add(
        { number, dated, isPosted: true },
        entry.keys.filter((key) => old.has(key)),
      )
    if (stored.length > 0) yield* each(clear, [{ number }])
    yield* add(insert.sql, width, entry[of])
  }
}

/** Takes a resource out. */
export function* unindex(number: number, { unlisted }: Numbers): Sql<void> {
  const before = yield* row(indexedOf, { number })
  if (before === undefined) return
  yield* takeOut(number, keysIn(before.keys), unlisted)
  for (const { clear } of tables) yield* each(clear, [{ number }])
  yield* each(deleteIndexed, [{ number }])
}

function* add(sql: string, width: number, values: readonly Value[]): Sql<void> {
  if (values.length > 0) yield* inParts(sql, width, values)
}

/** In whatever order. */
function sameRows(stored: readonly object[], now: readonly Value[], width: number): boolean {
  if (stored.length * width !== now.length) return false
  const texts = new Set(stored.map((row) => JSON.stringify(Object.values(row))))
  for (let i = 0; i < now.length; i += width) if (!texts.has(JSON.stringify(now.slice(i, i + width)))) return false
  return true
}
