/** What no write from outside may do on `/fhir` to a resource that a collection claims. */
import type { Resource } from '@medplum/fhirtypes'
import { fail, type Problem } from '../../domain/problem.ts'
import type { Stored } from '../../store/store.ts'
import { collectionOf, hasRules } from '../collections/index.ts'
import { storedValue } from '../keep.ts'
import type { Write } from './entry.ts'

type Refusal = { readonly ok: false; readonly problem: Problem } | undefined

/**
 * Computed members (follow-ups, service lines) are the gateway's alone. What others follow from (a discharge) is not deleted from under
 * them: it is marked as entered in error.
 */
export function guarded(write: Write, current: Stored | undefined): Refusal {
  if (!hasRules(write.type)) return undefined
  const stands = storedValue<Resource>(current)
  const claimed = stands && collectionOf(stands)
  const wanted = write.kind === 'delete' ? undefined : collectionOf(write.resource.value as unknown as Resource)
  if (claimed?.sealed || wanted?.sealed) {
    const name = claimed?.name ?? wanted?.name
    return fail('rule-broken', `Members of ${name} are computed here, and cannot be written from outside.`)
  }
  if (write.kind === 'delete' && stands && claimed?.after && claimed.concerns?.(stands) !== false) {
    return fail(
      'rule-broken',
      `Others follow from this member of ${claimed.name}: mark it as entered in error instead of deleting it.`,
    )
  }
  return undefined
}
