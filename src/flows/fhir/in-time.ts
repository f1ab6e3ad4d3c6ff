/** Matches of several types in one order: by `_lastUpdated`, those of the same moment in the order of the types. */
import { ok, type Result } from '../../domain/problem.ts'
import type { Query } from '../../fhir/search/query.ts'
import { ask, type Steps, type Stored } from '../../store/store.ts'
import { noteSeen } from '../audit/looks.ts'
import type { Context } from '../context.ts'
import { around, Room } from './included.ts'
import type { TypePlace } from './page-link.ts'
import { type SearchAnswer, settled } from './search.ts'

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
/** Characters of a text that is long. */
const long = 100_000

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

/** One page, from a place on; `room`: characters that it may have in all. */
export function* inTime(
  ctx: Context,
  queries: Settled,
  from: TypePlace,
  room = Number.POSITIVE_INFINITY,
): Steps<Result<PageAcross>> {
  const { count } = queries
  const share = room / queries.length
  const sources: Source[] = []
  for (let place = 0; place < queries.length; place++) {
    const query = yield* queries.at(place)
    if (!query.ok) return query
    const next = place === from.place && from.at !== undefined ? from.after : from.start
    sources.push({ place, query: beyond(query.value, place, from), begin: '', taken: 0, pending: [], next })
  }
  const isDescending = sources[0]!.query.sort[0]!.descending
  const found: Taken[] = []
  let left = room
  for (;;) {
    for (const source of sources) {
      if (source.taken < source.pending.length || source.next === undefined) continue
      const { items, next } = yield* pageOf(ctx, source, Math.min(atOnce, count), source.next, share)
      Object.assign(source, { begin: source.next, taken: 0, pending: items.map(heldOf), next })
      yield { rest: true }
    }
    const first = firstOf(sources, isDescending)
    if (first === undefined) return ok({ found: yield* answersTo(ctx, sources, found, room), next: undefined })
    if (found.length === count || left <= 0) break
    const match = yield* textOf(first.pending[first.taken++]!)
    left -= match.text?.length ?? 0
    found.push({ source: first, match })
  }
  const { source, match } = found.at(-1)!
  const after = yield* endOf(ctx, source, share)
  const next = { start: from.start, place: source.place, at: Date.parse(match.at), ...(after !== undefined && { after }) }
  return ok({ found: yield* answersTo(ctx, sources, found, room), next })
}

const pageOf = ({ principal: { visible } }: Context, { query }: Source, count: number, after: string, room: number) =>
  ask({ ask: 'search', query: { ...query, count, total: 'none' }, visible, after, room })

/** What is long waits without its text: many types may have something to offer at once. */
const heldOf = ({ text, ...head }: Stored): Stored => (text === undefined || text.length > long ? head : { ...head, text })

function* textOf(held: Stored): Steps<Stored> {
  const { type, id, version } = held
  return held.text === undefined ? ((yield* ask({ ask: 'version', type, id, version })) ?? held) : held
}

/** Where further pages of a type go on; undefined if there is no more of it. */
function* endOf(ctx: Context, source: Source, share: number): Steps<string | undefined> {
  const { pending, taken, begin } = source
  if (taken === pending.length) return undefined
  // A place is where a page ends: of what was at hand not all was shown.
  return taken === 0 ? begin : (yield* pageOf(ctx, source, taken, begin, share)).next
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
function* answersTo(
  ctx: Context,
  sources: readonly Source[],
  found: readonly Taken[],
  room: number,
): Steps<readonly SearchAnswer[]> {
  noteSeen(ctx, ...found.map(({ match }) => match))
  const besides = new Room(room)
  const bySource = Map.groupBy(found, ({ source }) => source)
  const beside: SearchAnswer[] = []
  for (const source of sources) {
    const matches = (bySource.get(source) ?? []).map(({ match }) => match)
    beside.push({ query: source.query, matches: [], ...(yield* around(ctx, source.query, matches, besides)) })
  }
  const alone = { included: [], isCut: false }
  return [...found.map(({ source, match }) => ({ query: source.query, matches: [match], ...alone })), ...beside]
}
