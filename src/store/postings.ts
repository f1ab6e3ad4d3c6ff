/**
 * Which resources have a key. A row lists some of them, of one segment, in order; there are few rows, because they are written for thousands
 * of resources together. What is in none yet is in memory (unlisted.ts), and can be found again by what the resources have (`indexed`).
 */
import { sql } from 'kysely'
import { db, each, prepare, raw, rows } from './compile.ts'
import { asList, inTurn, keysIn, membersOf, numbersOfRow } from './dialect.ts'
import { segmentOf } from './index-entries.ts'
import type { Sql } from './sql.ts'
import type { Unlisted } from './unlisted.ts'

/** A row lists no more than so many: to take one out, all are written anew. */
const most = 128
/** Rows are written in slices of so many, with rests in between. */
const slice = 2000

interface ListRow {
  readonly segment: number
  readonly key: number
  /** The first of the list. */
  readonly first: number
  /** As JSON; null where the first is the only one. */
  readonly list: string | null
}

const insertList = prepare<ListRow & Record<string, number | string | null>>()(($) =>
  db.insertInto('posting').values({ segment: $('segment'), key: $('key'), first: $('first'), list: $('list') }),
)
const deleteList = prepare<{ segment: number; key: number; first: number }>()(($) =>
  db.deleteFrom('posting').where('segment', '=', $('segment')).where('key', '=', $('key')).where('first', '=', $('first')),
)
const listsWith = prepare<{ segment: number; keys: string; number: number }>()(($) =>
  raw<ListRow>(sql`SELECT p.segment AS segment, p.key AS key, p.first AS first, p.list AS list
    FROM ${membersOf($('keys'))} AS k ${inTurn} posting AS p
    WHERE p.segment = ${$('segment')} AND p.key = k.value AND p.first <= ${$('number')}
      AND EXISTS (SELECT 1 FROM ${numbersOfRow} WHERE l.value = ${$('number')})`),
)
const keysOf = prepare<{ numbers: string }>()(($) =>
  db
    .selectFrom('indexed')
    .select(['number', 'keys'])
    .where('number', 'in', membersOf($('numbers'))),
)

export const numbersIn = ({ first, list }: Pick<ListRow, 'first' | 'list'>): number[] =>
  list === null ? [first] : JSON.parse(list)

function listRow(segment: number, key: number, numbers: readonly number[]): ListRow & Record<string, number | string | null> {
  return { segment, key, first: numbers[0]!, list: numbers.length === 1 ? null : JSON.stringify(numbers) }
}

/** Writes all that is in no list. It stays in memory until the commit is on the disk. */
export function* writePostings({ lists, changed }: Unlisted): Sql<void> {
  const now = new Map(
    (yield* rows(keysOf, { numbers: asList([...changed]) })).map(({ number, keys }) => [number, new Set(keysIn(keys))]),
  )
  const bySegment = new Map<number, ListRow[]>()
  for (const key of [...lists.keys()].sort((a, b) => a - b)) {
    const numbers = new Set<number>()
    for (const { number, isPosted } of lists.get(key)!)
      if (!isPosted && (!changed.has(number) || now.get(number)?.has(key))) numbers.add(number)
    for (const list of listsOf(
      key,
      [...numbers].sort((a, b) => a - b),
    )) {
      const others = bySegment.get(list.segment)
      if (others) others.push(list)
      else bySegment.set(list.segment, [list])
    }
  }
  const all = [...bySegment.keys()].sort((a, b) => a - b).flatMap((segment) => bySegment.get(segment)!)
  for (let i = 0; i < all.length; i += slice) yield* each(insertList, all.slice(i, i + slice) as ReturnType<typeof listRow>[])
}

function listsOf(key: number, numbers: readonly number[]): ListRow[] {
  const found: ListRow[] = []
  for (let from = 0; from < numbers.length; ) {
    const segment = segmentOf(numbers[from]!)
    let to = from + 1
    while (to < numbers.length && to - from < most && segmentOf(numbers[to]!) === segment) to++
    found.push(listRow(segment, key, numbers.slice(from, to)))
    from = to
  }
  return found
}

/** The resource has lost these keys. */
export function* takeOut(number: number, keys: readonly number[], unlisted: Unlisted): Sql<void> {
  if (keys.length === 0) return
  unlisted.changed.add(number)
  const found = yield* listed(number, keys, unlisted)
  yield* each(
    deleteList,
    found.map(({ segment, key, first }) => ({ segment, key, first })),
  )
  yield* each(
    insertList,
    found.flatMap(({ segment, key, ...row }) => {
      const others = numbersIn(row).filter((other) => other !== number)
      return others.length === 0 ? [] : [listRow(segment, key, others)]
    }),
  )
}

/** The rows of these keys that list the resource. */
export function* listed(number: number, keys: readonly number[], { since }: Unlisted): Sql<readonly ListRow[]> {
  return number >= since ? [] : yield* rows(listsWith, { segment: segmentOf(number), keys: asList(keys), number })
}
