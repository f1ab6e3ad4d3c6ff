/**
 * The layout of the search index: rows in plain tables, kept as resources come and go, and the conditions by which searches read them.
 * Only this module knows the tables posting, span, word and indexed; another layout replaces it behind the same functions.
 *
 * - posting (key, number): the resource has this term under this parameter. Seldom terms cluster at the end, common ones are hot pages.
 * - span: dates, numbers, quantities; by resource, by lower and by upper end.
 * - word: strings, by resource and by value.
 * - indexed: the keys of a resource's postings, to take them away again, and to ask what it has.
 */
import { db, each, prepare, row, rows } from './compile.ts'
import { type Entry, entriesOf, type Indexable, type Span, type Word } from './index-entries.ts'
import type { Sql, Value } from './sql.ts'
import type { Terms } from './terms.ts'

const insertPosting = prepare<{ key: number; number: number }>()(($) =>
  db.insertInto('posting').values({ key: $('key'), number: $('number') }),
)
const deletePosting = prepare<{ key: number; number: number }>()(($) =>
  db.deleteFrom('posting').where('key', '=', $('key')).where('number', '=', $('number')),
)
type SpanRow = { number: number; parameter: number; lo: number; hi: number; unit: number }
const insertSpan = prepare<SpanRow>()(($) =>
  db.insertInto('span').values({ number: $('number'), parameter: $('parameter'), lo: $('lo'), hi: $('hi'), unit: $('unit') }),
)
const deleteSpans = prepare<{ number: number }>()(($) => db.deleteFrom('span').where('number', '=', $('number')))
const spansOf = prepare<{ number: number }>()(($) =>
  db.selectFrom('span').select(['parameter', 'lo', 'hi', 'unit']).where('number', '=', $('number')),
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

/** Takes in resources that have no rows yet. */
export function* index(resources: readonly Indexable[], terms: Terms): Sql<void> {
  const entries = yield* entriesOf(resources, terms)
  yield* each(
    insertIndexed,
    entries.map(({ number, keys }) => ({ number, keys: JSON.stringify(keys) })),
  )
  yield* addPostings(entries.flatMap(({ number, keys }) => keys.map((key): [number, number] => [key, number])))
  yield* addSpans(entries)
  yield* addWords(entries)
}

/** Replaces the rows of one resource: what stays is not touched. */
export function* reindex(resource: Indexable, terms: Terms): Sql<void> {
  const [entry] = (yield* entriesOf([resource], terms)) as [Entry]
  const { number } = entry
  const before = yield* row(indexedOf, { number })
  const keys = JSON.stringify(entry.keys)
  if (before === undefined) yield* each(insertIndexed, [{ number, keys }])
  else if (before.keys !== keys) yield* each(updateIndexed, [{ number, keys }])
  const old: number[] = before === undefined ? [] : JSON.parse(before.keys)
  const [gone, come] = difference(old, entry.keys)
  yield* each(
    deletePosting,
    gone.map((key) => ({ key, number })),
  )
  yield* addPostings(come.map((key): [number, number] => [key, number]))

  const spans = yield* rows(spansOf, { number })
  const now = entry.spans.map(([parameter, lo, hi, unit]) => ({ parameter, lo, hi, unit }))
  if (!sameRows(spans, now)) {
    yield* each(deleteSpans, [{ number }])
    yield* addSpans([entry])
  }
  const words = yield* rows(wordsOf, { number })
  if (
    !sameRows(
      words,
      entry.words.map(([parameter, value, exact]) => ({ parameter, value, exact })),
    )
  ) {
    yield* each(deleteWords, [{ number }])
    yield* addWords([entry])
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
  yield* each(deleteSpans, [{ number }])
  yield* each(deleteWords, [{ number }])
  yield* each(deleteIndexed, [{ number }])
}

/** In the order of the tree, which then touches each page once. */
function* addPostings(postings: [key: number, number: number][]): Sql<void> {
  if (postings.length > 0) yield { sql: insertPosting.sql, lists: postings.sort((a, b) => a[0] - b[0] || a[1] - b[1]) }
}

function* addSpans(entries: readonly Entry[]): Sql<void> {
  const lists = entries.flatMap(({ number, spans }) => spans.map((span: Span): Value[] => [number, ...span]))
  if (lists.length > 0) yield { sql: insertSpan.sql, lists }
}

function* addWords(entries: readonly Entry[]): Sql<void> {
  const lists = entries.flatMap(({ number, words }) => words.map((word: Word): Value[] => [number, ...word]))
  if (lists.length > 0) yield { sql: insertWord.sql, lists }
}

function difference(old: readonly number[], now: readonly number[]): [gone: number[], come: number[]] {
  const before = new Set(old)
  const after = new Set(now)
  return [old.filter((key) => !after.has(key)), now.filter((key) => !before.has(key))]
}

function sameRows(a: readonly object[], b: readonly object[]): boolean {
  if (a.length !== b.length) return false
  const texts = new Set(a.map((row) => JSON.stringify(row)))
  return b.every((row) => texts.has(JSON.stringify(row)))
}
