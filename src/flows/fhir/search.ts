/** search: a page of matches, with what rides along. https://hl7.org/fhir/R4/search.html */
import { ok, type Result } from '../../domain/problem.ts'
import { belongsTo, type Compartment } from '../../fhir/search/compartment.ts'
import { parseSearch } from '../../fhir/search/parse.ts'
import type { Query } from '../../fhir/search/query.ts'
import { ask, lookThrough, type Steps, type Stored } from '../../store/store.ts'
import { noteQuery, noteSeen } from '../audit/looks.ts'
import type { Context } from '../context.ts'
import { allowed, mayLookFor } from './allowed.ts'
import { ambiguous } from './ambiguous.ts'
import { withDefinitions } from './canonical-chains.ts'
import { withCodes } from './concepts.ts'
import { around, type Included, Room } from './included.ts'
import { notIndexed } from './indexing.ts'
import { withLooks } from './looked-at.ts'

export interface SearchAsk {
  readonly type: string
  /** Only what belongs to this compartment. */
  readonly within?: Compartment
  readonly pairs: readonly (readonly [string, string])[]
  readonly lenient?: boolean
  readonly after?: string
  /** Characters of the matches of a page, which ends with the one that fills it, and of what is included. */
  readonly room?: number
}

export interface SearchAnswer extends Included {
  readonly within?: Compartment
  readonly query: Query
  readonly matches: readonly Stored[]
  readonly next?: string
  readonly total?: number
}

/** The query that was asked for, if it may be asked. */
export function searchOf(ctx: Context, asked: SearchAsk): Result<Query> {
  const may = allowed(ctx, 'search-type', asked.type)
  if (!may.ok) return may
  const query = parseSearch(asked.type, asked.pairs, {
    mayBeEmpty: true,
    lenient: asked.lenient ?? false,
    base: `${ctx.settings.baseUrl}/fhir`,
    now: ctx.clock(),
  })
  if (!query.ok) return query
  const member = asked.within && belongsTo(asked.within, asked.type)
  if (member && !member.ok) return member
  const through = mayLookFor(ctx, asked.type, query.value)
  if (!through.ok) return through
  noteQuery(ctx, asked.type, query.value.given)
  return member ? ok({ ...query.value, filters: [member.value, ...query.value.filters] }) : query
}

/** Characters of these, together. */
export const sizeOf = (some: readonly Stored[]): number => some.reduce((sum, { text = '' }) => sum + text.length, 0)

/** Outside of a commit. */
export const searchResources = (ctx: Context, asked: SearchAsk): Promise<Result<SearchAnswer>> =>
  lookThrough(ctx.store, searching(ctx, asked), ctx.pause)

/** As steps: inside a commit they see what it has written. */
export function* searching(ctx: Context, asked: SearchAsk): Steps<Result<SearchAnswer>> {
  const parsed = searchOf(ctx, asked)
  const query = parsed.ok ? yield* settled(ctx, parsed.value) : parsed
  if (!query.ok) return query
  const answer = yield* answerTo(ctx, query.value, asked)
  return ok({ ...answer, ...(asked.within && { within: asked.within }) })
}

/** A query as the store can answer it: concepts are known by their codes, and what no index knows has been looked for. */
export function* settled(ctx: Context, query: Query): Steps<Result<Query>> {
  const doubt = yield* ambiguous(ctx, query.filters)
  if (doubt) return doubt
  const coded = yield* withCodes(query)
  if (!coded.ok) return coded
  const lacking = notIndexed(ctx.store, coded.value)
  if (lacking) return { ok: false, problem: lacking }
  const { visible } = ctx.principal
  const named = yield* withDefinitions(coded.value, visible)
  return named.ok ? yield* withLooks(named.value, visible) : named
}

/** A page, and what belongs to it, of a query that is settled. */
export function* answerTo(
  ctx: Context,
  query: Query,
  { after, room }: Pick<SearchAsk, 'after' | 'room'>,
  besides = new Room(room),
): Steps<SearchAnswer> {
  const page = yield* ask({
    ask: 'search',
    query,
    visible: ctx.principal.visible,
    ...(after !== undefined && { after }),
    ...(room !== undefined && { room }),
  })
  noteSeen(ctx, ...page.items)
  return {
    query,
    matches: page.items,
    ...(yield* around(ctx, query, page.items, besides)),
    ...(page.next !== undefined && { next: page.next }),
    ...(page.total !== undefined && { total: page.total }),
  }
}
