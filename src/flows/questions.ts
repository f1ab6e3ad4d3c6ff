/** Questions to the store that several flows ask. https://hl7.org/fhir/R4/search.html */
import type { Filter, Query } from '../fhir/search/query.ts'
import { ask, type Steps, type Stored } from '../store/store.ts'

/** A search for at most 1000 of a type, whoever may see them: rules look at everything. */
export const every = (
  type: string,
  ...filters: readonly Filter[]
): { readonly ask: 'search'; readonly query: Query; readonly visible: 'everything' } => ({
  ask: 'search',
  query: { type, filters, sort: [], count: 1000, total: 'none', include: [], revinclude: [], given: [] },
  visible: 'everything',
})

/** One of these codes, of whatever system. */
export const ofStatus = (...codes: readonly string[]): Filter => ({
  kind: 'token',
  param: 'status',
  values: codes.map((code) => ({ code })),
})

/** Tasks that are somebody's to do still. */
export const unfinishedTask = ofStatus('ready', 'draft', 'requested', 'received', 'accepted', 'in-progress', 'on-hold')

/** Everything that a question finds, page by page. */
export function* allOf(type: string, ...filters: readonly Filter[]): Steps<readonly Stored[]> {
  const found: Stored[] = []
  for (let after: string | undefined; ; ) {
    const page = yield* ask({ ...every(type, ...filters), ...(after !== undefined && { after }) })
    found.push(...page.items)
    if (page.next === undefined) return found
    after = page.next
  }
}
