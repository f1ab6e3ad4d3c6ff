/** Looks at each resource for what no index knows (words, distances), and puts the ids of those that fit beside the filter. */
import { ok, type Result } from '../../domain/problem.ts'
import { matcher } from '../../fhir/search/match.ts'
import { type Filter, isLooked, type LookedFilter, type Query, simpleQuery, type TokenFilter } from '../../fhir/search/query.ts'
import type { Steps, Visibility } from '../../store/store.ts'
import { beyond } from './beyond.ts'
import { LookedPages } from './looked-pages.ts'
import { readable } from './redaction.ts'

/** So many are asked for together, and so many characters looked through between two turns of everything else. */
const atOnce = 250
const slice = 200_000

/** The same query, its filters that look known by what they find. `too-costly` where there is too much to be looked at. */
export function* withLooks(query: Query, visible: Visibility): Steps<Result<Query>> {
  const others = query.filters.filter((filter) => !isLooked(filter))
  const settled: Filter[] = []
  for (const filter of query.filters) {
    const next = yield* looked(query.type, filter, others, visible)
    if (!next.ok) return next
    settled.push(next.value)
  }
  return ok({ ...query, filters: settled })
}

/** `others`: what else has to hold of the same resource. */
function* looked(type: string, filter: Filter, others: readonly Filter[], visible: Visibility): Steps<Result<Filter>> {
  if (isLooked(filter)) {
    const found = yield* look(type, filter, others, visible)
    return found.ok ? ok({ ...filter, found: found.value }) : found
  }
  if (isBeside(filter) && visible !== 'everything') {
    const found = yield* look(type, filter, [...others, filter], visible)
    return found.ok ? ok({ kind: 'id', values: found.value }) : found
  }
  return yield* beyond(filter, (type, inner) => looked(type, inner, [], visible))
}

/** Identifiers beside a reference are in the index, whatever it leads to: of those that the caller may not read none is found. */
const isBeside = (filter: Filter): filter is TokenFilter => filter.kind === 'token' && filter.param.endsWith(':identifier')

function* look(
  type: string,
  filter: LookedFilter | TokenFilter,
  others: readonly Filter[],
  visible: Visibility,
): Steps<Result<readonly string[]>> {
  const found: string[] = []
  let [read, turn] = [0, 0]
  // One chain within another may look, too: what it finds is settled by its own turn.
  const pages = new LookedPages(simpleQuery(type, others.filter(isPlain), atOnce), visible)
  for (let page = yield* pages.next(); page; page = yield* pages.next()) {
    if (!page.ok) return page
    for (const { id, at, text } of yield* readable(visible, page.value)) {
      read += text!.length
      if (read > turn + slice) {
        turn = read
        yield { rest: true }
      }
      const fits = matcher({ type, id, lastUpdated: Date.parse(at), resource: JSON.parse(text!) })
      if (fits([filter])) found.push(id)
    }
  }
  return ok(found)
}

/** Whether it can be asked as it is: neither it nor anything in it has to look. */
export function isPlain(filter: Filter): boolean {
  if (filter.kind === 'has') return isPlain(filter.filter)
  if (filter.kind === 'chain') return filter.to.every((target) => isPlain(target.filter))
  return !isLooked(filter)
}
