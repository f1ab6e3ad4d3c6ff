/**
 * Searches over several types: `?_type=Patient,Observation&…`, and over all of a compartment: `Patient/123/*`.
 * https://hl7.org/fhir/R4/search.html#all
 *
 * Type after type, each in its own order; by `_lastUpdated` all together. All pages show what there was at the first one.
 */
import { fail, ok, type Result } from '../../domain/problem.ts'
import { type Compartment, typesOf } from '../../fhir/search/compartment.ts'
import type { Query } from '../../fhir/search/query.ts'
import { isResourceType, resourceTypes } from '../../fhir/types.ts'
import { ask, lookThrough, type Steps } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { allowed } from './allowed.ts'
import { type Asked, hasValue } from './asked.ts'
import { inTime, type PageAcross, Settled } from './in-time.ts'
import { Room } from './included.ts'
import { goingOn, placeIn, type TypePlace } from './page-link.ts'
import { answerTo, type SearchAnswer, searchOf, sizeOf } from './search.ts'
import { type Answers, answersOf } from './searchset.ts'

/** Below the base: where it is asked. */
export const pathAcross = (within: Compartment | undefined): string => (within ? `${within.type}/${within.id}/*` : '')

/** A page as the text of a Bundle. Parameters are those that the types have in common; `_type` chooses among these. */
export async function pageAcross(
  ctx: Context,
  within: Compartment | undefined,
  { pairs: given, ...wish }: Asked,
): Promise<Result<string>> {
  const path = pathAcross(within)
  const goes = await goingOn(ctx, path, given)
  if (!goes.ok) return goes
  const { pairs, after } = goes.value
  const answers = await lookThrough(ctx.store, searchingAcross(ctx, within, { ...wish, pairs }, after), ctx.pause)
  return answers.ok ? ok(await answersOf(ctx, path, pairs, answers.value)) : answers
}

/** As steps: inside a commit they see what it has written. */
export function* searchingAcross(
  ctx: Context,
  within: Compartment | undefined,
  { pairs: given, lenient, room }: Asked,
  after?: string,
): Steps<Result<Answers>> {
  const types = typesAsked(ctx, within, given.filter(hasValue))
  if (!types.ok) return types
  const asked: Query[] = []
  const common = given.filter(([name]) => name !== '_type')
  // What one type does not understand is told at once, not on the page that comes to it.
  for (const type of types.value) {
    const query = searchOf(ctx, { type, pairs: common, lenient, ...(within && { within }) })
    if (!query.ok) return query
    asked.push(query.value)
  }
  const [first] = asked
  if (first === undefined) return ok({ found: [] })
  const { sort, count, total } = first
  if (sort.length > 1 || sort.some(({ kind }) => kind !== 'lastUpdated'))
    return fail('not-supported', 'Several types have one order in common: _lastUpdated.')
  const from = after === undefined ? { start: yield* ask({ ask: 'beginning' }), place: 0 } : placeIn(after)
  const queries = new Settled(ctx, asked)
  const number = total === 'accurate' ? yield* numberOf(ctx, queries, from.start) : ok(undefined)
  if (!number.ok) return number
  const counted = number.value === undefined ? {} : { total: number.value }
  if (count === 0) return ok({ found: [], ...counted })
  const page = yield* sort.length > 0 ? inTime(ctx, queries, from, room) : inTurn(ctx, queries, from, room)
  if (!page.ok) return page
  const { found, next } = page.value
  return ok({ found, ...counted, ...(next && { next: JSON.stringify(next) }) })
}

/** Of all types together. */
function* numberOf(ctx: Context, queries: Settled, start: string): Steps<Result<number>> {
  let number = 0
  for (let place = 0; place < queries.length; place++) {
    const query = yield* queries.at(place)
    if (!query.ok) return query
    const { visible } = ctx.principal
    const page = yield* ask({ ask: 'search', query: { ...query.value, count: 0 }, visible, after: start })
    number += page.total ?? 0
    yield { rest: true }
  }
  return ok(number)
}

/** One type after the other. */
function* inTurn(ctx: Context, queries: Settled, from: TypePlace, room = Number.POSITIVE_INFINITY): Steps<Result<PageAcross>> {
  const { start } = from
  const found: SearchAnswer[] = []
  const besides = new Room(room)
  let { place, after = start } = from
  for (let [count, left] = [queries.count, room]; count > 0 && left > 0 && place < queries.length; yield { rest: true }) {
    const query = yield* queries.at(place)
    if (!query.ok) return query
    const answer = yield* answerTo(ctx, { ...query.value, count, total: 'none' }, { after, room: left }, besides)
    found.push(answer)
    count -= answer.matches.length
    left -= sizeOf(answer.matches)
    after = answer.next ?? start
    if (answer.next === undefined) place++
  }
  return ok({ found, next: place < queries.length ? { start, place, after } : undefined })
}

/** Those that the asker may search: of all that there are, or exactly those that are named. */
function typesAsked(ctx: Context, within: Compartment | undefined, pairs: Asked['pairs']): Result<readonly string[]> {
  const all = within ? typesOf(within) : ok(resourceTypes)
  if (!all.ok) return all
  const listed = pairs.filter(([name]) => name === '_type').flatMap(([, value]) => value.split(','))
  if (listed.some((type) => !isResourceType(type))) return fail('invalid', '_type names what is no resource type of FHIR R4.')
  const may = allowed(ctx, 'search-type', ...listed)
  if (!may.ok) return may
  const types = all.value.filter((type) => (listed.length === 0 ? allowed(ctx, 'search-type', type).ok : listed.includes(type)))
  return types.length === 0 && listed.length === 0
    ? fail('forbidden', 'The scopes granted do not permit to search any type.')
    : ok(types)
}
