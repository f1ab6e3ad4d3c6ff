/** Conflicts end by themselves, field by field, where both sides have come to say the same. */
import type { Resource } from '@medplum/fhirtypes'
import type { Connection } from '../../connectors/connector.ts'
import { equal } from '../../lens/equal.ts'
import type { Link } from '../../store/change.ts'
import { ask, type Steps } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { storedValue } from '../next-version.ts'
import { memberOf } from '../pull/merge.ts'
import { openAbout, openConflicts } from './conflict.ts'
import { end } from './ended.ts'
import { standingOf } from './standing.ts'

/** By the link as it is kept. */
export function* endAgreed(
  ctx: Context,
  connection: Connection,
  { type, id }: Pick<Link, 'type' | 'id'>,
  at: string,
): Steps<void> {
  const { items } = yield* openConflicts.page({ count: 1 })
  const resource = items.length === 0 ? undefined : storedValue<Resource>(yield* ask({ ask: 'resource', type, id }))
  if (!resource) return
  for (const conflict of yield* openAbout(connection.name, `${type}/${id}`, yield* memberOf(resource))) {
    const standing = yield* standingOf(ctx, connection, conflict)
    if (!standing.ok) continue
    const { says } = standing.value
    const same = Object.keys(conflict.fields).filter((name) => equal(says(name).ours, says(name).theirs))
    if (same.length > 0) yield* end(ctx, conflict, same, ['same', 'both-say-the-same'], at)
  }
}
