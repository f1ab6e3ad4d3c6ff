/** Versions in the order of their commits: histories, newest first, and feeds, oldest first. */
import { type InferResult, type RawBuilder, type SqlBool, sql } from 'kysely'
import { type Along, Backwards } from './backwards.ts'
import { milliseconds } from './commit.ts'
import { answer, db, prepare, row } from './compile.ts'
import { members, pairsOf } from './dialect.ts'
import { cursor, filling, page, portion, type Reading, rowPosition } from './page.ts'
import { newestRow, stored } from './resources.ts'
import { type Sql, turn } from './sql.ts'
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
/** So many of the type are looked at together. */
const furtherOn = prepare<{ type: string; after: number }>()(($) =>
  db
    .selectFrom('version')
    .select('row')
    .where('type', '=', $('type'))
    .where('row', '>', $('after'))
    .orderBy('row')
    .limit(1)
    .offset(4095),
)
const numberOf = prepare<{ type: string; id: string }>()(($) =>
  db.selectFrom('resource').select(['number', 'version']).where('type', '=', $('type')).where('id', '=', $('id')),
)
const versionIn = prepare<{ row: number; number: number }>()(($) =>
  db.selectFrom('version').select('version').where('row', '=', $('row')).where('resource', '=', $('number')),
)

const versions = db
  .selectFrom('version as v')
  .innerJoin('resource as r', 'r.number', 'v.resource')
  .select(['v.row', 'r.type', 'r.id', 'v.version', 'v.at', 'v.sequence', 'v.text'])

/** The versions of histories, which tell what "was brought back to life" from what was changed. */
const told = versions.select(
  sql<number>`v.version > 1 AND EXISTS (SELECT 1 FROM version AS before WHERE before.resource = v.resource
    AND before.version = v.version - 1 AND before.text IS NULL)`.as('revived'),
)

/** https://hl7.org/fhir/R4/http.html#history */
export function* history(ask: Questions['history']['ask'], reading: Reading): Sql<Page<Stored>> {
  const { since, at: period, among, count, after, visible, room = Number.POSITIVE_INFINITY } = ask
  const none = { items: [], ...(count === 0 && { total: 0 }) }
  const at = since === undefined ? undefined : milliseconds(since)
  const first = at === undefined ? { row: 0 } : yield* row(rowSince, { at })
  const subject = yield* subjectOf(ask)
  if (first === undefined || subject === undefined) return none
  const before = after === undefined ? undefined : rowPosition(reading, 'history', after, 0)
  const way = new Backwards(yield* wayOf(subject, first.row, before))
  let query = told.where(visibleFormer(visible)).orderBy(way.by, 'desc')
  if (subject.number !== undefined) query = query.where('v.resource', '=', subject.number).where('v.row', '>=', first.row)
  else if (subject.type !== undefined) query = query.where('v.type', '=', subject.type)
  if (at !== undefined) query = query.where('v.at', '>=', at)
  if (among !== undefined) query = query.where(yield* isAmong(among))
  if (period !== undefined) query = query.where('v.at', '<=', period.hi).where(notSuperseded(period.lo))
  if (count === 0) return { items: [], total: yield* counted(query, way) }
  const together = Number.isFinite(room) ? portion : count + 1
  const found: InferResult<typeof told> = []
  let fit = 0
  while (!way.isAtEnd && fit === found.length) {
    const { from, below } = yield* way.next()
    const limit = Math.min(together, count + 1 - found.length)
    const next = yield* answer(query.where(way.by, '>=', from).where(way.by, '<', below).limit(limit))
    found.push(...next)
    const lengths = found.map(({ text }) => text?.length ?? 0)
    fit = Math.min(count, filling(lengths, room))
    const isWhole = next.length < limit
    way.passed(isWhole ? from : next.at(-1)![way.by === 'v.row' ? 'row' : 'version'], isWhole)
    yield turn
  }
  return page(
    found,
    fit,
    (version) => ({ ...stored(version.type, version.id, version), ...(version.revived === 1 && { isRevived: true }) }),
    (last) => cursor(reading, 'history', last.row),
  )
}

function* counted(query: typeof told, way: Backwards): Sql<number> {
  const all = query.clearSelect().clearOrderBy()
  let total = 0
  while (!way.isAtEnd) {
    const { from, below } = yield* way.next()
    const some = all.where(way.by, '>=', from).where(way.by, '<', below)
    total += (yield* answer(some.select((q) => q.fn.countAll<number>().as('n'))))[0]!.n
    way.passed(from, true)
    yield turn
  }
  return total
}

/** Whose history: of one resource, of a type, of all; undefined for a resource that never was. */
interface Subject {
  readonly number?: number
  readonly version?: number
  readonly type?: string
}

function* subjectOf({ type, id }: Questions['history']['ask']): Sql<Subject | undefined> {
  if (type === undefined) return {}
  return id === undefined ? { type } : yield* row(numberOf, { type, id })
}

/** `before`: from the version of this row on, which is none of them. */
function* wayOf({ number, version = 0, type }: Subject, from: number, before: number | undefined): Sql<Along> {
  if (number === undefined) {
    const below = before ?? (yield* newestRow()) + 1
    return { by: 'v.row', below, from, ...(type !== undefined && { type }) }
  }
  if (before === undefined) return { by: 'v.version', below: version + 1, from: 1 }
  const shown = yield* row(versionIn, { row: before, number })
  return { by: 'v.version', below: shown?.version ?? 0, from: 1 }
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
  const last = end === undefined ? yield* newestRow() : end - 1
  const query = versions.where('v.type', '=', type).where('v.text', 'is not', null).where(visibleFormer(visible)).orderBy('v.row')
  const found: InferResult<typeof versions> = []
  let read = from
  while (read < last && found.length < count) {
    const upTo = Math.min(last, (yield* row(furtherOn, { type, after: read }))?.row ?? last)
    const limit = count - found.length
    const next = yield* answer(query.where('v.row', '>', read).where('v.row', '<=', upTo).limit(limit))
    found.push(...next)
    read = next.length < limit ? upTo : next.at(-1)!.row
    yield turn
  }
  return { items: found.map((version) => stored(version.type, version.id, version)), next: cursor(reading, 'feed', read) }
}
