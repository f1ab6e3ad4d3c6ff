/**
 * What follows from a write, whoever made it: the rules of the collection that claims the resource, in the same commit. A discharge
 * opens follow-ups whether it came as ADT, FHIR message, bundle or by hand.
 */
import type { Resource } from '@medplum/fhirtypes'
import { ok, type Result } from '../../domain/problem.ts'
import type { Put } from '../../store/change.ts'
import { type Steps, write } from '../../store/store.ts'
import { recheckLines } from '../billing/recheck-lines.ts'
import type { Context } from '../context.ts'
import type { AnyCollection } from './collection.ts'
import { collectionOf } from './index.ts'
import { hold } from './parts.ts'

/** Rules of rules end here: follow-ups of a session of a discharge … are three steps. */
const deepest = 5

export function* consequences(ctx: Context, puts: readonly Put[], at: string, depth = 0): Steps<Result<void>> {
  // Service lines that waited for what is written here.
  yield* write(...(yield* recheckLines(puts, at)))
  for (const put of puts) {
    const claimed: AnyCollection | undefined = collectionOf(put.resource as Resource)
    if (!claimed?.after || claimed.concerns?.(put.resource as Resource) === false) continue
    const now = yield* hold(claimed, put.id)
    if (!now.ok) continue
    const changes = yield* claimed.after(ctx, now.value, undefined, at)
    if (!changes.ok) return changes
    if (changes.value.length === 0) continue
    yield* write(...changes.value)
    if (depth < deepest) {
      const next = changes.value.filter((change) => change.change === 'put')
      const further = yield* consequences(ctx, next, at, depth + 1)
      if (!further.ok) return further
    }
  }
  return ok(undefined)
}
