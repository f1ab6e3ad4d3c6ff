/** The outbox: what connections are owed, lane by lane. */
import { type SqlBool, sql } from 'kysely'
import type { Delivery, InstantText } from './change.ts'
import { instant, milliseconds } from './commit.ts'
import { answer, db, each, inserting, prepare, row, rows } from './compile.ts'
import { plain } from './dialect.ts'
import { cursor, page, type Reading, rowPosition } from './page.ts'
import type { Of } from './pending.ts'
import type { Tables } from './schema/tables.ts'
import type { Sql } from './sql.ts'
import type { Page, Questions } from './store.ts'

const told = [
  ...(['connection', 'lane', 'type', 'resource', 'version'] as const),
  ...(['state', 'attempts', 'due', 'inFlight', 'outcome', 'at', 'sequence'] as const),
]
const put = inserting('delivery', ['id', 'head', ...told], { key: ['id'], anew: told })
const byId = prepare<{ id: string }>()(($) => db.selectFrom('delivery').selectAll().where('id', '=', $('id')))

// Written out as the partial indexes have them (a bound value would not do), so that these are used.
const isOpen = sql<SqlBool>`state IN ('pending', 'waiting')`
const isHead = sql<SqlBool>`head = 1`
/** By the index of what is open: that of heads has those of all lanes. */
const openHead = prepare<Lane>()(($) =>
  db
    .selectFrom('delivery')
    .select('place')
    .where('connection', '=', $('connection'))
    .where('lane', '=', $('lane'))
    .where(isOpen)
    .where(sql<SqlBool>`${plain('head')} = 1`)
    .orderBy('place')
    .limit(1),
)
const firstOpen = prepare<Lane>()(($) =>
  db
    .selectFrom('delivery')
    .select('place')
    .where('connection', '=', $('connection'))
    .where('lane', '=', $('lane'))
    .where(isOpen)
    .orderBy('place')
    .limit(1),
)
const setHead = prepare<{ place: number; head: number }>()(($) =>
  db
    .updateTable('delivery')
    .set({ head: $('head') })
    .where('place', '=', $('place')),
)

type Lane = Pick<Tables['delivery'], 'connection' | 'lane'>

/** A lane, and the place of its head where that is among what is written. */
interface Touched {
  readonly lane: Lane
  head?: number
}

export function* deliver(deliveries: readonly Of<Delivery>[]): Sql<void> {
  const lanes = new Map<string, Touched>()
  const touch = ({ connection, lane }: Lane): Touched => {
    const name = JSON.stringify([connection, lane])
    const known = lanes.get(name) ?? { lane: { connection, lane } }
    lanes.set(name, known)
    return known
  }
  for (const { value } of deliveries) {
    const before = yield* row(byId, { id: value.id })
    if (before?.head === 1) {
      const stays = before.connection === value.connection && before.lane === value.lane
      if (stays) touch(before).head = before.place
      else yield* each(setHead, [{ place: before.place, head: 0 }])
    }
    if (before) touch(before)
    touch(value)
  }
  yield* each(
    put,
    deliveries.map(({ value: delivery, sequence }) => ({
      ...delivery,
      due: milliseconds(delivery.due),
      inFlight: delivery.inFlight ? 1 : 0,
      outcome: delivery.outcome ?? null,
      at: milliseconds(delivery.at),
      head: 0,
      sequence,
    })),
  )
  for (const touched of lanes.values()) yield* moveHead(touched)
}

function* moveHead({ lane, head }: Touched): Sql<void> {
  const should = (yield* row(firstOpen, lane))?.place
  const is = head ?? (should === undefined ? undefined : (yield* row(openHead, lane))?.place)
  if (is === should) return
  if (is !== undefined) yield* each(setHead, [{ place: is, head: 0 }])
  if (should !== undefined) yield* each(setHead, [{ place: should, head: 1 }])
}

export function* delivery({ id }: { id: string }): Sql<Delivery | undefined> {
  const found = yield* row(byId, { id })
  return found && read(found)
}

export function* deliveries(ask: Questions['deliveries']['ask'], reading: Reading): Sql<Page<Delivery>> {
  const before = rowPosition(reading, 'deliveries', ask.after, Number.MAX_SAFE_INTEGER)
  let query = db.selectFrom('delivery').selectAll().where('place', '<', before)
  for (const column of ['connection', 'state', 'type', 'resource'] as const) {
    const value = ask[column]
    if (value !== undefined) query = query.where(column, '=', value)
  }
  const found = yield* answer(query.orderBy('place', 'desc').limit(ask.count + 1))
  return page(found, ask.count, read, (last) => cursor(reading, 'deliveries', last.place))
}

const dueHeads = prepare<{ connection: string; at: number; count: number }>()(($) =>
  db
    .selectFrom('delivery')
    .selectAll()
    .where('connection', '=', $('connection'))
    .where(isHead)
    .where('due', '<=', $('at'))
    .orderBy('due')
    .orderBy('place')
    .limit($('count')),
)
const nextHead = prepare<{ connection: string }>()(($) =>
  db.selectFrom('delivery').select('due').where('connection', '=', $('connection')).where(isHead).orderBy('due').limit(1),
)

export function* due({ connection, at, count }: Questions['due']['ask']): Sql<Delivery[]> {
  return (yield* rows(dueHeads, { connection, at: milliseconds(at), count })).map(read)
}

const flyingHeads = prepare<{ connection: string }>()(($) =>
  db
    .selectFrom('delivery')
    .selectAll()
    .where('connection', '=', $('connection'))
    .where(isHead)
    .where(sql<SqlBool>`${sql.ref('inFlight')} = 1`)
    .orderBy('due')
    .orderBy('place'),
)

export function* inFlight({ connection }: { connection: string }): Sql<Delivery[]> {
  return (yield* rows(flyingHeads, { connection })).map(read)
}

export function* nextDue({ connection }: { connection: string }): Sql<InstantText | undefined> {
  const found = yield* row(nextHead, { connection })
  return found && instant(found.due)
}

function read({ place: _, head: __, sequence: ___, outcome, ...found }: Tables['delivery']): Delivery {
  return {
    ...found,
    state: found.state as Delivery['state'],
    due: instant(found.due),
    inFlight: found.inFlight === 1,
    at: instant(found.at),
    ...(outcome === null ? {} : { outcome }),
  }
}
