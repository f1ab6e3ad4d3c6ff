/**
 * Resources in the order of their main date (the latest instant of it), for every posting key that many have: what a search that sorts by
 * that date reads from the newest on, instead of sorting all that fits.
 *
 * The lists are cut into short blocks. Those of consecutive commits are written together; a search opens blocks in the order of their newest
 * entries, and so never more than it needs, however many there are. An entry is never taken back: where a resource has changed since, there
 * is a further entry, and whoever reads an entry asks the resource whether it is still true.
 */
import { sql } from 'kysely'
import { mainDate } from '../fhir/search/main-date.ts'
import { db, each, inserting, prepare, raw, row, rows } from './compile.ts'
import { asList, inTurn, keysIn, membersOf, numbersOfRow } from './dialect.ts'
import { termOf } from './index-entries.ts'
import { findParameter } from './parameters.ts'
import { listed, writePostings } from './postings.ts'
import type { Tables } from './schema/tables.ts'
import type { Sql } from './sql.ts'
import { firstResource } from './terms.ts'
import { type Dated, type Item, longest, newestFirst, type Place, type Unlisted } from './unlisted.ts'

/** From so many entries at once on a key has lists. */
const worthwhile = 8
/** Entries of the first block of a list (pages are mostly filled from first ones); the next has twice as many, up to the most. */
const [first, most] = [8, 40] as const
/** Keys are looked at in slices of so many. */
const slice = 500

type BlockRow = Tables['dated']
const insertBlock = inserting('dated', ['key', 'long', 'newest', 'chunk', 'part', 'oldest', 'list'])
const listedAmong = prepare<{ keys: string }>()(($) =>
  raw<{ key: number }>(
    sql`SELECT k.value AS key FROM ${membersOf($('keys'))} AS k WHERE EXISTS (SELECT 1 FROM dated WHERE key = k.value)`,
  ),
)
export const entriesOfKey = prepare<{ key: number; parameter: number }>()(($) =>
  raw<{ number: number; hi: number; lo: number }>(sql`SELECT l.value AS number, max(q.hi) AS hi, min(q.lo) AS lo
    FROM segment AS s ${inTurn} posting AS p ${inTurn} ${numbersOfRow} ${inTurn} period AS q
    WHERE p.segment = s.number AND p.key = ${$('key')} AND q.number = l.value AND q.parameter = ${$('parameter')} GROUP BY l.value`),
)
const setListed = prepare<{ row: number }>()(($) => db.updateTable('listed').set({ row: $('row') }))
const listedUpTo = prepare<Record<never, never>>()(() => db.selectFrom('listed').select('row'))
const indexedSince = prepare<{ row: number }>()(($) =>
  db
    .selectFrom('resource as r')
    .innerJoin('indexed as i', 'i.number', 'r.number')
    .select(['r.number', 'r.type', 'i.keys'])
    .where('r.number', 'in', db.selectFrom('version').select('resource').where('row', '>=', $('row'))),
)
const rangeOf = prepare<{ number: number; parameter: number }>()(($) =>
  db
    .selectFrom('period')
    .select((q) => [q.fn.max<number | null>('hi').as('hi'), q.fn.min<number | null>('lo').as('lo')])
    .where('number', '=', $('number'))
    .where('parameter', '=', $('parameter')),
)

/** Reads what is in no list, where it is not known. */
export function* loadUnlisted(unlisted: Unlisted): Sql<void> {
  const since = (yield* row(listedUpTo, {}))?.row ?? 0
  unlisted.start(since)
  for (const { number, type, keys } of yield* rows(indexedSince, { row: since })) {
    const parameter = yield* findParameter(type, mainDate(type) ?? type)
    const range = parameter === undefined ? undefined : yield* row(rangeOf, { number, parameter })
    const dated = range?.hi != null && range.lo != null ? placeOf(number, parameter!, range.lo, range.hi) : undefined
    const all: number[] = keysIn(keys)
    const posted = new Set((yield* listed(number, all, unlisted)).map(({ key }) => key))
    unlisted.add(
      { number, dated },
      all.filter((key) => !posted.has(key)),
    )
    if (dated) unlisted.add({ number, dated, isPosted: true }, [...posted])
  }
  unlisted.keep()
  unlisted.isLost = false
}

const placeOf = (number: number, parameter: number, lo: number, hi: number): Dated => ({
  number,
  parameter,
  when: hi,
  long: hi - lo < longest ? 0 : 1,
})

/** Writes lists of all that is in none, up to the version before this row. What is unlisted stays so until the commit is on the disk. */
export function* writeLists(unlisted: Unlisted, upTo: number): Sql<void> {
  const { lists, since } = unlisted
  const keys = unlisted.sortedKeys()
  yield* writePostings(unlisted, keys)
  /** Refers to a resource that was made since: nothing older has it. */
  const isNew = (key: number) => termOf(key) - firstResource >= since
  for (let from = 0; from < keys.length; from += slice) {
    const some = keys.slice(from, from + slice)
    const known = yield* rows(listedAmong, { keys: asList(some.filter((key) => !isNew(key))) })
    const listed = new Set(known.map(({ key }) => key))
    const blocks: BlockRow[] = []
    for (const key of some) {
      const items = lists.get(key)!
      if (items.length < worthwhile && !listed.has(key)) continue
      let entries = datedOf(items)
      if (!listed.has(key)) {
        if (entries.length < worthwhile) continue
        const { parameter } = entries[0]!
        if (!isNew(key))
          entries = (yield* rows(entriesOfKey, { key, parameter })).map(({ number, lo, hi }) =>
            placeOf(number, parameter, lo, hi),
          )
      }
      for (const long of [0, 1] as const) {
        const inOrder = entries.filter((entry) => entry.long === long).sort(newestFirst)
        blocks.push(...blocksOf(inOrder).map((block, part) => ({ key, long, chunk: upTo, part, ...block })))
      }
    }
    yield* each(insertBlock, blocks)
  }
  yield* each(setListed, [{ row: upTo }])
}

export function datedOf(items: readonly Item[]): readonly Dated[] {
  const found: Dated[] = []
  for (const { dated } of items) if (dated) found.push(dated)
  return found
}

/** A list is written as pairs: milliseconds since the entry before (none for the first), number. */
function blocksOf(entries: readonly Place[]): Pick<BlockRow, 'newest' | 'oldest' | 'list'>[] {
  const blocks = []
  for (let from = 0, size: number = first; from < entries.length; from += size, size = Math.min(2 * size, most)) {
    const some = entries.slice(from, from + size)
    const pairs = some.flatMap(({ when, number }, i) => [(some[i - 1]?.when ?? when) - when, number])
    blocks.push({ newest: some[0]!.when, oldest: some.at(-1)!.when, list: JSON.stringify(pairs) })
  }
  return blocks
}

export function readBlock({ newest, list }: { readonly newest: number; readonly list: string }, into: Place[]): void {
  const pairs: number[] = JSON.parse(list)
  let when = newest
  for (let i = 0; i < pairs.length; i += 2) {
    when -= pairs[i]!
    into.push({ when, number: pairs[i + 1]! })
  }
}
