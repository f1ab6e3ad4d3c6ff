/**
 * The original of a record that is specially protected is so, too: its Binary bears the same labels, in the same commit, whoever wrote
 * either. https://hl7.org/fhir/R4/binary.html
 */
import type { Binary, Resource } from '@medplum/fhirtypes'
import { guardOf } from '../../fhir/search/labels.ts'
import type { Put } from '../../store/change.ts'
import { askAll, type Steps } from '../../store/store.ts'
import { withLabelsOf } from '../collections/labels-of.ts'
import { binariesIn } from '../delivery/attachments.ts'
import { nextOf, storedValue } from '../next-version.ts'

export function* guardedOriginals(puts: readonly Put[], at: string): Steps<readonly Put[]> {
  const guarded = puts.filter(({ resource }) => guardOf(resource) > 0)
  const named = guarded.flatMap(({ resource }) => [...binariesIn(resource)].map((id) => ({ id, whole: resource as Resource })))
  const found = yield* askAll(named.map(({ id }) => ({ ask: 'resource' as const, type: 'Binary', id })))
  return named.flatMap(({ id, whole }, i) => {
    const stored = found[i]
    const binary = storedValue<Binary>(stored)
    const next = binary && withLabelsOf(binary, whole)
    return next && next !== binary ? [nextOf(next, id, stored, at)] : []
  })
}
