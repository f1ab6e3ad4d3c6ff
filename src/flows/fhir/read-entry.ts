/** GET and HEAD in a Bundle: in a transaction they see what its writes made. https://hl7.org/fhir/R4/http.html#trules */
import { fail, ok, type Result } from '../../domain/problem.ts'
import type { BundleEntry, EntryRequest, EntryResponse } from '../../fhir/bundle.ts'
import { etag, notModified } from '../../fhir/version.ts'
import { seen } from '../../fhir/view.ts'
import { ask, type Steps } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { allowed } from './allowed.ts'
import { type Asked, parametersOf } from './asked.ts'
import { type HistoryAnswer, historyOf, historyText } from './history-page.ts'
import { type SearchAnswer, searching } from './search.ts'
import { searchsetOf } from './searchset.ts'
import { visible } from './visible.ts'

/** Searches and histories are found inside the commit, and made into Bundles after it. */
export interface EntryAnswer extends EntryResponse {
  readonly found?: SearchAnswer
  readonly history?: HistoryAnswer
}

export async function entryResponse(ctx: Context, { found, history, ...rest }: EntryAnswer): Promise<EntryResponse> {
  if (history) return { ...rest, resource: await historyText(ctx, history) }
  return found ? { ...rest, resource: await searchsetOf(ctx, found) } : rest
}

export function* readEntry(ctx: Context, { request }: BundleEntry): Steps<Result<EntryAnswer>> {
  const answer = yield* reading(ctx, request!)
  if (!answer.ok || request!.method !== 'HEAD') return answer
  const { resource: _, found: __, history: ___, ...rest } = answer.value
  return ok(rest)
}

function* reading(ctx: Context, request: EntryRequest): Steps<Result<EntryAnswer>> {
  const { type, id, operation, query = '' } = request
  const asked: Asked = { pairs: [...new URLSearchParams(query)], lenient: false }
  if (operation === '_history') {
    const page = yield* historyOf(ctx, { ...(type !== undefined && { type }), ...(id !== undefined && { id }) }, asked)
    return page.ok ? ok({ status: '200 OK', history: page.value }) : page
  }
  if (type === undefined || operation !== undefined)
    return fail('not-supported', 'In a Bundle, GET is supported for resources, their versions and histories, and for searches.')
  if (id !== undefined) return yield* readOne(ctx, { ...request, type, id }, asked)
  const answer = yield* searching(ctx, { type, pairs: asked.pairs })
  return answer.ok ? ok({ status: '200 OK', found: answer.value }) : answer
}

type OfOne = EntryRequest & { readonly type: string; readonly id: string }

function* readOne(ctx: Context, request: OfOne, asked: Asked): Steps<Result<EntryResponse>> {
  const { type, id, version, ifNoneMatch, ifModifiedSince } = request
  const may = allowed(ctx, 'read', type)
  if (!may.ok) return may
  const parameters = parametersOf(asked)
  if (!parameters.ok) return parameters
  const number = version === undefined ? 0 : Number(/^[1-9]\d{0,14}$/.exec(version)?.[0] ?? -1)
  const stored =
    version === undefined ? yield* ask({ ask: 'resource', type, id }) : yield* ask({ ask: 'version', type, id, version: number })
  if (!stored || !visible(ctx, stored)) return fail('not-found', `There is no such ${type}.`)
  if (stored.text === undefined) return fail('gone', `This ${type} was deleted.`)
  const known = { etag: etag(stored.version), lastModified: stored.at }
  const lastUpdated = Date.parse(stored.at)
  if (notModified({ ifNoneMatch, ifModifiedSince: httpDateOf(ifModifiedSince) }, { version: stored.version, lastUpdated }))
    return ok({ status: '304 Not Modified', ...known })
  return ok({ status: '200 OK', ...known, resource: seen(stored.text, parameters.value.view) })
}

/** In an entry it is a FHIR instant, in a header an HTTP date. */
function httpDateOf(instant: string | undefined): string | undefined {
  const time = instant === undefined ? Number.NaN : Date.parse(instant)
  return Number.isNaN(time) ? undefined : new Date(time).toUTCString()
}
