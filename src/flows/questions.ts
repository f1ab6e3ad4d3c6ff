/** Questions to the store that several flows ask. https://hl7.org/fhir/R4/search.html */
import { obligationPolicy } from '../../mappings/follow-up.task.ts'
import type { Filter, Query, TokenValue } from '../fhir/search/query.ts'
import { ask, askAll, type Page, rest, type Steps, type Stored, type Visibility } from '../store/store.ts'

/** A search for at most 1000 of a type, whoever may see them: rules look at everything. */
export const every = (
  type: string,
  ...filters: readonly Filter[]
): { readonly ask: 'search'; readonly query: Query; readonly visible: 'everything' } => ({
  ask: 'search',
  query: { type, filters, sort: [], count: 1000, total: 'none', include: [], revinclude: [], given: [] },
  visible: 'everything',
})

/** So many values are asked about together. */
const slice = 5000

/** Those of a type that have one of these: at most 1000 for each slice of what may be very many values. */
export function* withAny(
  type: string,
  param: string,
  values: readonly TokenValue[],
  visible: Visibility = 'everything',
): Steps<readonly Stored[]> {
  const found = new Map<string, Stored>()
  for (let from = 0; from < values.length; from += slice) {
    const some = every(type, { kind: 'token', param, values: values.slice(from, from + slice) })
    for (const one of (yield* ask({ ...some, visible })).items) found.set(one.id, one)
  }
  return [...found.values()]
}

/** Those that refer to one of these (`Type/id`). */
export const pointsAt = (param: string, ...references: readonly string[]): Filter => ({
  kind: 'reference',
  param,
  values: references,
})

/** Those that bear one of these: a system and a code, or either. */
export const hasToken = (param: string, ...values: readonly TokenValue[]): Filter => ({ kind: 'token', param, values })

/** Those whose date of this name begins before `instant`, in milliseconds. */
export const earlierThan = (param: string, instant: number): Filter => ({
  kind: 'date',
  param,
  values: [{ prefix: 'lt', lo: instant, hi: instant }],
})

export const patientIs = (...ids: readonly string[]): Filter => pointsAt('patient', ...ids.map((id) => `Patient/${id}`))

/** One of these codes, of whatever system. */
export const ofStatus = (...codes: readonly string[]): Filter => hasToken('status', ...codes.map((code) => ({ code })))
export const isActive = ofStatus('active')

/** Follow-ups that are owed still, by what is written: the clock may say that they are missed. */
export const owedFollowUp: readonly Filter[] = [
  hasToken('code', { system: obligationPolicy }),
  ofStatus('requested', 'in-progress'),
]

/** Tasks that are somebody's to do still. */
export const unfinishedTask = ofStatus('ready', 'draft', 'requested', 'received', 'accepted', 'in-progress', 'on-hold')

/** Resources of a type as they stand, in the order of their ids. */
export const askEach = (type: string, ids: readonly string[]): Steps<readonly (Stored | undefined)[]> =>
  askAll(ids.map((id) => ({ ask: 'resource' as const, type, id })))

/** Everything that a question finds. */
export function* allOf(type: string, ...filters: readonly Filter[]): Steps<readonly Stored[]> {
  const found: Stored[] = []
  yield* eachOf(type, filters, function* (stored) {
    found.push(stored)
  })
  return found
}

/** What a question finds that was asked together with others: its first page, and all after it. */
export function* withRest(question: ReturnType<typeof every>, first: Page<Stored>): Steps<readonly Stored[]> {
  const found = [...first.items]
  for (let after = first.next; after !== undefined; ) {
    const page = yield* ask({ ...question, after })
    found.push(...page.items)
    after = page.next
  }
  return found
}

/** Has each looked at, page by page: of what may be too much to be held at once. */
export function* eachOf(type: string, filters: readonly Filter[], look: (stored: Stored) => Steps<void>): Steps<void> {
  for (let after: string | undefined; ; ) {
    const page = yield* ask({ ...every(type, ...filters), ...(after !== undefined && { after }) })
    for (const [i, stored] of page.items.entries()) {
      yield* look(stored)
      yield* rest(i)
    }
    if (page.next === undefined) return
    after = page.next
  }
}
