/**
 * When the search parameters are others than those that a store was indexed by, everything that is concerned is indexed anew, some
 * resources at a time, while the gateway serves. Until that is done a search by such a parameter is told so.
 */
import { type Problem, problem } from '../../domain/problem.ts'
import type { Filter, Query } from '../../fhir/search/query.ts'
import { resourceTypes } from '../../fhir/types.ts'
import { carryOut, lookThrough, type Store, type Stored, write } from '../../store/store.ts'
import type { Context } from '../context.ts'
import type { Later } from '../delivery/courier.ts'
import { Kept } from '../kept.ts'
import { advance, isEmpty, type Progress, startParts } from './anew.ts'
import { signatures } from './index-signature.ts'

const kind = 'search-index'

const underWay = new Kept<Progress>(kind)

/** Parameters that a store's index does not have yet, by `Type.code`. */
const missing = new WeakMap<Store, ReadonlySet<string>>()

/** Does a part of what is to be done; answers whether there is more. */
export async function indexAnew(ctx: Context): Promise<boolean> {
  const { store } = ctx
  const { byName: now, whole, short: aim } = signatures()
  const before = await store.look({ ask: 'record', kind, key: 'parameters' })
  const had: Readonly<Record<string, string>> = before === undefined ? now : JSON.parse(before)
  const changed = Object.keys(now).filter((name) => had[name] !== now[name])
  if (before === whole) {
    missing.delete(store)
    return false
  }
  missing.set(store, new Set(changed))
  const types = (await isEmpty(store))
    ? []
    : before === undefined || changed.includes('')
      ? resourceTypes
      : [...new Set(changed.map((name) => name.split('.')[0]!))]
  const known = await lookThrough(store, underWay.of('progress'))
  const progress: Progress | undefined = known?.aim === aim ? known : types[0] === undefined ? undefined : { aim, type: types[0] }
  const next = progress && (await advance(store, progress, (items) => reindex(store, items), types))
  await carryOut(store, function* () {
    if (next) yield* write(underWay.remember('progress', next))
    else yield* write({ change: 'remember', kind, key: 'parameters', text: whole }, underWay.forget('progress'))
  })
  if (!next) missing.delete(store)
  return next !== undefined
}

const reindex = (store: Store, items: readonly Stored[]) =>
  carryOut(store, () => write(...items.map(({ type, id }) => ({ change: 'reindex' as const, type, id }))))

/** Resolves when it is known what is lacking, so that nobody is served before. */
export const startIndexing = (ctx: Context, later: Later) => startParts(ctx, later, indexAnew)

/** What is to be told to whom searches by a parameter whose index is not complete. */
export function notIndexed(store: Store, { type, filters, sort }: Query): Problem | undefined {
  const lacking = missing.get(store)
  if (lacking === undefined || lacking.size === 0) return undefined
  const names = [...filters.flatMap((filter) => namesIn(type, filter)), ...sort.map(({ param }) => `${type}.${param}`)]
  const found = names.find((name) => lacking.has(name))
  return found === undefined
    ? undefined
    : problem('unavailable', `The index of ${found} is being made: search by it in a while.`, { retryAfter: 60 })
}

/** The parameters that a filter asks by. */
function namesIn(type: string, filter: Filter): readonly string[] {
  switch (filter.kind) {
    case 'id':
    case 'lastUpdated':
    case 'words':
    case 'near':
      return []
    case 'not':
      return namesIn(type, filter.filter)
    case 'any':
      return filter.of.flatMap((list) => list.flatMap((each) => namesIn(type, each)))
    case 'together':
      return filter.filters.flatMap((each) => namesIn(type, each))
    case 'chain':
      return [`${type}.${filter.param}`, ...filter.to.flatMap((to) => namesIn(to.type, to.filter))]
    case 'has':
      return [`${filter.type}.${filter.param}`, ...namesIn(filter.type, filter.filter)]
    default:
      return [`${type}.${filter.param.split(/[:#]/)[0]}`]
  }
}
