/** search, with what the matches refer to and what refers to them. https://hl7.org/fhir/R4/search.html */
import { ok, type Result } from '../../domain/problem.ts'
import { parseReference, referencesIn } from '../../fhir/reference.ts'
import { typesWithin } from '../../fhir/search/chains.ts'
import { belongsTo, type Compartment } from '../../fhir/search/compartment.ts'
import { targetsOf } from '../../fhir/search/include.ts'
import { parseSearch } from '../../fhir/search/parse.ts'
import { type Include, type Query, simpleQuery } from '../../fhir/search/query.ts'
import { ask, askAll, lookThrough, type Steps, type Stored } from '../../store/store.ts'
import { noteQuery, noteSeen } from '../audit/looks.ts'
import type { Context } from '../context.ts'
import { storedValue } from '../keep.ts'
import { allowed } from './allowed.ts'
import { withCodes } from './concepts.ts'
import { notIndexed } from './indexing.ts'
import { withLooks } from './looked-at.ts'
import { visible } from './visible.ts'

export interface SearchAsk {
  readonly type: string
  /** Only what belongs to this compartment. */
  readonly within?: Compartment
  readonly pairs: readonly (readonly [string, string])[]
  readonly lenient?: boolean
  readonly after?: string
}

export interface SearchAnswer {
  readonly within?: Compartment
  readonly query: Query
  readonly matches: readonly Stored[]
  readonly included: readonly Stored[]
  /** There would have been more to include. */
  readonly isCut: boolean
  readonly next?: string
  readonly total?: number
}

/** At most this many resources ride along with a page. */
export const mostIncluded = 1000

/** The query that was asked for, if it may be asked. */
export function searchOf(ctx: Context, asked: SearchAsk): Result<Query> {
  const may = allowed(ctx, 'search-type', asked.type)
  if (!may.ok) return may
  const query = parseSearch(asked.type, asked.pairs, {
    lenient: asked.lenient ?? false,
    base: `${ctx.settings.baseUrl}/fhir`,
    now: ctx.clock(),
  })
  if (!query.ok) return query
  const member = asked.within && belongsTo(asked.within, asked.type)
  if (member && !member.ok) return member
  // A chain tells something of whatever it leads through.
  for (const type of query.value.filters.flatMap(typesWithin)) {
    const through = allowed(ctx, 'search-type', type)
    if (!through.ok) return through
  }
  noteQuery(ctx, asked.type, query.value.given)
  return member ? ok({ ...query.value, filters: [member.value, ...query.value.filters] }) : query
}

/** Outside of a commit. */
export const searchResources = (ctx: Context, asked: SearchAsk): Promise<Result<SearchAnswer>> =>
  lookThrough(ctx.store, searching(ctx, asked), ctx.pause)

/** As steps: inside a commit they see what it has written. */
export function* searching(ctx: Context, asked: SearchAsk): Steps<Result<SearchAnswer>> {
  const parsed = searchOf(ctx, asked)
  const query = parsed.ok ? yield* settled(ctx, parsed.value) : parsed
  if (!query.ok) return query
  const answer = yield* answerTo(ctx, query.value, asked.after)
  return ok({ ...answer, ...(asked.within && { within: asked.within }) })
}

/** A query as the store can answer it: concepts are known by their codes, and what no index knows has been looked for. */
export function* settled(ctx: Context, query: Query): Steps<Result<Query>> {
  const coded = yield* withCodes(query)
  if (!coded.ok) return coded
  const lacking = notIndexed(ctx.store, coded.value)
  return lacking ? { ok: false, problem: lacking } : yield* withLooks(coded.value, ctx.principal.visible)
}

/** A page, and what belongs to it, of a query that is settled. */
export function* answerTo(ctx: Context, query: Query, after?: string): Steps<SearchAnswer> {
  const page = yield* ask({ ask: 'search', query, visible: ctx.principal.visible, ...(after !== undefined && { after }) })
  noteSeen(ctx, ...page.items)
  return {
    query,
    matches: page.items,
    ...(yield* around(ctx, query, page.items)),
    ...(page.next !== undefined && { next: page.next }),
    ...(page.total !== undefined && { total: page.total }),
  }
}

/** `_include` follows references out of the matches, `_revinclude` into them; `:iterate` goes on from what was found. */
export function* around(ctx: Context, query: Query, matches: readonly Stored[]): Steps<Pick<SearchAnswer, 'included' | 'isCut'>> {
  const seen = new Set(matches.map(keyOf))
  const included: Stored[] = []
  let isCut = false
  const take = ({ items, isWhole }: Related): Stored[] => {
    const fresh = items.filter(
      (one) => one.text !== undefined && !seen.has(keyOf(one)) && visible(ctx, one) && allowed(ctx, 'read', one.type).ok,
    )
    const room = fresh.slice(0, mostIncluded - included.length)
    if (!isWhole || room.length < fresh.length) isCut = true
    for (const one of room) seen.add(keyOf(one))
    included.push(...room)
    noteSeen(ctx, ...room)
    return room
  }
  let from = matches
  for (let round = 0; from.length > 0 && !isCut && round < 10; round++) {
    const next: Stored[] = []
    for (const rule of query.include) if (round === 0 || rule.iterate) next.push(...take(yield* referredBy(rule, from)))
    for (const rule of query.revinclude) if (round === 0 || rule.iterate) next.push(...take(yield* referringTo(ctx, rule, from)))
    from = next
  }
  return { included, isCut }
}

interface Related {
  readonly items: readonly Stored[]
  readonly isWhole: boolean
}

const keyOf = (stored: Stored): string => `${stored.type}/${stored.id}`

function* referredBy(rule: Include, from: readonly Stored[]): Steps<Related> {
  const wanted = new Set<string>()
  for (const stored of from) {
    const value = rule.source === stored.type ? storedValue<object>(stored) : undefined
    if (!value) continue
    const targets = rule.param === '*' ? referencesIn(value).map((one) => one.reference) : targetsOf(value, rule.param)
    for (const target of targets) {
      const parsed = parseReference(target)
      if (parsed.kind === 'relative' && (rule.target === undefined || rule.target === parsed.type))
        wanted.add(`${parsed.type}/${parsed.id}`)
    }
  }
  const found = yield* askAll(
    [...wanted].slice(0, mostIncluded).map((key) => {
      const [type = '', id = ''] = key.split('/')
      return { ask: 'resource' as const, type, id }
    }),
  )
  return { items: found.filter((one) => one !== undefined), isWhole: wanted.size <= mostIncluded }
}

function* referringTo(ctx: Context, rule: Include, from: readonly Stored[]): Steps<Related> {
  const values = from.filter((one) => rule.target === undefined || rule.target === one.type).map(keyOf)
  if (values.length === 0) return { items: [], isWhole: true }
  const query = simpleQuery(rule.source, [{ kind: 'reference', param: rule.param, values }], mostIncluded)
  const { items, next } = yield* ask({ ask: 'search', query, visible: ctx.principal.visible })
  return { items, isWhole: next === undefined }
}
