/** What only looks, in a Bundle: in a transaction they see what its writes made. https://hl7.org/fhir/R4/http.html#trules */
import { fail, ok, type Result } from '../../domain/problem.ts'
import type { BundleEntry, EntryRequest, EntryResponse } from '../../fhir/bundle.ts'
import type { CapabilityFacts } from '../../fhir/capability-statement.ts'
import type { Exact } from '../../fhir/exact.ts'
import { parametersIn } from '../../fhir/parameters.ts'
import { anotherVersion, etag, isAnother, notModified, versionNumber } from '../../fhir/version.ts'
import { seeing } from '../../fhir/view.ts'
import { ask, type Steps, type Stored } from '../../store/store.ts'
import { noteSeen } from '../audit/looks.ts'
import type { Context } from '../context.ts'
import { pathAcross, searchingAcross } from './across.ts'
import { allowed } from './allowed.ts'
import { type Asked, parametersOf } from './asked.ts'
import { capabilities } from './capabilities.ts'
import { everythingText, gathering } from './everything.ts'
import { historyOf, historyText } from './history-page.ts'
import { labelsUsed } from './labels-in-use.ts'
import { metaIn } from './meta.ts'
import { readable } from './redaction.ts'
import { searching, sizeOf } from './search.ts'
import { answersOf, searchsetOf } from './searchset.ts'
import { validating } from './validate.ts'
import { visible } from './visible.ts'

/** Searches and histories are found inside the commit, and made into Bundles after it; writes are rehearsed after it. */
export interface EntryAnswer extends EntryResponse {
  readonly later?: () => Promise<string>
  /** Characters of what will be in it. */
  readonly size?: number
}

export const entryResponse = async ({ later, size: _, ...rest }: EntryAnswer): Promise<EntryResponse> =>
  later ? { ...rest, resource: await later() } : rest

/** What holds for all entries of the Bundle: the limits, and what its headers prefer. */
type Wish = CapabilityFacts['limits'] & { readonly lenient?: boolean }

export function* readEntry(ctx: Context, entry: BundleEntry, wish: Wish): Steps<Result<EntryAnswer>> {
  if (ctx.looks) ctx.looks.shows = true
  const answer = yield* looking(ctx, entry.request!, entry.resource, wish)
  if (!answer.ok || entry.request!.method !== 'HEAD') return answer
  const { fullUrl: _, resource: __, later: ___, size: ____, ...rest } = answer.value
  return ok(rest)
}

function* looking(ctx: Context, request: EntryRequest, resource: Exact | undefined, wish: Wish): Steps<Result<EntryAnswer>> {
  const { type, id, operation, member, query = '' } = request
  const asked: Asked = { pairs: [...new URLSearchParams(query)], lenient: wish.lenient ?? false, room: wish.page }
  if (operation === 'metadata') {
    const told = capabilities(ctx.settings, wish, new URLSearchParams(query).get('mode') ?? undefined)
    return told.ok ? ok({ status: '200 OK', resource: told.value }) : told
  }
  if (operation === '_history') {
    const page = yield* historyOf(ctx, { ...(type !== undefined && { type }), ...(id !== undefined && { id }) }, asked)
    return page.ok ? ok(later(() => historyText(ctx, page.value), page.value.page.items)) : page
  }
  if (operation === '$meta') return yield* metaOf(ctx, request)
  if (operation === '$everything' && type === 'Patient' && id !== undefined) {
    const pairs = [...asked.pairs, ...(resource ? parametersIn(resource.text) : [])]
    const page = yield* gathering(ctx, id, { ...asked, pairs })
    return page.ok ? ok(later(() => everythingText(ctx, id, pairs, page.value), page.value.found, page.value.included)) : page
  }
  if (operation === '$validate' && type !== undefined) {
    const told = yield* validating(ctx, { type, ...(id !== undefined && { id }) }, resource, asked)
    return told.ok ? ok(later(told.value)) : told
  }
  const within = member === undefined ? undefined : { type: type!, id: id! }
  if (type === undefined || member === '*') {
    const found = yield* searchingAcross(ctx, within, asked)
    if (!found.ok) return found
    const lists = found.value.found.flatMap(({ matches, included }) => [matches, included])
    return ok(later(() => answersOf(ctx, pathAcross(within), asked.pairs, found.value), ...lists))
  }
  if (id !== undefined && member === undefined) return yield* readOne(ctx, { ...request, type, id }, asked)
  const found = yield* searching(ctx, { ...asked, type: member ?? type, ...(within && { within }) })
  if (!found.ok) return found
  return ok(later(() => searchsetOf(ctx, found.value), found.value.matches, found.value.included))
}

const later = (text: () => Promise<string>, ...lists: (readonly Stored[])[]): EntryAnswer => ({
  status: '200 OK',
  later: text,
  size: sizeOf(lists.flat()),
})

function* metaOf(ctx: Context, { method, url, type, id }: EntryRequest): Steps<Result<EntryResponse>> {
  if (type === undefined || id === undefined) {
    const labels = yield* labelsUsed(ctx, type)
    return labels.ok ? ok({ status: '200 OK', resource: labels.value }) : labels
  }
  const one = yield* readOne(ctx, { method, url, type, id }, { pairs: [], lenient: false })
  return one.ok ? ok({ status: '200 OK', resource: metaIn(one.value.resource!) }) : one
}

type OfOne = EntryRequest & { readonly type: string; readonly id: string }

function* readOne(ctx: Context, request: OfOne, asked: Asked): Steps<Result<EntryResponse>> {
  const { type, id, version, ifMatch, ifNoneMatch, ifModifiedSince } = request
  const may = allowed(ctx, 'read', type)
  if (!may.ok) return may
  const parameters = parametersOf(asked)
  if (!parameters.ok) return parameters
  const number = version === undefined ? 0 : (versionNumber(version) ?? -1)
  const stored =
    version === undefined ? yield* ask({ ask: 'resource', type, id }) : yield* ask({ ask: 'version', type, id, version: number })
  if (stored) noteSeen(ctx, stored)
  if (!stored || !visible(ctx, stored)) return fail('not-found', `There is no such ${type}.`)
  if (stored.text === undefined) return fail('gone', `This ${type} was deleted.`)
  const known = { etag: etag(stored.version), lastModified: stored.at }
  const lastUpdated = Date.parse(stored.at)
  if (isAnother({ ifMatch }, { version: stored.version, lastUpdated })) return anotherVersion
  if (notModified({ ifNoneMatch, ifModifiedSince: httpDateOf(ifModifiedSince) }, { version: stored.version, lastUpdated }))
    return ok({ status: '304 Not Modified', ...known })
  const [shown] = yield* readable(ctx.principal.visible, [{ text: stored.text }])
  const fullUrl = `${ctx.settings.baseUrl}/fhir/${type}/${id}`
  return ok({ status: '200 OK', ...known, fullUrl, resource: yield* seeing(shown!.text, parameters.value.view) })
}

/** In an entry it is a FHIR instant, in a header an HTTP date. */
function httpDateOf(instant: string | undefined): string | undefined {
  const time = instant === undefined ? Number.NaN : Date.parse(instant)
  return Number.isNaN(time) ? undefined : new Date(time).toUTCString()
}
