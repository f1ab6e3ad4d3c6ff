/**
 * Which resources have a key. A row lists some of them, of one segment, in order; there are few rows, because they are written for thousands
 * of resources together. What is in none yet is in memory (unlisted.ts), and can be found again by what the resources have (`indexed`).
 */
import { sql } from 'kysely'
import { db, each, inserting, prepare, raw, rows } from './compile.ts'
import { asList, inTurn, keysIn, membersOf } from './dialect.ts'
import { segmentOf } from './index-entries.ts'
import type { Tables } from './schema/tables.ts'
import type { Sql } from './sql.ts'
import type { Unlisted } from './unlisted.ts'

/** A row lists no more than so many: to take one out, all are written anew. */
const most = 128
/** Keys are written in slices of so many, with rests in between. */
const slice = 500

/** `first` of the list, which is JSON; null where the first is the only one. */
type ListRow = Tables['posting']
const insertList = inserting('posting', ['segment', 'key', 'first', 'list'])
const deleteList = prepare<{ segment: number; key: number; first: number }>()(($) =>
  db.deleteFrom('posting').where('segment', '=', $('segment')).where('key', '=', $('key')).where('first', '=', $('first')),
)
/** A list is looked through as the text that it is: to take each apart is ten times the work. */
const listsWith = prepare<{ segment: number; keys: string; number: number; within: string; last: string }>()(($) =>
  raw<ListRow>(sql`SELECT p.segment AS segment, p.key AS key, p.first AS first, p.list AS list
    FROM ${membersOf($('keys'))} AS k ${inTurn} posting AS p
    WHERE p.segment = ${$('segment')} AND p.key = k.value AND p.first <= ${$('number')}
      AND (p.first = ${$('number')} OR instr(p.list, ${$('within')}) > 0 OR instr(p.list, ${$('last')}) > 0)`),
)
const keysOf = prepare<{ numbers: string }>()(($) =>
  db
    .selectFrom('indexed')
    .select(['number', 'keys'])
    .where('number', 'in', membersOf($('numbers'))),
)

export const numbersIn = ({ first, list }: Pick<ListRow, 'first' | 'list'>): number[] =>
  list === null ? [first] : JSON.parse(list)

function listRow(segment: number, key: number, numbers: readonly number[]): ListRow {
  return { segment, key, first: numbers[0]!, list: numbers.length === 1 ? null : JSON.stringify(numbers) }
}

/** Writes what is in no list under these keys, which are in order. It stays in memory until the commit is on the disk. */
export function* writePostings(unlisted: Unlisted, keys: readonly number[]): Sql<void> {
  const { changed } = unlisted
  const found = yield* rows(keysOf, { numbers: asList([...changed]) })
  const now = new Map(found.map(({ number, keys }) => [number, new Set(keysIn(keys))]))
  for (let from = 0; from < keys.length; from += slice) {
    const lists: ListRow[] = []
    for (let i = from; i < Math.min(from + slice, keys.length); i++) {
      const key = keys[i]!
      const numbers = unlisted.withAny([key])
      addLists(key, changed.size === 0 ? numbers : numbers.filter((one) => !changed.has(one) || now.get(one)?.has(key)), lists)
    }
    // In the order of the tree, which then touches each page once.
    yield* each(
      insertList,
      lists.sort((a, b) => a.segment - b.segment),
    )
  }
}

function addLists(key: number, numbers: readonly number[], into: ListRow[]): void {
  for (let from = 0; from < numbers.length; ) {
    const segment = segmentOf(numbers[from]!)
    let to = from + 1
    while (to < numbers.length && to - from < most && segmentOf(numbers[to]!) === segment) to++
    into.push(listRow(segment, key, numbers.slice(from, to)))
    from = to
  }
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

/** One resource may have very many: so many are looked for at a time. */
const keysAtOnce = 4000

/** The rows of these keys that list the resource. */
export function* listed(number: number, keys: readonly number[], { since }: Unlisted): Sql<readonly ListRow[]> {
  if (number >= since) return []
  const [within, last] = [`,${number},`, `,${number}]`]
  const found: ListRow[] = []
  for (let from = 0; from < keys.length; from += keysAtOnce) {
    const some = asList(keys.slice(from, from + keysAtOnce))
    found.push(...(yield* rows(listsWith, { segment: segmentOf(number), keys: some, number, within, last })))
  }
  return found
}
