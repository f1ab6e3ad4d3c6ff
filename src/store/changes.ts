/** Which module writes which change. */
import type { Audit, Change, Delivery, Forget, Link, Message, Put, Remember, Remove } from './change.ts'
import type { Commit } from './commit.ts'
import { deliver } from './deliveries.ts'
import { audit, receive } from './messages.ts'
import { remember, tie } from './records.ts'
import { writeVersions } from './resources.ts'
import type { Sql } from './sql.ts'

/** So many versions go to the database together: few round trips, and still a rest for the event loop in between. */
const versionsAtOnce = 100

/** Writes changes. Those of one kind keep their order; kinds do not depend on each other. */
export function* apply(changes: readonly Change[], commit: Commit): Sql<void> {
  const versions: (Put | Remove)[] = []
  const messages: Message[] = []
  const deliveries: Delivery[] = []
  const links: Link[] = []
  const records: (Remember | Forget)[] = []
  const lines: Audit[] = []
  for (const change of changes) {
    switch (change.change) {
      case 'put':
      case 'remove':
        versions.push(change)
        break
      case 'receive':
        messages.push(change.message)
        break
      case 'deliver':
        deliveries.push(change.delivery)
        break
      case 'tie':
        links.push(change.link)
        break
      case 'remember':
      case 'forget':
        records.push(change)
        break
      case 'audit':
        lines.push(change)
    }
  }
  for (let i = 0; i < versions.length; i += versionsAtOnce) yield* writeVersions(versions.slice(i, i + versionsAtOnce), commit)
  if (messages.length > 0) yield* receive(messages, commit)
  if (deliveries.length > 0) yield* deliver(deliveries, commit)
  if (links.length > 0) yield* tie(links, commit)
  if (records.length > 0) yield* remember(records, commit)
  if (lines.length > 0) yield* audit(lines, commit)
}
