/** Versions in the order of their commits: histories, newest first, and feeds, oldest first. */
import { type InferResult, type RawBuilder, type SqlBool, sql } from 'kysely'
import { milliseconds } from './commit.ts'
import { answer, db, prepare, row } from './compile.ts'
import { members, pairsOf } from './dialect.ts'
import { cursor, filling, page, portion, type Reading, rowPosition } from './page.ts'
import { stored } from './resources.ts'
import type { Sql } from './sql.ts'
import type { Page, Questions, Stored } from './store.ts'
import { visibleFormer } from './visible.ts'

/** Versions of this instant or a later one have this row or a higher one. */
const rowSince = prepare<{ at: number }>()(($) =>
  db.selectFrom('moment').select('row').where('latest', '>=', $('at')).orderBy('latest').orderBy('sequence').limit(1),
)
/** Versions of the commits after this one have this row or a higher one. */
const rowAfter = prepare<{ sequence: number }>()(($) =>
  db.selectFrom('moment').select('row').where('sequence', '>', $('sequence')).orderBy('sequence').limit(1),
)
const lastRow = prepare<Record<never, never>>()(() =>
  db.selectFrom('version').select((q) => q.fn.max<number | null>('row').as('row')),
)
const numberOf = prepare<{ type: string; id: string }>()(($) =>
  db.selectFrom('resource').select('number').where('type', '=', $('type')).where('id', '=', $('id')),
)

const versions = db
  .selectFrom('version as v')
  .innerJoin('resource as r', 'r.number', 'v.resource')
  .select(['v.row', 'r.type', 'r.id', 'v.version', 'v.at', 'v.sequence', 'v.text'])

/** https://hl7.org/fhir/R4/http.html#history */
export function* history(ask: Questions['history']['ask'], reading: Reading): Sql<Page<Stored>> {
  const { type, id, since, at: period, among, count, after, visible, room = Number.POSITIVE_INFINITY } = ask
  const none = { items: [], ...(count === 0 && { total: 0 }) }
  const start = rowPosition(reading, 'history', after, Number.MAX_SAFE_INTEGER)
  let query = versions
    .where('v.row', '<', start)
    .where(visibleFormer(visible, 'v.row', 'v.type', 'r.current'))
    .orderBy('v.row', 'desc')
  if (type !== undefined && id !== undefined) {
    const found = yield* row(numberOf, { type, id })
    if (found === undefined) return none
    query = query.where('v.resource', '=', found.number)
  } else if (type !== undefined) query = query.where('v.type', '=', type)
  if (since !== undefined) {
    const at = milliseconds(since)
    const first = yield* row(rowSince, { at })
    if (first === undefined) return none
    query = query.where('v.row', '>=', first.row).where('v.at', '>=', at)
  }
  if (among !== undefined) query = query.where(yield* isAmong(among))
  if (period !== undefined) query = query.where('v.at', '<=', period.hi).where(notSuperseded(period.lo))
  if (count === 0) {
    const all = query.clearSelect().clearOrderBy()
    const [counted] = yield* answer(all.select((q) => q.fn.countAll<number>().as('n')))
    return { items: [], total: counted!.n }
  }
  const together = Number.isFinite(room) ? portion : count + 1
  const found: InferResult<typeof versions> = []
  let [fit, isLast] = [0, false]
  while (!isLast && fit === found.length) {
    const last = found.at(-1)
    const limit = Math.min(together, count + 1 - found.length)
    const next = yield* answer((last ? query.where('v.row', '<', last.row) : query).limit(limit))
    found.push(...next)
    fit = Math.min(count, filling(found, room))
    isLast = next.length < limit
  }
  return page(
    found,
    fit,
    (version) => stored(version.type, version.id, version),
    (last) => cursor(reading, 'history', last.row),
  )
}

function* isAmong(among: NonNullable<Questions['history']['ask']['among']>): Sql<RawBuilder<SqlBool>> {
  const whole: number[] = []
  const single: (readonly [resource: number, version: number])[] = []
  for (const { type, id, version } of among) {
    const found = yield* row(numberOf, { type, id })
    if (found === undefined) continue
    if (version === undefined) whole.push(found.number)
    else single.push([found.number, version])
  }
  return sql<SqlBool>`(v.resource IN ${members(whole)} OR EXISTS (SELECT 1 FROM ${pairsOf(single, 'resource', 'version')} AS one
    WHERE one.resource = v.resource AND one.version = v.version))`
}

/** No later version stood already at that time. */
const notSuperseded = (at: number): RawBuilder<SqlBool> =>
  sql<SqlBool>`NOT EXISTS (SELECT 1 FROM version AS later WHERE later.resource = v.resource AND later.version = v.version + 1
    AND later.at <= ${at})`

export function* feed(ask: Questions['feed']['ask'], reading: Reading): Sql<Questions['feed']['answer']> {
  const { type, after, upTo, count, visible } = ask
  const from = rowPosition(reading, 'feed', after, 0)
  const end = upTo === undefined ? undefined : (yield* row(rowAfter, { sequence: upTo }))?.row
  const last = end === undefined ? ((yield* row(lastRow, {}))?.row ?? 0) : end - 1
  const found = yield* answer(
    versions
      .where('v.type', '=', type)
      .where('v.row', '>', from)
      .where('v.row', '<=', last)
      .where('v.text', 'is not', null)
      .where(visibleFormer(visible, 'v.row', 'v.type', 'r.current'))
      .orderBy('v.row')
      .limit(count),
  )
  const read = found.length < count ? Math.max(from, last) : (found.at(-1)?.row ?? from)
  return { items: found.map((version) => stored(version.type, version.id, version)), next: cursor(reading, 'feed', read) }
}
