/** Matches of several types in one order: by `_lastUpdated`, those of the same moment in the order of the types. */
import { ok, type Result } from '../../domain/problem.ts'
import type { Query } from '../../fhir/search/query.ts'
import { ask, type Steps, type Stored } from '../../store/store.ts'
import type { Context } from '../context.ts'
import type { TypePlace } from './page-link.ts'
import { around, type SearchAnswer, settled } from './search.ts'

/** The queries of the types, each made ready when it is needed, once. */
export class Settled {
  readonly #ctx: Context
  readonly #asked: readonly Query[]
  readonly #ready: Result<Query>[] = []
  readonly length: number
  readonly count: number

  constructor(ctx: Context, asked: readonly Query[]) {
    this.#ctx = ctx
    this.#asked = asked
    this.length = asked.length
    this.count = asked[0]!.count
  }

  *at(place: number): Steps<Result<Query>> {
    this.#ready[place] ??= yield* settled(this.#ctx, this.#asked[place]!)
    return this.#ready[place]
  }
}

export interface PageAcross {
  readonly found: readonly SearchAnswer[]
  readonly next: TypePlace | undefined
}

/** So many of a type are asked for together. */
const atOnce = 50

/** What a type has to offer, asked for as it is needed. */
interface Source {
  readonly place: number
  readonly query: Query
  /** Where what is at hand begins, and how much of it is taken. */
  begin: string
  taken: number
  pending: readonly Stored[]
  /** Where there is more. */
  next: string | undefined
}

interface Taken {
  readonly source: Source
  readonly match: Stored
}

export function* inTime(ctx: Context, queries: Settled, from: TypePlace): Steps<Result<PageAcross>> {
  const { count } = queries
  const sources: Source[] = []
  for (let place = 0; place < queries.length; place++) {
    const query = yield* queries.at(place)
    if (!query.ok) return query
    const next = place === from.place && from.at !== undefined ? from.after : from.start
    sources.push({ place, query: beyond(query.value, place, from), begin: '', taken: 0, pending: [], next })
  }
  const isDescending = sources[0]!.query.sort[0]!.descending
  const found: Taken[] = []
  for (let i = 0; i <= count; i++) {
    for (const source of sources) {
      if (source.taken < source.pending.length || source.next === undefined) continue
      const { items, next } = yield* pageOf(ctx, source, Math.min(atOnce, count), source.next)
      Object.assign(source, { begin: source.next, taken: 0, pending: items, next })
      yield { rest: true }
    }
    const first = firstOf(sources, isDescending)
    if (first === undefined) return ok({ found: yield* answersTo(ctx, sources, found), next: undefined })
    if (i < count) found.push({ source: first, match: first.pending[first.taken++]! })
  }
  const { source, match } = found.at(-1)!
  const after = yield* endOf(ctx, source)
  const next = { start: from.start, place: source.place, at: Date.parse(match.at), ...(after !== undefined && { after }) }
  return ok({ found: yield* answersTo(ctx, sources, found), next })
}

const pageOf = ({ principal: { visible } }: Context, { query }: Source, count: number, after: string) =>
  ask({ ask: 'search', query: { ...query, count, total: 'none' }, visible, after })

/** Where further pages of a type go on; undefined if there is no more of it. */
function* endOf(ctx: Context, source: Source): Steps<string | undefined> {
  const { pending, taken, begin } = source
  if (taken === pending.length) return undefined
  // A place is where a page ends: of what was at hand not all was shown.
  return taken === 0 ? begin : (yield* pageOf(ctx, source, taken, begin)).next
}

/** The source of what comes next; undefined when there is nothing left. */
function firstOf(sources: readonly Source[], isDescending: boolean): Source | undefined {
  let best: Source | undefined
  let at = ''
  for (const source of sources) {
    const head = source.pending[source.taken]?.at
    if (head === undefined) continue
    if (best === undefined || (isDescending ? head > at : head < at)) [best, at] = [source, head]
  }
  return best
}

/** Of the types around that in which the last page ended, what comes after its end. */
function beyond(query: Query, place: number, { place: last, at }: TypePlace): Query {
  if (at === undefined || place === last) return query
  const isDescending = query.sort[0]!.descending
  const prefix = place < last ? (isDescending ? 'lt' : 'gt') : isDescending ? 'le' : 'ge'
  return { ...query, filters: [...query.filters, { kind: 'lastUpdated', values: [{ prefix, lo: at, hi: at }] }] }
}

/** In the order of the matches; beside them, by type, what belongs to them. */
function* answersTo(ctx: Context, sources: readonly Source[], found: readonly Taken[]): Steps<readonly SearchAnswer[]> {
  const bySource = Map.groupBy(found, ({ source }) => source)
  const beside: SearchAnswer[] = []
  for (const source of sources) {
    const matches = (bySource.get(source) ?? []).map(({ match }) => match)
    beside.push({ query: source.query, matches: [], ...(yield* around(ctx, source.query, matches)) })
  }
  const alone = { included: [], isCut: false }
  return [...found.map(({ source, match }) => ({ query: source.query, matches: [match], ...alone })), ...beside]
}
