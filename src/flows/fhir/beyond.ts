/** What chains and `_has` lead to, settled before the store is asked. */
import { ok, type Result } from '../../domain/problem.ts'
import type { Filter } from '../../fhir/search/query.ts'
import type { Steps } from '../../store/store.ts'

/** The same filter, with what it asks of others settled; any other as it is. `type`: of what is asked. */
export function* beyond(filter: Filter, settle: (type: string, filter: Filter) => Steps<Result<Filter>>): Steps<Result<Filter>> {
  if (filter.kind === 'has') {
    const inner = yield* settle(filter.type, filter.filter)
    return inner.ok ? ok({ ...filter, filter: inner.value }) : inner
  }
  if (filter.kind !== 'chain') return ok(filter)
  const to: { type: string; filter: Filter }[] = []
  for (const target of filter.to) {
    const inner = yield* settle(target.type, target.filter)
    if (!inner.ok) return inner
    to.push({ ...target, filter: inner.value })
  }
  return ok({ ...filter, to })
}
