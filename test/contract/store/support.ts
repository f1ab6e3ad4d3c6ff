/** What the contract's stories share: places, a clock that is set by hand, and short ways to save and find. */
import { ok, type Result } from '../../../src/domain/problem.ts'
import type { Filter, Query, SortKey } from '../../../src/fhir/search/query.ts'
import { ask, type Page, type Steps, type Store, type Stored, type Visibility, write } from '../../../src/store/store.ts'

/** Where a store is kept: opened again, what was committed is there. */
export interface Place {
  open(options?: { readonly epoch?: string }): Promise<Store>
  /** Milliseconds; stands still until it is set. */
  clock: { now: number }
}

export type Inside = (story: (place: Place) => Promise<void>) => Promise<void>

export const morning = Date.parse('2026-03-01T09:30:00.000Z')

export type Content = { readonly resourceType: string; readonly id: string } & Readonly<Record<string, unknown>>

/** The next version of a resource, as a step of a plan. Answers its number. */
export function* saving(content: Content): Steps<number> {
  const { resourceType: type, id } = content
  const { at } = yield* ask({ ask: 'now' })
  const before = yield* ask({ ask: 'resource', type, id })
  const version = (before?.version ?? 0) + 1
  const resource = { ...content, meta: { ...(content as { meta?: object }).meta, versionId: String(version), lastUpdated: at } }
  yield* write({ change: 'put', type, id, version, text: JSON.stringify(resource), resource, at })
  return version
}

export function* removing(type: string, id: string): Steps<void> {
  const { at } = yield* ask({ ask: 'now' })
  const before = yield* ask({ ask: 'resource', type, id })
  yield* write({ change: 'remove', type, id, version: (before?.version ?? 0) + 1, at })
}

/** Saves all of them in one commit. */
export const save = (store: Store, ...contents: readonly Content[]): Promise<number[]> =>
  value(
    store.commit(function* () {
      const versions = []
      for (const content of contents) versions.push(yield* saving(content))
      return ok(versions)
    }),
  )

export const remove = (store: Store, type: string, id: string): Promise<undefined> =>
  value(
    store.commit(function* () {
      yield* removing(type, id)
      return ok(undefined)
    }),
  )

/** The value of a result that must be one. */
export async function value<T>(result: Promise<Result<T>>): Promise<T> {
  const settled = await result
  if (!settled.ok) throw new Error(`${settled.problem.code}: ${settled.problem.detail}`)
  return settled.value
}

export const query = (type: string, filters: readonly Filter[] = [], rest: Partial<Query> = {}): Query => ({
  type,
  filters,
  sort: [],
  count: 100,
  total: 'none',
  include: [],
  revinclude: [],
  given: [],
  ...rest,
})

export const byIdentifier = (system: string, code: string): Filter => ({
  kind: 'token',
  param: 'identifier',
  values: [{ system, code }],
})

export const ascending = (param: string, kind: SortKey['kind']): SortKey => ({ param, kind, descending: false })
export const descending = (param: string, kind: SortKey['kind']): SortKey => ({ param, kind, descending: true })

export const search = (
  store: Store,
  asked: Query,
  visible: Visibility = 'everything',
  after?: string,
  room?: number,
): Promise<Page<Stored>> =>
  store.look({
    ...{ ask: 'search', query: asked, visible },
    ...(after !== undefined && { after }),
    ...(room !== undefined && { room }),
  })

export const idsOf = (items: readonly { readonly id: string }[]): string[] => items.map(({ id }) => id)

/** All items, page by page. */
export async function allPages<T>(
  page: (after: string | undefined) => Promise<Page<T>>,
  between?: () => Promise<unknown>,
): Promise<T[]> {
  const items: T[] = []
  let after: string | undefined
  for (let pages = 0; pages < 1000; pages++) {
    const found = await page(after)
    items.push(...found.items)
    if (found.next === undefined) return items
    after = found.next
    await between?.()
  }
  throw new Error('pages without end')
}

export const patient = (id: string, rest: Readonly<Record<string, unknown>> = {}): Content => ({
  resourceType: 'Patient',
  id,
  ...rest,
})
export const observation = (id: string, subject: string | undefined, rest: Readonly<Record<string, unknown>> = {}): Content => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '44261-6' }] },
  ...(subject === undefined ? {} : { subject: { reference: `Patient/${subject}` } }),
  ...rest,
})
