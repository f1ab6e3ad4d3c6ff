/** Links between our resources and the partners', and records: documents for which FHIR has no place. */
import type { Forget, Link, Remember } from './change.ts'
import { milliseconds } from './commit.ts'
import { answer, db, each, inserting, prepare, row } from './compile.ts'
import { cursor, page, position, type Reading } from './page.ts'
import type { Of } from './pending.ts'
import type { Tables } from './schema/tables.ts'
import type { Sql } from './sql.ts'
import type { Page, Questions } from './store.ts'

const ofLink = ['connection', 'type', 'id'] as const
const agreed = ['remoteType', 'remoteId', 'remoteVersion', 'base', 'version', 'ours', 'sequence'] as const
const putLink = inserting('link', [...ofLink, ...agreed], { key: ofLink, anew: agreed })
const ours = prepare<{ connection: string; type: string; id: string }>()(($) =>
  db
    .selectFrom('link')
    .selectAll()
    .where('connection', '=', $('connection'))
    .where('type', '=', $('type'))
    .where('id', '=', $('id')),
)
const theirs = prepare<{ connection: string; remoteType: string; remoteId: string }>()(($) =>
  db
    .selectFrom('link')
    .selectAll()
    .where('connection', '=', $('connection'))
    .where('remoteType', '=', $('remoteType'))
    .where('remoteId', '=', $('remoteId'))
    .orderBy('sequence', 'desc')
    .limit(1),
)

export function* tie(links: readonly Of<Link>[]): Sql<void> {
  yield* each(
    putLink,
    links.map(({ value: link, sequence }) => ({
      ...link,
      remoteVersion: link.remoteVersion ?? null,
      ours: link.ours ?? null,
      sequence,
    })),
  )
}

export function* link({ connection, type, id }: Questions['link']['ask']): Sql<Link | undefined> {
  return readLink(yield* row(ours, { connection, type, id }))
}

export function* remoteLink({ connection, remoteType, remoteId }: Questions['remoteLink']['ask']): Sql<Link | undefined> {
  return readLink(yield* row(theirs, { connection, remoteType, remoteId }))
}

export function* links({ connection, count, after }: Questions['links']['ask'], reading: Reading): Sql<Page<Link>> {
  const kind = `links ${connection}`
  let query = db.selectFrom('link').selectAll().where('connection', '=', connection)
  if (after !== undefined) {
    const [type = '', id = ''] = String(position(reading, kind, after)).split('/')
    query = query.where((q) => q.or([q('type', '>', type), q.and([q('type', '=', type), q('id', '>', id)])]))
  }
  const found = yield* answer(
    query
      .orderBy('type')
      .orderBy('id')
      .limit(count + 1),
  )
  return page(
    found,
    count,
    (row) => readLink(row)!,
    (last) => cursor(reading, kind, `${last.type}/${last.id}`),
  )
}

function readLink(found: Tables['link'] | undefined): Link | undefined {
  if (found === undefined) return undefined
  const { sequence: _, remoteVersion, ours, ...link } = found
  return { ...link, ...(remoteVersion !== null && { remoteVersion }), ...(ours !== null && { ours }) }
}

const putRecord = inserting('record', ['kind', 'key', 'text', 'expires', 'sequence'], {
  key: ['kind', 'key'],
  anew: ['text', 'expires', 'sequence'],
})
const deleteRecord = prepare<{ kind: string; key: string }>()(($) =>
  db.deleteFrom('record').where('kind', '=', $('kind')).where('key', '=', $('key')),
)
const recordByKey = prepare<{ kind: string; key: string }>()(($) =>
  db.selectFrom('record').select(['text', 'expires']).where('kind', '=', $('kind')).where('key', '=', $('key')),
)
const deleteExpired = prepare<{ at: number; count: number }>()(($) =>
  db
    .deleteFrom('record')
    .where((q) =>
      q(
        q.refTuple('kind', 'key'),
        'in',
        q
          .selectFrom('record as old')
          .select(['old.kind', 'old.key'])
          .where('old.expires', '<=', $('at'))
          .limit($('count'))
          .$asTuple('kind', 'key'),
      ),
    ),
)

/** Writes and deletes records in the order given. */
export function* remember(changes: readonly Of<Remember | Forget>[]): Sql<void> {
  let puts: Tables['record'][] = []
  for (const { value: change, sequence } of changes) {
    const { kind, key } = change
    if (change.change === 'forget') {
      yield* each(putRecord, puts)
      puts = []
      yield* each(deleteRecord, [{ kind, key }])
    } else {
      const expires = change.expires === undefined ? null : milliseconds(change.expires)
      puts.push({ kind, key, text: change.text, expires, sequence })
    }
  }
  yield* each(putRecord, puts)
}

/** Deletes some of the records that have expired. */
export function* purge(at: number, count: number): Sql<void> {
  yield* each(deleteExpired, [{ at, count }])
}

export function* record({ kind, key }: { kind: string; key: string }, { clock }: Reading): Sql<string | undefined> {
  const found = yield* row(recordByKey, { kind, key })
  return found && (found.expires === null || found.expires > clock) ? found.text : undefined
}

export function* records(
  { kind, count, after }: Questions['records']['ask'],
  reading: Reading,
): Sql<Page<{ key: string; text: string }>> {
  let query = db
    .selectFrom('record')
    .select(['key', 'text'])
    .where('kind', '=', kind)
    .where((q) => q.or([q('expires', 'is', null), q('expires', '>', reading.clock)]))
  if (after !== undefined) query = query.where('key', '>', String(position(reading, `records ${kind}`, after)))
  const found = yield* answer(query.orderBy('key').limit(count + 1))
  return page(
    found,
    count,
    ({ key, text }) => ({ key, text }),
    (last) => cursor(reading, `records ${kind}`, last.key),
  )
}
