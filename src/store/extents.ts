/** How keys are listed by date. What was found is remembered until lists are written again. */
import { sql } from 'kysely'
import { prepare, raw, row, rows } from './compile.ts'
import { entriesOfKey } from './dated.ts'
import type { Sql } from './sql.ts'
import type { Extent, Place, Unlisted } from './unlisted.ts'

/** With so many blocks something else that is asked for may be rarer. */
export const manyBlocks = 64
const countBlocks = prepare<{ key: number }>()(($) =>
  raw<{ n: number; longs: number }>(sql`SELECT
    (SELECT count(*) FROM (SELECT 1 FROM dated WHERE key = ${$('key')} LIMIT ${sql.lit(manyBlocks)}) AS found) AS n,
    EXISTS (SELECT 1 FROM dated WHERE key = ${$('key')} AND long = 1) AS longs`),
)

/** How a key is listed. */
export function* extentOf(key: number, { extents }: Unlisted): Sql<Extent> {
  const known = extents.get(key)
  if (known !== undefined) return known
  const counted = yield* row(countBlocks, { key })
  const extent: Extent = { key, blocks: counted?.n ?? 0, longs: counted?.longs ?? 0 }
  if (extents.size >= manyExtents) extents.clear()
  extents.set(key, extent)
  return extent
}

/** The places of a key that has no lists by date. They are looked for in each segment, so the few of most are remembered. */
export function* placesOf(extent: Extent, parameter: number): Sql<readonly Place[]> {
  if (extent.places !== undefined) return extent.places
  const found = yield* rows(entriesOfKey, { key: extent.key, parameter })
  const places = found.map(({ number, hi }) => ({ number, when: hi }))
  if (places.length <= fewPlaces) extent.places = places
  return places
}

/** So many keys, and so many places of each, are remembered. */
const [manyExtents, fewPlaces] = [2000, 16]
