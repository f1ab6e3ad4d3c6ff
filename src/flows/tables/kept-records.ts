/** The newest records of a collection as they are kept, whether they can be read or not: for looking at what tables make of them. */
import type { Resource } from '@medplum/fhirtypes'
import type { Sample } from '../../lens/fidelity.ts'
import { ask, type Steps } from '../../store/store.ts'
import type { AnyCollection } from '../collections/collection.ts'
import { together } from '../collections/parts.ts'
import { storedValue } from '../next-version.ts'
import { every } from '../questions.ts'

/** Of the newest so many resources of the anchor's type, those that the collection claims, with their parts. */
export function* keptRecords(collection: AnyCollection, most: number): Steps<readonly Sample[]> {
  if (most === 0) return []
  const { query, ...question } = every(collection.anchor)
  const sort = [{ param: '_lastUpdated', kind: 'lastUpdated', descending: true }] as const
  const { items } = yield* ask({ ...question, query: { ...query, sort, count: most } })
  const samples: Sample[] = []
  for (const anchor of items) {
    if (!collection.claims(storedValue<Resource>(anchor)!)) continue
    const { bag } = yield* together(collection, anchor)
    samples.push({ from: `${anchor.type}/${anchor.id}`, parts: bag })
  }
  return samples
}
