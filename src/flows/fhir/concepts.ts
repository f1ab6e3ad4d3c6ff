/** Puts codes where a search names a ValueSet or a place in a hierarchy: those stored here, those that come with the house, those of R4. */
import type { ValueSet } from '@medplum/fhirtypes'
import { ok, type Result } from '../../domain/problem.ts'
import { ownTerminology } from '../../fhir/generated/terminology.ts'
import { codesOfR4 } from '../../fhir/r4-value-sets.ts'
import {
  type ConceptsFilter,
  type Filter,
  type Query,
  simpleQuery,
  type TokenFilter,
  type TokenValue,
} from '../../fhir/search/query.ts'
import { codesIn, related, type Terms, type Wanted } from '../../fhir/search/terminology.ts'
import { ask, type Steps, type Stored, type Visibility } from '../../store/store.ts'
import { storedValue } from '../next-version.ts'
import { beyond } from './beyond.ts'

/** The same query without concepts. */
export function* withCodes(query: Query): Steps<Result<Query>> {
  const filters: Filter[] = []
  for (const filter of query.filters) {
    const next = yield* resolved(filter)
    if (!next.ok) return next
    filters.push(next.value)
  }
  return ok({ ...query, filters })
}

function* resolved(filter: Filter): Steps<Result<Filter>> {
  switch (filter.kind) {
    case 'concepts':
      return yield* codes(filter)
    case 'not': {
      const inner = filter.filter.kind === 'concepts' ? yield* codes(filter.filter) : ok(filter.filter)
      return inner.ok ? ok({ ...filter, filter: inner.value }) : inner
    }
    default:
      return yield* beyond(filter, (_, inner) => resolved(inner))
  }
}

function* codes({ param, relation, values }: ConceptsFilter): Steps<Result<TokenFilter>> {
  const found: TokenValue[] = []
  for (const { system, code = '' } of values) {
    const terms = relation === 'in' ? codesIn(code) : concepts(system ?? '', code, relation)
    const list = yield* told(terms)
    if (!list.ok) return list
    found.push(...list.value)
  }
  return ok({ kind: 'token', param, values: found })
}

function* concepts(system: string, code: string, relation: 'below' | 'above'): Terms<readonly TokenValue[]> {
  const found = yield* related(system, code, relation)
  return found.ok ? ok(found.value.map((each) => ({ system, code: each }))) : found
}

function* told<T>(terms: Terms<T>): Steps<Result<T>> {
  let step = terms.next()
  while (!step.done) step = terms.next(yield* known(step.value))
  return step.value
}

/** A reference to a resource here will do for a URL. */
function* known({ type, url }: Wanted): Steps<Parameters<Terms<unknown>['next']>[0]> {
  const [bare = '', version] = url.split('|')
  const [own, id] = bare.split('/')
  if (own === type && id !== undefined) return storedValue(yield* ask({ ask: 'resource', type, id }))
  const ours = ownTerminology[bare]
  const shipped = ours?.resourceType === type ? ours : undefined
  return storedValue(yield* canonical(type, bare, version)) ?? shipped ?? (type === 'ValueSet' ? ofR4(bare) : undefined)
}

function ofR4(url: string): ValueSet | undefined {
  const include = codesOfR4(url)?.map(([system, list]) => ({ system, concept: list.map((code) => ({ code })) }))
  return include && { resourceType: 'ValueSet', status: 'active', url, compose: { include } }
}

/** The definition of a URL that was stored last, of those that are visible. */
export function* canonical(
  type: string,
  url: string,
  version?: string,
  visible: Visibility = 'everything',
): Steps<Stored | undefined> {
  const filters: Filter[] = [{ kind: 'uri', param: 'url', values: [url] }]
  if (version !== undefined) filters.push({ kind: 'token', param: 'version', values: [{ code: version.toLowerCase() }] })
  const query: Query = {
    ...simpleQuery(type, filters, 1),
    sort: [{ param: '_lastUpdated', kind: 'lastUpdated', descending: true }],
  }
  return (yield* ask({ ask: 'search', query, visible })).items[0]
}
