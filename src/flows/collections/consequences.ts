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
import { collectionOf, collections } from './index.ts'
import { hold } from './parts.ts'

/** Rules of rules end here: follow-ups of a session of a discharge … are three steps. */
const deepest = 5

interface Concerned {
  readonly collection: AnyCollection
  readonly id: string
}

/** The members whose rules a write concerns: the one that it is the anchor of, and those that it is a part of. */
function concernedBy(put: Put): readonly Concerned[] {
  const resource = put.resource as Resource
  const own: AnyCollection | undefined = collectionOf(resource)
  const whole = collections.flatMap((collection) =>
    collection.parts.flatMap((part): Concerned[] => {
      if (!collection.after || part.type !== put.type || !('anchorOf' in part)) return []
      const [type, id] = part.anchorOf?.(resource)?.split('/') ?? []
      return type === collection.anchor && id ? [{ collection, id }] : []
    }),
  )
  return own?.after && own.concerns?.(resource) !== false ? [{ collection: own, id: put.id }, ...whole] : whole
}

export function* consequences(ctx: Context, puts: readonly Put[], at: string, depth = 0): Steps<Result<void>> {
  // Service lines that waited for what is written here.
  yield* write(...(yield* recheckLines(puts, at)))
  for (const { collection, id } of puts.flatMap(concernedBy)) {
    const now = yield* hold(collection, id)
    if (!now.ok) continue
    const changes = yield* collection.after!(ctx, now.value, undefined, at)
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
