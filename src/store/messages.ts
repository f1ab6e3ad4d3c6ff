/** Messages as received. */
import { sql } from 'kysely'
import type { Message } from './change.ts'
import { instant, milliseconds } from './commit.ts'
import { answer, db, each, inserting, prepare, row } from './compile.ts'
import { cursor, filling, type Reading, rowPosition } from './page.ts'
import type { Of } from './pending.ts'
import type { Tables } from './schema/tables.ts'
import type { Sql } from './sql.ts'
import type { Page, Questions } from './store.ts'

const ofReplay = ['state', 'issues', 'answer', 'wrote', 'sequence'] as const
const insert = inserting('message', ['id', 'key', 'source', 'kind', 'raw', 'digest', 'at', ...ofReplay], {
  key: ['id'],
  anew: ofReplay,
})
const byId = prepare<{ id: string }>()(($) => db.selectFrom('message').selectAll().where('id', '=', $('id')))
const byKey = prepare<{ key: string }>()(($) => db.selectFrom('message').selectAll().where('key', '=', $('key')))

export function* receive(messages: readonly Of<Message>[]): Sql<void> {
  yield* each(
    insert,
    messages.map(({ value: message, sequence }) => ({
      ...message,
      issues: JSON.stringify(message.issues),
      wrote: JSON.stringify(message.wrote),
      at: milliseconds(message.at),
      sequence,
    })),
  )
}

export function* message(ask: Questions['message']['ask']): Sql<Message | undefined> {
  const found = yield* 'id' in ask ? row(byId, { id: ask.id }) : row(byKey, { key: ask.key })
  return found && read(found)
}

export function* messages(ask: Questions['messages']['ask'], reading: Reading): Sql<Page<Message>> {
  const { state, count, after, room = Number.POSITIVE_INFINITY } = ask
  const before = rowPosition(reading, 'messages', after, Number.MAX_SAFE_INTEGER)
  let query = db.selectFrom('message').where('place', '<', before).orderBy('place', 'desc')
  if (state !== undefined) query = query.where('state', '=', state)
  // One may be megabytes long: how many there is room for is settled before any is read.
  const sizes = yield* answer(query.select(sql<number>`octet_length(raw)`.as('size')).limit(count + 1))
  const fit = Math.min(
    count,
    filling(
      sizes.map(({ size }) => size),
      room,
    ),
  )
  const found = yield* answer(query.selectAll().limit(fit))
  const end = sizes.length > fit ? found.at(-1) : undefined
  return { items: found.map(read), ...(end && { next: cursor(reading, 'messages', end.place) }) }
}

const read = ({ place: _, sequence: __, ...found }: Tables['message']): Message => ({
  ...found,
  kind: found.kind as Message['kind'],
  state: found.state as Message['state'],
  issues: JSON.parse(found.issues),
  wrote: JSON.parse(found.wrote),
  at: instant(found.at),
})
