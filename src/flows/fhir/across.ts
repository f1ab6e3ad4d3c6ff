/** `Patient/123/*`: a search over all types of a compartment, one after the other. https://hl7.org/fhir/R4/http.html#vsearch */
import { fail, ok, type Result } from '../../domain/problem.ts'
import { type Compartment, typesOf } from '../../fhir/search/compartment.ts'
import { isResourceType } from '../../fhir/types.ts'
import { lookThrough, type Steps } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { allowed } from './allowed.ts'
import type { Asked } from './asked.ts'
import { goingOn, placeIn, type TypePlace } from './page-link.ts'
import { type SearchAnswer, searching, searchOf } from './search.ts'
import { type Answers, answersOf } from './searchset.ts'

/** A page as the text of a Bundle. Parameters are those that the types have in common; `_type` chooses among these. */
export async function compartmentPage(ctx: Context, within: Compartment, { lenient, ...asked }: Asked): Promise<Result<string>> {
  const path = `${within.type}/${within.id}/*`
  const goes = await goingOn(ctx, path, asked.pairs)
  if (!goes.ok) return goes
  const { pairs, after } = goes.value
  const from = placeIn(after)
  const answers = await lookThrough(ctx.store, across(ctx, within, { pairs, lenient }, from), ctx.pause)
  return answers.ok ? ok(await answersOf(ctx, path, pairs, answers.value)) : answers
}

function* across(ctx: Context, within: Compartment, { pairs, lenient }: Asked, from: TypePlace): Steps<Result<Answers>> {
  const types = typesAsked(ctx, within, pairs)
  if (!types.ok) return types
  const rest = pairs.filter(([name]) => name !== '_type')
  if (rest.some(([name]) => name === '_sort')) return fail('not-supported', 'Several types have no order in common.')
  const ask = (type: string, size: number, after: string | null) => ({
    type,
    within,
    pairs: [...rest.filter(([name]) => name !== '_count'), ['_count', String(size)] as const],
    lenient,
    ...(after !== null && { after }),
  })
  let [size, isCounted] = [0, false]
  // What one type does not understand is told at once, not on the page that comes to it.
  for (const type of types.value) {
    const query = searchOf(ctx, { type, within, pairs: rest, lenient })
    if (!query.ok) return query
    size = query.value.count
    isCounted = query.value.total === 'accurate'
  }
  let total = 0
  for (const type of isCounted ? types.value : []) {
    const counted = yield* searching(ctx, ask(type, 0, null))
    if (!counted.ok) return counted
    total += counted.value.total ?? 0
  }
  const found: SearchAnswer[] = []
  let [place, after] = from
  for (let room = size; room > 0 && place < types.value.length; ) {
    const answer = yield* searching(ctx, ask(types.value[place]!, room, after))
    if (!answer.ok) return answer
    found.push(answer.value)
    room -= answer.value.matches.length
    after = answer.value.next ?? null
    if (after === null) place++
  }
  const next = size > 0 && place < types.value.length ? JSON.stringify([place, after]) : undefined
  return ok({ found, ...(isCounted && { total }), ...(next !== undefined && { next }) })
}

/** Those that the asker may search. */
function typesAsked(ctx: Context, within: Compartment, pairs: Asked['pairs']): Result<readonly string[]> {
  const all = typesOf(within)
  if (!all.ok) return all
  const listed = pairs.filter(([name]) => name === '_type').flatMap(([, value]) => value.split(','))
  if (listed.some((type) => !isResourceType(type))) return fail('invalid', '_type names what is no resource type of FHIR R4.')
  return ok(all.value.filter((type) => (listed.length === 0 || listed.includes(type)) && allowed(ctx, 'search-type', type).ok))
}
