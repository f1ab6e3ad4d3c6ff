/** What may go on because of what is written: what waited for this person, and documents that came inside of these. */
import type { DocumentReference, Patient } from '@medplum/fhirtypes'
import type { Put } from '../../store/change.ts'
import { type Steps, write } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { documentsIn, mayBringDocuments } from './inline-documents.ts'
import { enlist, release } from './waiting-list.ts'

type Named = Parameters<typeof release>[0]

export function* releaseWaiting(ctx: Context, puts: readonly Put[]): Steps<void> {
  const identifiers = puts.flatMap(({ type, resource }): Named => {
    const { identifier } = resource as Patient
    return type === 'Patient' && Array.isArray(identifier) ? (identifier as unknown as Named) : []
  })
  const papers = puts.filter(
    ({ type, resource }) => type === 'DocumentReference' && documentsIn(resource as DocumentReference).length > 0,
  )
  if (identifiers.length > 0) yield* write(...(yield* release(identifiers)))
  if (papers.length > 0 && mayBringDocuments(ctx).ok)
    yield* write(...(yield* enlist(papers.map(({ type, id }) => `${type}/${id}`))))
}
