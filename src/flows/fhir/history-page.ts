/** History of a resource, of a type, or of all: a page as the text of a Bundle. https://hl7.org/fhir/R4/http.html#history */
import { fail, ok, type Result } from '../../domain/problem.ts'
import { type BundleLink, type HistoryEntry, historyBundle } from '../../fhir/bundle.ts'
import { dateRange } from '../../fhir/search/date-range.ts'
import { searchLimits } from '../../fhir/search/parse.ts'
import { isResourceType } from '../../fhir/types.ts'
import { seen, type View } from '../../fhir/view.ts'
import { ask, type Questions, type Steps, type Stored } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { allowed } from './allowed.ts'
import { type Asked, type Parameters, parametersOf } from './asked.ts'

/** Whose history: of one resource, of a type, of all. */
export interface Subject {
  readonly type?: string
  readonly id?: string
}

const usual = 50

/** Newest first. An instance that never was is 404. */
export async function historyPage(ctx: Context, subject: Subject, asked: Asked): Promise<Result<string>> {
  const wanted = historyAsk(ctx, subject, asked)
  if (!wanted.ok) return wanted
  const page = await ctx.store.look({ ask: 'history', ...wanted.value.ask })
  return historyText(ctx, subject, wanted.value, page)
}

/** The same inside a commit, whose own versions it has. */
export function* historyInside(ctx: Context, subject: Subject, asked: Asked): Steps<Result<string>> {
  const wanted = historyAsk(ctx, subject, asked)
  if (!wanted.ok) return wanted
  return historyText(ctx, subject, wanted.value, yield* ask({ ask: 'history', ...wanted.value.ask }))
}

interface Wanted {
  readonly ask: Questions['history']['ask']
  readonly view: View
  readonly given: Parameters['own']
}

function historyAsk(ctx: Context, { type, id }: Subject, asked: Asked): Result<Wanted> {
  if (type !== undefined && !isResourceType(type)) return fail('not-found', 'FHIR R4 has no such resource type.')
  const may = allowed(ctx, id === undefined ? 'history-type' : 'history-instance', type ?? '*')
  if (!may.ok) return may
  const parameters = parametersOf(asked, ['_count', '_since', '_at', '_after'])
  if (!parameters.ok) return parameters
  const { view, own } = parameters.value
  const { _count: count = String(usual), _since: since, _at: at, _after: after } = own
  if (!/^[1-9]\d{0,8}$/.test(count)) return fail('invalid', '_count has to be a whole number from 1.')
  if (since !== undefined && !dateRange(since)) return fail('invalid', '_since has to be an instant.')
  const period = at === undefined ? undefined : dateRange(at)
  if (at !== undefined && !period) return fail('invalid', '_at has to be a date or an instant.')
  return ok({
    ask: {
      ...(type !== undefined && { type }),
      ...(id !== undefined && { id }),
      ...(since !== undefined && { since }),
      ...(period && { at: period }),
      ...(after !== undefined && { after }),
      count: Math.min(Number(count), searchLimits.maxCount),
      visible: ctx.principal.visible,
    },
    view,
    given: own,
  })
}

function historyText(
  ctx: Context,
  { type, id }: Subject,
  { view, given }: Wanted,
  page: Questions['history']['answer'],
): Result<string> {
  const { _after: _, ...kept } = given
  if (page.items.length === 0 && id !== undefined && Object.keys(given).length === 0)
    return fail('not-found', `There is no ${type} of this id.`)
  const base = `${ctx.settings.baseUrl}/fhir`
  const self = [base, type, id, '_history'].filter((part) => part !== undefined).join('/')
  const address = (after?: string): string => {
    const parameters = new URLSearchParams({
      ...(kept as Record<string, string>),
      ...(view.summary !== undefined && { _summary: view.summary }),
      ...(view.elements && { _elements: view.elements.join() }),
      ...(after !== undefined && { _after: after }),
    })
    return parameters.size > 0 ? `${self}?${parameters}` : self
  }
  const links: BundleLink[] = [{ relation: 'self', url: address() }]
  if (page.next !== undefined) links.push({ relation: 'next', url: address(page.next) })
  // A history of all has types that a scope of all does not reach.
  const items = page.items.filter((stored) => allowed(ctx, 'read', stored.type).ok)
  return ok(
    historyBundle(
      items.map((stored) => entryOf(base, stored, view)),
      links,
    ),
  )
}

function entryOf(base: string, stored: Stored, view: View): HistoryEntry {
  const { type, id, version, at, text } = stored
  return {
    fullUrl: `${base}/${type}/${id}`,
    type,
    id,
    version,
    at,
    // An id of the form that we draw was given by a create.
    created: version > 1 ? undefined : /^[a-z]{3}-[0-9A-HJKMNP-TV-Z]{26}$/.test(id) ? 'POST' : 'PUT',
    ...(text !== undefined && { resource: seen(text, view) }),
  }
}
