/** From the text of a search to a `Query`. https://hl7.org/fhir/R4/search.html */
import type { Result } from '../../domain/problem.ts'
import type { Query } from './query.ts'

export interface SearchContext {
  /** Skip what is unknown instead of refusing (`Prefer: handling=lenient`). */
  readonly lenient?: boolean
  /** Own base URL without trailing slash: absolute references below it mean our resources. */
  readonly base?: string
  /** Milliseconds; needed only for `ap` on dates. */
  readonly now?: number
}

/** Parse decoded name/value pairs (a URLSearchParams will do). Fails `not-supported` naming an unknown parameter, `invalid` naming a bad value. */
export function parseSearch(
  type: string,
  pairs: Iterable<readonly [string, string]>,
  context: SearchContext = {},
): Result<Query> {
  throw new Error(`to be filled in: ${type} ${typeof pairs} ${typeof context}`)
}

/** One text for all queries that ask for the same matches (filters alone): for locks and caches. `Type?…`, not meant to be parsed. */
export function canonical(query: Query): string {
  throw new Error(`to be filled in: ${typeof query}`)
}
