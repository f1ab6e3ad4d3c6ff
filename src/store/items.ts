/** Composites ask each item of a list by itself; where lists are long, those alone in which any resource has the code that is asked for. */
import { sql } from 'kysely'
import { ofItem } from '../fhir/search/extract.ts'
import type { TogetherFilter, ValueFilter } from '../fhir/search/query.ts'
import { answer, raw } from './compile.ts'
import { inTurn, members } from './dialect.ts'
import { keyOf } from './index-entries.ts'
import { findItems, findParameter } from './parameters.ts'
import type { Sql } from './sql.ts'
import { findAnyTerms } from './terms.ts'
import type { Unlisted } from './unlisted.ts'

/** So many are asked as they are. */
const few = 10

/** The same filters of each item. */
export function* byItem(type: string, { filters }: TogetherFilter, unlisted: Unlisted): Sql<readonly ValueFilter[][]> {
  const all = yield* findItems(type, filters[0]?.param ?? '')
  const items = all.length > few ? yield* having(type, filters, all, unlisted) : all
  return items.map((item) => filters.map((filter) => ({ ...filter, param: ofItem(filter.param, item) })))
}

function* having(
  type: string,
  filters: readonly ValueFilter[],
  items: readonly number[],
  unlisted: Unlisted,
): Sql<readonly number[]> {
  const token = filters.find((one) => one.kind === 'token' && one.values.every(({ code }) => code !== undefined))
  if (token?.kind !== 'token') return items
  const terms = yield* findAnyTerms(token.values.map(({ code = '', system }) => ({ value: code, system })))
  const byKey = new Map<number, number>()
  for (const item of items) {
    const parameter = yield* findParameter(type, ofItem(token.param, item))
    if (parameter !== undefined) for (const term of terms) byKey.set(keyOf(parameter, term), item)
  }
  const listed = yield* answer(
    raw<{
      key: number
    }>(sql`SELECT DISTINCT p.key AS key FROM ${members([...byKey.keys()])} AS k ${inTurn} segment AS s ${inTurn} posting AS p
      WHERE p.segment = s.number AND p.key = k.value`),
  )
  const keys = [...listed.map(({ key }) => key), ...[...byKey.keys()].filter((key) => unlisted.lists.has(key))]
  const found = [...new Set(keys.flatMap((key) => byKey.get(key) ?? []))]
  // Where none has it now, one may have had it when the first page was read.
  return found.length > 0 ? found : items.slice(0, 1)
}
