/** Which module answers which question. */

import { auditCheck, audits } from './audit.ts'
import { instant, lastMoment } from './commit.ts'
import { row } from './compile.ts'
import { deliveries, delivery, due, inFlight, nextDue } from './deliveries.ts'
import { feed, history } from './history.ts'
import { message, messages } from './messages.ts'
import type { Reading } from './page.ts'
import { link, links, record, records, remoteLink } from './records.ts'
import { resource, version } from './resources.ts'
import { beginning, search } from './search.ts'
import type { Sql } from './sql.ts'
import type { AnswerTo, Ask, Questions } from './store.ts'
import { values } from './values.ts'
import { writers } from './writers.ts'

const answers: { readonly [K in keyof Questions]: (ask: Questions[K]['ask'], reading: Reading) => Sql<Questions[K]['answer']> } =
  {
    resource,
    version,
    writers,
    history,
    search,
    beginning,
    values,
    message,
    messages,
    delivery,
    deliveries,
    due,
    inFlight,
    nextDue,
    link,
    links,
    remoteLink,
    record,
    records,
    feed,
    audit: audits,
    auditCheck,
    now,
  }

/** Throws BadCursor. */
export function answer<A extends Ask>(ask: A, reading: Reading): Sql<AnswerTo<A>> {
  const to = answers[ask.ask] as (ask: Ask, reading: Reading) => Sql<AnswerTo<A>>
  return to(ask, reading)
}

function* now(_: object, { at, sequence }: Reading): Sql<Questions['now']['answer']> {
  if (sequence !== undefined) return { sequence, at: instant(at) }
  const before = yield* row(lastMoment, {})
  return { sequence: before?.sequence ?? 0, at: instant(before === undefined ? at : Math.max(at, before.at + 1)) }
}
