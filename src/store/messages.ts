/** Messages as received. */
import type { Message } from './change.ts'
import { instant, milliseconds } from './commit.ts'
import { answer, db, each, prepare, row } from './compile.ts'
import { cursor, page, type Reading, rowPosition } from './page.ts'
import type { Of } from './pending.ts'
import type { Tables } from './schema/tables.ts'
import type { Sql } from './sql.ts'
import type { Page, Questions } from './store.ts'

const insert = prepare<Omit<Tables['message'], 'place'>>()(($) =>
  db
    .insertInto('message')
    .values({
      id: $('id'),
      key: $('key'),
      source: $('source'),
      kind: $('kind'),
      raw: $('raw'),
      digest: $('digest'),
      state: $('state'),
      issues: $('issues'),
      answer: $('answer'),
      wrote: $('wrote'),
      at: $('at'),
      sequence: $('sequence'),
    } as never)
    .onConflict((of) =>
      of.column('id').doUpdateSet((q) => ({
        state: q.ref('excluded.state'),
        issues: q.ref('excluded.issues'),
        answer: q.ref('excluded.answer'),
        wrote: q.ref('excluded.wrote'),
        sequence: q.ref('excluded.sequence'),
      })),
    ),
)
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

export function* messages({ state, count, after }: Questions['messages']['ask'], reading: Reading): Sql<Page<Message>> {
  const before = rowPosition(reading, 'messages', after, Number.MAX_SAFE_INTEGER)
  let query = db
    .selectFrom('message')
    .selectAll()
    .where('place', '<', before)
    .orderBy('place', 'desc')
    .limit(count + 1)
  if (state !== undefined) query = query.where('state', '=', state)
  return page(yield* answer(query), count, read, (last) => cursor(reading, 'messages', last.place))
}

const read = ({ place: _, sequence: __, ...found }: Tables['message']): Message => ({
  ...found,
  kind: found.kind as Message['kind'],
  state: found.state as Message['state'],
  issues: JSON.parse(found.issues),
  wrote: JSON.parse(found.wrote),
  at: instant(found.at),
})
