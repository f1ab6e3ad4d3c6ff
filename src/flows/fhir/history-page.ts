/** History of a resource, of a type, or of all: a page as the text of a Bundle. https://hl7.org/fhir/R4/http.html#history */
import type { List } from '@medplum/fhirtypes'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { type HistoryEntry, historyBundle } from '../../fhir/bundle.ts'
import { rendering } from '../../fhir/interactions.ts'
import { localReference, parseReference } from '../../fhir/reference.ts'
import { functionalLists } from '../../fhir/search/chains.ts'
import { dateRange } from '../../fhir/search/date-range.ts'
import { searchLimits } from '../../fhir/search/limits.ts'
import { isId, isResourceType } from '../../fhir/types.ts'
import { seeing, type View } from '../../fhir/view.ts'
import { ask, lookThrough, type Questions, restAfter, type Steps, type Stored } from '../../store/store.ts'
import { noteSeen } from '../audit/looks.ts'
import type { Context } from '../context.ts'
import { isDrawn } from '../ids.ts'
import { storedValue } from '../next-version.ts'
import { allowed } from './allowed.ts'
import { type Asked, countableOf, hasValue } from './asked.ts'
import { goingOn, linksOf } from './page-link.ts'
import { readableNow } from './redaction.ts'
import { visible } from './visible.ts'

/** Whose history: of one resource, of a type, of all. */
interface Subject {
  readonly type?: string
  readonly id?: string
}

const usual = 50
/** "Sorted with oldest versions last": clients of later releases may say so. */
const newestFirst = '-_lastUpdated'
const selecting = ['_count', '_since', '_at', '_list', '_sort']
const understood = [...selecting, '_summary', '_elements', ...rendering]

/** What a history was found to be: a Bundle is made of it after the commit that it was asked in. */
interface HistoryAnswer {
  readonly subject: Subject
  readonly view: View
  readonly given: Asked['pairs']
  readonly page: Questions['history']['answer']
}

/** Newest first. An instance that never was is 404. */
export async function historyPage(ctx: Context, subject: Subject, asked: Asked): Promise<Result<string>> {
  const goes = await goingOn(ctx, pathOf(subject), asked.pairs)
  if (!goes.ok) return goes
  const { pairs, after } = goes.value
  const found = await lookThrough(ctx.store, historyOf(ctx, subject, { ...asked, pairs }, after))
  return found.ok ? ok(await historyText(ctx, found.value)) : found
}

/** As steps: inside a commit it has the versions of the commit itself. */
export function* historyOf(ctx: Context, subject: Subject, asked: Asked, after?: string): Steps<Result<HistoryAnswer>> {
  const wanted = historyAsk(ctx, subject, asked)
  if (!wanted.ok) return wanted
  const { view, list, isWhole } = wanted.value
  const among = list === undefined ? undefined : yield* namedIn(ctx, list)
  if (among?.ok === false) return among
  const page = yield* ask({
    ...{ ask: 'history', ...wanted.value.ask },
    ...(among && { among: among.value }),
    ...(after !== undefined && { after }),
  })
  noteSeen(ctx, ...page.items)
  const { type, id } = subject
  if (page.items.length === 0 && id !== undefined && !page.total && (isWhole || !(yield* everWas(ctx, { type: type!, id }))))
    return fail('not-found', `There is no ${type} of this id.`)
  return ok({ subject, view, given: asked.pairs.filter((pair) => understood.includes(pair[0]) && hasValue(pair)), page })
}

/** Whether there is a version at all that this caller may see, whatever was asked for. */
function* everWas({ principal: { visible } }: Context, subject: { readonly type: string; readonly id: string }): Steps<boolean> {
  const { items } = yield* ask({ ask: 'history', ...subject, count: 1, visible })
  return items.length > 0
}

const pathOf = ({ type, id }: Subject): string => [type, id, '_history'].filter((part) => part !== undefined).join('/')

interface Wanted {
  readonly ask: Questions['history']['ask']
  readonly view: View
  /** Id of a List: only what it names. */
  readonly list?: string
  /** No parameters leave anything out. */
  readonly isWhole: boolean
}

function historyAsk(ctx: Context, { type, id }: Subject, asked: Asked): Result<Wanted> {
  if (type !== undefined && !isResourceType(type)) return fail('not-found', 'FHIR R4 has no such resource type.')
  const may = allowed(ctx, id === undefined ? 'history-type' : 'history-instance', type ?? '*')
  if (!may.ok) return may
  const parameters = countableOf(asked, selecting)
  if (!parameters.ok) return parameters
  const { view, own } = parameters.value
  const { _count: count = String(usual), _since: since, _at: at, _list: list, _sort: sort = newestFirst } = own
  if (!/^\d{1,9}$/.test(count)) return fail('invalid', '_count has to be a whole number.')
  if (sort !== newestFirst) return fail('not-supported', `A history has one order: ${newestFirst}.`)
  const first = since === undefined ? undefined : dateRange(since)
  if (since !== undefined && !first) return fail('invalid', '_since has to be an instant.')
  const period = at === undefined ? undefined : dateRange(at)
  if (at !== undefined && !period) return fail('invalid', '_at has to be a date or an instant.')
  if (list?.startsWith('$')) return fail('not-supported', functionalLists)
  if (list !== undefined && !isId(list)) return fail('invalid', '_list has to be the id of a List.')
  return ok({
    ask: {
      ...(type !== undefined && { type }),
      ...(id !== undefined && { id }),
      ...(first && { since: new Date(first.lo).toISOString() }),
      ...(period && { at: period }),
      // "If _count has the value 0, this shall be treated the same as _summary=count." https://hl7.org/fhir/R4/search.html#count
      count: view.summary === 'count' ? 0 : Math.min(Number(count), searchLimits.maxCount),
      visible: ctx.principal.visible,
      ...(asked.room !== undefined && { room: asked.room }),
    },
    view,
    ...(list !== undefined && { list }),
    isWhole: first === undefined && period === undefined && list === undefined,
  })
}

/** What a List names, a version where it names one; nothing where there is no such List. */
function* namedIn(ctx: Context, id: string): Steps<Result<NonNullable<Questions['history']['ask']['among']>>> {
  const may = allowed(ctx, 'read', 'List')
  if (!may.ok) return may
  const list = yield* ask({ ask: 'resource', type: 'List', id })
  const { entry = [] } = (list && visible(ctx, list) && storedValue<List>(list)) || {}
  return ok(
    entry.flatMap(({ item }) => {
      const named = parseReference(localReference(item.reference ?? '', `${ctx.settings.baseUrl}/fhir`) ?? item.reference ?? '')
      if (named.kind !== 'relative') return []
      const { type, id, version } = named
      return version === undefined ? [{ type, id }] : [{ type, id, version: Number(version) }]
    }),
  )
}

export async function historyText(ctx: Context, { subject, view, given, page }: HistoryAnswer): Promise<string> {
  const base = `${ctx.settings.baseUrl}/fhir`
  // A history of all has types that a scope of all does not reach.
  const items = await readableNow(
    ctx,
    page.items.filter((stored) => allowed(ctx, 'read', stored.type).ok),
  )
  const entries = await lookThrough(ctx.store, entriesOf(base, items, view), ctx.pause)
  return historyBundle(entries, await linksOf(ctx, pathOf(subject), given, page.next), page.total)
}

function* entriesOf(base: string, items: readonly Stored[], view: View): Steps<readonly HistoryEntry[]> {
  const entries: HistoryEntry[] = []
  for (const stored of items) {
    entries.push(yield* entryOf(base, stored, view))
    yield* restAfter(stored.text ?? '')
  }
  return entries
}

function* entryOf(base: string, stored: Stored, view: View): Steps<HistoryEntry> {
  const { type, id, version, at, text, isRevived } = stored
  return {
    fullUrl: `${base}/${type}/${id}`,
    type,
    id,
    version,
    at,
    // An id of the form that we draw was given by a create.
    created: isRevived ? 'PUT' : version > 1 ? undefined : isDrawn(id) ? 'POST' : 'PUT',
    ...(text !== undefined && { resource: yield* seeing(text, view) }),
  }
}
