/** Whether a resource satisfies a query's filters: the meaning of `Query` in code, for what is not stored yet and as reference for SQL. */
import type { Filter, Query } from './query.ts'

/** The resource as it is (to be) stored. `lastUpdated` in milliseconds. */
export interface Candidate {
  readonly type: string
  readonly id: string
  readonly lastUpdated: number
  readonly resource: object
}

export function matches(query: Query, candidate: Candidate): boolean {
  throw new Error(`to be filled in: ${typeof query} ${typeof candidate}`)
}

/** A function that answers for many filters on one candidate: its index values are extracted once. */
export function matcher(candidate: Candidate): (filters: readonly Filter[]) => boolean {
  throw new Error(`to be filled in: ${typeof candidate}`)
}
