/**
 * When the search parameters are others than those that a store was indexed by, everything that is concerned is indexed anew, some
 * resources at a time, while the gateway serves. Until that is done a search by such a parameter is told so.
 */
import { ok, type Problem, problem } from '../../domain/problem.ts'
import { type Filter, type Query, simpleQuery } from '../../fhir/search/query.ts'
import { resourceTypes } from '../../fhir/types.ts'
import { lookThrough, type Store, write } from '../../store/store.ts'
import type { Context } from '../context.ts'
import type { Later } from '../delivery/courier.ts'
import { Kept } from '../kept.ts'
import { signatures } from './index-signature.ts'

/** Resources of one commit: a few milliseconds of work. */
const slice = 10

/** Milliseconds between two of them. */
const rest = 20

const kind = 'search-index'

interface Progress {
  /** By what it was begun: other parameters begin it again. */
  readonly aim: string
  readonly type: string
  readonly after?: string
}

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
  const next = progress && (await advance(store, progress, types))
  await store.commit(function* () {
    if (next) yield* write(underWay.remember('progress', next))
    else yield* write({ change: 'remember', kind, key: 'parameters', text: whole }, underWay.forget('progress'))
    return ok(undefined)
  })
  if (!next) missing.delete(store)
  return next !== undefined
}

const isEmpty = async (store: Store): Promise<boolean> =>
  (await store.look({ ask: 'history', count: 1, visible: 'everything' })).items.length === 0

async function advance(store: Store, { aim, type, after }: Progress, types: readonly string[]): Promise<Progress | undefined> {
  const page = await store.look({
    ask: 'search',
    query: simpleQuery(type, [], slice),
    visible: 'everything',
    ...(after !== undefined && { after }),
  })
  if (page.items.length > 0) {
    await store.commit(function* () {
      yield* write(...page.items.map(({ id }) => ({ change: 'reindex' as const, type, id })))
      return ok(undefined)
    })
  }
  if (page.next !== undefined) return { aim, type, after: page.next }
  const further = types[types.indexOf(type) + 1]
  return further === undefined ? undefined : { aim, type: further }
}

/**
 * Goes on until all is indexed. Resolves when it is known what is lacking, so that nobody is served before; with the way to stop, which
 * waits for the part under way.
 */
export async function startIndexing(ctx: Context, later: Later): Promise<() => Promise<void>> {
  let stopped = false
  let callOff = (): void => {}
  let running: Promise<unknown> = Promise.resolve()
  const part = (): void => {
    running = indexAnew(ctx)
      .catch(() => {
        ctx.log('background-failed', { tenant: ctx.principal.tenant })
        return false
      })
      .then((more) => {
        if (more && !stopped) callOff = later(rest, part)
      })
  }
  part()
  await running
  return async () => {
    stopped = true
    callOff()
    await running
  }
}

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
