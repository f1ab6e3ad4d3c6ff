/**
 * Chains and `_has` along canonical URLs, which lead to no id: the definitions that are meant are found first, and then what names them. A
 * URL with a version names that version, one without the definition that was stored last. https://hl7.org/fhir/R4/references.html#canonical
 */
import { ok, type Result } from '../../domain/problem.ts'
import { isByUrl } from '../../fhir/search/modifiers.ts'
import { searchParameter } from '../../fhir/search/parameters.ts'
import { type ChainFilter, type Filter, type HasFilter, type Query, simpleQuery } from '../../fhir/search/query.ts'
import { askAll, type Steps, type Visibility } from '../../store/store.ts'
import { storedValue } from '../next-version.ts'
import { beyond } from './beyond.ts'
import { canonical } from './concepts.ts'
import { isPlain, withLooks } from './looked-at.ts'
import { LookedPages } from './looked-pages.ts'

/** So many are asked for together. */
const atOnce = 50

/** The same query without such chains. `too-costly` where too many definitions would have to be read. */
export function* withDefinitions(query: Query, visible: Visibility): Steps<Result<Query>> {
  const filters: Filter[] = []
  for (const filter of query.filters) {
    const next = yield* settled(query.type, filter, visible)
    if (!next.ok) return next
    filters.push(next.value)
  }
  return ok({ ...query, filters })
}

function* settled(type: string, filter: Filter, visible: Visibility): Steps<Result<Filter>> {
  const inner = yield* beyond(filter, (type, one) => settled(type, one, visible))
  if (!inner.ok) return inner
  const { value } = inner
  if (value.kind === 'chain' && leads(type, value.param)) return yield* namesOne(value, visible)
  return value.kind === 'has' && leads(value.type, value.param) ? yield* isNamed(type, value, visible) : inner
}

function leads(type: string, param: string): boolean {
  const row = searchParameter(type, param)
  return row !== undefined && isByUrl(row)
}

/** Of those that are contained the index knows itself what they say; by words none of them is found. */
function* namesOne(chain: ChainFilter, visible: Visibility): Steps<Result<Filter>> {
  const { param, to } = chain
  const values: string[] = []
  for (const { type, filter } of to) {
    const found = yield* definitions(type, [filter], visible)
    if (!found.ok) return found
    values.push(...found.value.flatMap(({ names }) => names))
  }
  const named: Filter = { kind: 'reference', param, values }
  return ok(isPlain(chain) ? { kind: 'any', of: [[named], [chain]] } : named)
}

function* isNamed(type: string, { type: source, param, filter }: HasFilter, visible: Visibility): Steps<Result<Filter>> {
  const found = yield* definitions(type, [], visible)
  const asked = yield* withLooks(simpleQuery(source, [filter], 1), visible)
  if (!found.ok) return found
  if (!asked.ok) return asked
  const ids: string[] = []
  for (let from = 0; from < found.value.length; from += atOnce) {
    const some = found.value.slice(from, from + atOnce)
    const naming = (values: readonly string[]): Query => ({
      ...asked.value,
      filters: [...asked.value.filters, { kind: 'reference', param, values }],
    })
    const pages = yield* askAll(some.map(({ names }) => ({ ask: 'search' as const, query: naming(names), visible })))
    ids.push(...some.flatMap(({ id }, i) => (pages[i]!.items.length > 0 ? [id] : [])))
    yield { rest: true }
  }
  return ok({ kind: 'id', values: ids })
}

interface Definition {
  readonly id: string
  /** As the index knows what names it: by its version, and without one (`url|`) if it is the last. */
  readonly names: readonly string[]
}

interface Canonical {
  readonly url?: string
  readonly version?: string
}

function* definitions(type: string, filters: readonly Filter[], visible: Visibility): Steps<Result<readonly Definition[]>> {
  const asked = yield* withLooks(simpleQuery(type, filters, atOnce), visible)
  if (!asked.ok) return asked
  const found: Definition[] = []
  const pages = new LookedPages(asked.value, visible)
  for (let page = yield* pages.next(); page; page = yield* pages.next()) {
    if (!page.ok) return page
    for (const one of page.value) {
      const { url, version } = storedValue<Canonical>(one)!
      if (url === undefined) continue
      const last = yield* canonical(type, url, undefined, visible)
      const names = [...(version === undefined ? [] : [`${url}|${version}`]), ...(last?.id === one.id ? [`${url}|`] : [])]
      if (names.length > 0) found.push({ id: one.id, names })
    }
    yield { rest: true }
  }
  return ok(found)
}
