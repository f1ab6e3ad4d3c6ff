/** Which module writes which change. */
import { audit } from './audit.ts'
import { beginMoments } from './commit.ts'
import { deliver } from './deliveries.ts'
import type { Numbers } from './index-entries.ts'
import { receive } from './messages.ts'
import type { Pending } from './pending.ts'
import { remember, tie } from './records.ts'
import { indexCurrent, writeTexts, writeVersions } from './resources.ts'
import type { Sql } from './sql.ts'

/** So many versions go to the database together: few round trips, and still a rest for the event loop in between. */
const versionsAtOnce = 100

function* inParts<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let i = 0; i < all.length; i += versionsAtOnce) yield all.slice(i, i + versionsAtOnce)
}

/** Writes what is pending. Changes of one kind keep their order; kinds do not depend on each other. */
export function* writeOut(pending: Pending, numbers: Numbers): Sql<void> {
  const { commits, versions, messages, deliveries, links, records, lines, reindexed } = pending
  yield* beginMoments(commits)
  for (const some of inParts(versions)) yield* writeTexts(some)
  for (const some of inParts(versions)) yield* writeVersions(some, numbers)
  for (const change of reindexed) yield* indexCurrent(change, numbers)
  if (messages.length > 0) yield* receive(messages)
  if (deliveries.length > 0) yield* deliver(deliveries)
  if (links.length > 0) yield* tie(links)
  if (records.length > 0) yield* remember(records)
  if (lines.length > 0) yield* audit(lines)
  pending.clear()
}
