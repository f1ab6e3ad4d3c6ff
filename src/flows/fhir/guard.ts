/** What no write from outside may do on `/fhir` to a resource that a collection claims. */
import type { Resource } from '@medplum/fhirtypes'
import { fail, type Problem } from '../../domain/problem.ts'
import type { Stored } from '../../store/store.ts'
import { collectionOf, hasRules } from '../collections/index.ts'
import type { Context } from '../context.ts'
import { storedValue } from '../next-version.ts'
import type { Settled } from './entry.ts'

type Refusal = { readonly ok: false; readonly problem: Problem } | undefined

/**
 * Computed members (follow-ups, service lines) are the gateway's alone. What others follow from (a discharge) is not deleted from under
 * them: it is marked as entered in error. Nor does it become something else: a record that no rule hangs on may, and is then a new one
 * of its new kind.
 */
export function guarded({ principal }: Context, write: Settled, current: Stored | undefined): Refusal {
  if (!hasRules(write.type)) return undefined
  const stands = storedValue<Resource>(current)
  const claimed = stands && collectionOf(stands)
  const next = write.kind === 'delete' ? undefined : (write.resource.value as unknown as Resource)
  const wanted = next && collectionOf(next)
  if (claimed?.sealed || wanted?.sealed) {
    // What a partner says of them is looked at afterwards, and kept beside ours.
    if (principal.kind === 'connection' && claimed && claimed === wanted) return undefined
    const name = claimed?.name ?? wanted?.name
    return fail('rule-broken', `Members of ${name} are computed here, and cannot be written from outside.`)
  }
  if (!stands || !claimed?.after || claimed === wanted || claimed.concerns?.(stands) === false) return undefined
  if (write.kind === 'delete') {
    return fail(
      'rule-broken',
      `Others follow from this member of ${claimed.name}: mark it as entered in error instead of deleting it.`,
    )
  }
  return fail(
    'rule-broken',
    `Others follow from this member of ${claimed.name}: it cannot become ${wanted?.name ?? 'something else'}.`,
  )
}
