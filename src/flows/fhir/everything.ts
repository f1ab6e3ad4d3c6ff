/** `Patient/[id]/$everything`: a patient's compartment, and what it refers to outside of it. https://hl7.org/fhir/R4/patient-operation-everything.html */
import { fail, ok, type Result } from '../../domain/problem.ts'
import { type SearchsetEntry, searchset } from '../../fhir/bundle.ts'
import { readJson } from '../../fhir/exact.ts'
import { compartmentTable } from '../../fhir/generated/search-parameters.ts'
import { rendering } from '../../fhir/interactions.ts'
import { parametersIn } from '../../fhir/parameters.ts'
import { eachReference, parseReference } from '../../fhir/reference.ts'
import { dateRange } from '../../fhir/search/date-range.ts'
import { searchLimits } from '../../fhir/search/limits.ts'
import { mainDate } from '../../fhir/search/main-date.ts'
import { patientsOf } from '../../fhir/search/patients-of.ts'
import { type Filter, simpleQuery } from '../../fhir/search/query.ts'
import { isResourceType } from '../../fhir/types.ts'
import { seeing, type View } from '../../fhir/view.ts'
import { ask, lookThrough, restAfter, type Steps, type Stored } from '../../store/store.ts'
import { noteSeen } from '../audit/looks.ts'
import type { Context } from '../context.ts'
import { storedValue } from '../next-version.ts'
import { allowed } from './allowed.ts'
import { type Asked, hasValue, parametersOf } from './asked.ts'
import { type Included, named, Room } from './included.ts'
import { goingOn, linksOf, placeIn, type TypePlace } from './page-link.ts'
import { reading } from './read.ts'
import { readableNow } from './redaction.ts'
import { sizeOf } from './search.ts'
import { cut, outcome } from './searchset.ts'
import { visible } from './visible.ts'

const known = ['start', 'end', '_since', '_type', '_count'] as const
const understood: readonly string[] = [...known, '_summary', '_elements', ...rendering]

interface Wanted {
  readonly types: readonly string[]
  /** Also what is outside of the compartment. */
  readonly isWhole: boolean
  /** Filters that hold for all types alike. */
  readonly shared: readonly Filter[]
  /** Care dates, milliseconds. */
  readonly lo: number | undefined
  readonly hi: number | undefined
  readonly count: number
  /** Characters. */
  readonly room: number
  readonly view: View
}

/** A page as the text of a Bundle. Parameters come in the URL, or (POST) as Parameters. */
export async function everything(ctx: Context, id: string, body: Uint8Array, asked: Asked): Promise<Result<string>> {
  const given = await givenOf(ctx, id, body, asked)
  if (!given.ok) return given
  const { pairs, from } = given.value
  const page = await lookThrough(ctx.store, gathering(ctx, id, { ...asked, pairs }, from), ctx.pause)
  return page.ok ? ok(await everythingText(ctx, id, pairs, page.value)) : page
}

/** As steps: inside a commit they see what it has written. */
export function* gathering(ctx: Context, id: string, asked: Asked, from?: TypePlace): Steps<Result<Found>> {
  const patient = yield* reading(ctx, 'Patient', id)
  if (!patient.ok) return patient
  const wanted = wantedOf(ctx, asked)
  return wanted.ok ? ok(yield* pageOf(ctx, id, wanted.value, from)) : wanted
}

/** A page as the text of a Bundle. */
export async function everythingText(ctx: Context, id: string, pairs: Asked['pairs'], page: Found): Promise<string> {
  const entries = async (mode: SearchsetEntry['mode'], items: readonly Stored[]) =>
    lookThrough(ctx.store, entriesOf(ctx, mode, await readableNow(ctx, items), page.view), ctx.pause)
  const found = await entries('match', page.found)
  const around = await entries('include', page.included)
  const told = page.isCut ? outcome([{ ...cut, path: '$everything' }]) : []
  const meant = pairs.filter(([name]) => understood.includes(name))
  const links = await linksOf(ctx, pathOf(id), meant, page.next && JSON.stringify(page.next))
  return searchset([...told, ...found, ...around], links)
}

function* entriesOf(
  ctx: Context,
  mode: SearchsetEntry['mode'],
  items: readonly Stored[],
  view: View,
): Steps<readonly SearchsetEntry[]> {
  const made: SearchsetEntry[] = []
  for (const { type, id, text } of items) {
    made.push({ fullUrl: `${ctx.settings.baseUrl}/fhir/${type}/${id}`, mode, resource: yield* seeing(text!, view) })
    yield* restAfter(text!)
  }
  return made
}

interface Given {
  readonly pairs: Asked['pairs']
  readonly from?: TypePlace
}

const pathOf = (id: string): string => `Patient/${id}/$everything`

/** What was asked at first, and how far its pages have come. */
async function givenOf(ctx: Context, id: string, body: Uint8Array, { pairs }: Asked): Promise<Result<Given>> {
  const goes = await goingOn(ctx, pathOf(id), pairs)
  if (!goes.ok) return goes
  const { after } = goes.value
  if (after !== undefined) return ok({ pairs: goes.value.pairs, from: placeIn(after) })
  if (body.length === 0) return ok({ pairs })
  const read = readJson(body, { bytes: body.length })
  if (!read.ok) return read
  return ok({ pairs: [...pairs, ...parametersIn(read.value.text)] })
}

function wantedOf(ctx: Context, asked: Asked): Result<Wanted> {
  // _type may be given several times, as Parameters give it.
  const listed = asked.pairs.filter((pair) => pair[0] === '_type' && hasValue(pair)).flatMap(([, value]) => value.split(','))
  const parameters = parametersOf({ ...asked, pairs: asked.pairs.filter(([name]) => name !== '_type') }, known)
  if (!parameters.ok) return parameters
  const { view, own } = parameters.value
  const { start, end, _since: since, _count: count = String(searchLimits.maxCount) } = own
  if (listed.some((type) => !isResourceType(type))) return fail('invalid', '_type names what is no resource type of FHIR R4.')
  if (!/^[1-9]\d{0,8}$/.test(count)) return fail('invalid', '_count has to be a whole number from 1.')
  for (const [name, text] of Object.entries({ start, end, _since: since })) {
    if (text !== undefined && !dateRange(text)) return fail('invalid', `${name} has to be a date or an instant.`)
  }
  const after = since === undefined ? undefined : dateRange(since)!
  const types = ['Patient', ...Object.keys(compartmentTable.Patient ?? {}).filter((type) => type !== 'Patient')]
  return ok({
    types: types.filter((type) => (listed.length === 0 || listed.includes(type)) && allowed(ctx, 'search-type', type).ok),
    isWhole: listed.length === 0,
    shared: after ? [{ kind: 'lastUpdated', values: [{ prefix: 'ge', ...after }] }] : [],
    lo: start === undefined ? undefined : dateRange(start)!.lo,
    hi: end === undefined ? undefined : dateRange(end)!.hi,
    count: Math.min(Number(count), searchLimits.maxCount),
    room: asked.room ?? Number.POSITIVE_INFINITY,
    view,
  })
}

interface Found extends Included {
  readonly found: readonly Stored[]
  readonly next: TypePlace | undefined
  readonly view: View
}

/** Type by type, each in the store's own order; all pages show what there was at the first one. */
function* pageOf(ctx: Context, id: string, wanted: Wanted, from: TypePlace | undefined): Steps<Found> {
  const found: Stored[] = []
  const { start } = from ?? { start: yield* ask({ ask: 'beginning' }) }
  let { place, after = start } = from ?? { place: 0 }
  let { room } = wanted
  while (place < wanted.types.length && found.length < wanted.count && room > 0) {
    const query = simpleQuery(wanted.types[place]!, filtersOf(wanted.types[place]!, id, wanted), wanted.count - found.length)
    const page = yield* ask({ ask: 'search', query, visible: ctx.principal.visible, after, room })
    found.push(...page.items)
    room -= sizeOf(page.items)
    noteSeen(ctx, ...page.items)
    yield { rest: true }
    after = page.next ?? start
    if (page.next === undefined) place++
  }
  return {
    found,
    ...(yield* namedBy(ctx, found, wanted)),
    next: place < wanted.types.length ? { start, place, after } : undefined,
    view: wanted.view,
  }
}

function filtersOf(type: string, id: string, { shared, lo, hi }: Wanted): readonly Filter[] {
  if (type === 'Patient') return [{ kind: 'id', values: [id] }, ...shared]
  const params = compartmentTable.Patient?.[type] ?? []
  const own: Filter = { kind: 'any', of: params.map((param) => [{ kind: 'reference', param, values: [`Patient/${id}`] }]) }
  const date = lo === undefined && hi === undefined ? undefined : mainDate(type)
  if (date === undefined) return [own, ...shared]
  const within: Filter[] = []
  if (lo !== undefined) within.push({ kind: 'date', param: date, values: [{ prefix: 'ge', lo, hi: lo }] })
  if (hi !== undefined) within.push({ kind: 'date', param: date, values: [{ prefix: 'le', lo: hi, hi }] })
  // What has no date may be of that time.
  return [own, ...shared, { kind: 'any', of: [within, [{ kind: 'missing', param: date, missing: true }]] }]
}

/** Whom and what the found ones name that is in nobody's compartment: practitioners, organizations, places, medications. */
function* namedBy(ctx: Context, found: readonly Stored[], { isWhole, room }: Wanted): Steps<Included> {
  if (!isWhole) return { included: [], isCut: false }
  const names = new Set<string>()
  for (const stored of found) {
    for (const reference of eachReference(storedValue(stored))) {
      const parsed = parseReference(reference)
      if (parsed.kind === 'relative') names.add(`${parsed.type}/${parsed.id}`)
    }
    yield* restAfter(stored.text ?? '')
  }
  const included: Stored[] = []
  const besides = new Room(room)
  const isAll = yield* named(names, (some) => {
    const shared = some.filter((stored) => {
      const value = stored.text === undefined ? undefined : storedValue<object>(stored)
      return value && patientsOf(value).length === 0 && visible(ctx, stored) && allowed(ctx, 'read', stored.type).ok
    })
    const fit = shared.filter((stored) => besides.take(stored))
    included.push(...fit)
    return fit.length === shared.length
  })
  noteSeen(ctx, ...included)
  return { included, isCut: !isAll }
}
