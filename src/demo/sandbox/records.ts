/**
 * What a sandbox's server holds, and how it answers: it creates (conditionally), reads, updates with If-Match, and searches by identifier,
 * tag, patient and name, page by page. A personality makes it stricter, as EHRs are.
 */
import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { isDeepStrictEqual } from 'node:util'
import { named, type Operations, patched } from './patch.ts'
import { kept, objection, type Personality, searchable } from './personality.ts'

/** Entries of a Bundle, of which some fit on a page. */
interface Listing {
  readonly type: 'searchset' | 'history'
  readonly entries: readonly object[]
}

interface Identifier {
  readonly system?: string
  readonly value?: string
}

export interface SandboxResource {
  readonly resourceType: string
  readonly id: string
  readonly meta: { readonly versionId: string; readonly lastUpdated: string }
  readonly identifier?: readonly Identifier[]
  readonly [element: string]: unknown
}

export interface Written {
  readonly type: string
  readonly id: string
  readonly version: string
  readonly resource: SandboxResource
  /** It was deleted; the resource is as it last was. */
  readonly deleted?: true
}

export interface SandboxRequest {
  readonly method: string
  /** `Patient/123`, without query. */
  readonly path: string
  readonly body: string
}

export interface Answer {
  readonly status: number
  readonly body?: object
  readonly retryAfter?: number
  readonly location?: string
  readonly version?: string
}

interface Records {
  answer(request: SandboxRequest, headers: IncomingHttpHeaders, query: URLSearchParams): Answer
  /** Everything, in the order it was first created. */
  all(): readonly SandboxResource[]
  /** Versions, in the order they were written. */
  readonly written: readonly Written[]
  put(type: string, id: string, body: Record<string, unknown>): SandboxResource
  remove(type: string, id: string): void
}

export interface RecordsOptions {
  readonly name: string
  /** What this system adds to each resource it creates, as EHRs do. */
  readonly decorate?: (resource: Record<string, unknown>) => Record<string, unknown>
  readonly personality?: Personality
  /** Milliseconds since the epoch, as this system tells the time. */
  readonly clock?: () => number
}

/** `base`: the server's address, for its links. */
export function createRecords(
  { name: system, decorate, personality = {}, clock = Date.now }: RecordsOptions,
  base: () => string,
): Records {
  const resources = new Map<string, SandboxResource>()
  /** Keys of the resources that ever had an identifier of this value. */
  const identified = new Map<string, Set<string>>()
  const history: Written[] = []

  /** Versions go on after a deletion. */
  const versioned = (type: string, id: string, body: Record<string, unknown>): SandboxResource => {
    const last = history.findLast((one) => one.type === type && one.id === id)
    const meta = {
      ...(body.meta as object | undefined),
      versionId: String(Number(last?.version ?? 0) + 1),
      lastUpdated: new Date(clock()).toISOString(),
    }
    return { ...body, resourceType: type, id, meta } as SandboxResource
  }
  const remove = (type: string, id: string): void => {
    const resource = versioned(type, id, resources.get(`${type}/${id}`)!)
    resources.delete(`${type}/${id}`)
    history.push({ type, id, version: resource.meta.versionId, resource, deleted: true })
  }
  const put = (type: string, id: string, body: Record<string, unknown>): SandboxResource => {
    const resource = versioned(type, id, body)
    const version = resource.meta.versionId
    resources.set(`${type}/${id}`, resource)
    for (const { value = '' } of [resource.identifier ?? []].flat())
      identified.set(value, (identified.get(value) ?? new Set()).add(`${type}/${id}`))
    history.push({ type, id, version, resource })
    return resource
  }
  const byIdentifier = (type: string, token: string): SandboxResource[] => {
    const [system, value] = token.includes('|') ? token.split('|') : [undefined, token]
    const fits = (one: Identifier): boolean => one.value === value && (system === undefined || one.system === system)
    const candidates = [...(identified.get(value ?? '') ?? [])].flatMap((key) => resources.get(key) ?? [])
    return candidates.filter((one) => one.resourceType === type && [one.identifier ?? []].flat().some(fits))
  }
  const found = (type: string, query: URLSearchParams): readonly SandboxResource[] => {
    const [identifier, tag, patient, name] = ['identifier', '_tag', 'patient', 'name'].map((one) => query.get(one))
    const all = identifier ? byIdentifier(type, identifier) : [...resources.values()].filter((one) => one.resourceType === type)
    const since = Date.parse(query.get('_lastUpdated')?.replace(/^ge/, '') ?? '') || 0
    const fits = (one: SandboxResource) =>
      (!tag || isTagged(one, tag)) && (!patient || isAbout(one, patient)) && Date.parse(one.meta.lastUpdated) >= since
    const fitting = all.filter((one) => fits(one) && (!name || String(one.name).startsWith(name)))
    const byTime = (a: SandboxResource, b: SandboxResource) => (a.meta.lastUpdated < b.meta.lastUpdated ? -1 : 1)
    return query.get('_sort') === '_lastUpdated' ? fitting.toSorted(byTime) : fitting
  }

  const pages = new Map<string, Listing>()
  const remembered = new Map<string, readonly SandboxResource[]>()
  const page = ({ type, entries }: Listing): Answer => {
    const size = personality.page ?? entries.length
    const rest = entries.slice(size)
    const next = rest.length > 0 ? randomUUID() : undefined
    if (next) pages.set(next, { type, entries: rest })
    const link = next && { link: [{ relation: 'next', url: `${base()}?page=${next}` }] }
    const body = { resourceType: 'Bundle', type, total: entries.length, ...link, entry: entries.slice(0, size) }
    return { status: 200, body }
  }
  /** The newest first. */
  const historyOf = (type: string, query: URLSearchParams): Answer => {
    if (!personality.histories?.includes(type)) return outcome(400, 'no history of this type')
    const since = Date.parse(query.get('_since') ?? '') || 0
    const some = history.filter((one) => one.type === type && Date.parse(one.resource.meta.lastUpdated) >= since)
    return page({ type: 'history', entries: some.toReversed().map(asHistory) })
  }
  const search = (type: string, query: URLSearchParams, headers: IncomingHttpHeaders): Answer => {
    if (!searchable(personality, type, query)) return outcome(400, 'no supported search parameters provided')
    const key = `${type}?${query}`
    const fresh = !personality.cachesSearches || headers['cache-control'] === 'no-cache' || !remembered.has(key)
    if (fresh) remembered.set(key, found(type, query))
    return page({ type: 'searchset', entries: remembered.get(key)!.map((resource) => ({ resource, search: { mode: 'match' } })) })
  }

  const create = (type: string, body: Record<string, unknown>, headers: IncomingHttpHeaders): Answer => {
    if (personality.noCreate?.includes(type)) return outcome(405, `${type} cannot be created here`)
    const refusal = objection(personality, body)
    if (refusal !== undefined) return outcome(personality.refusal ?? 422, refusal)
    const condition = personality.unconditional ? undefined : headers['if-none-exist']
    const matches = condition === undefined ? [] : found(type, new URLSearchParams(String(condition)))
    if (matches.length > 1) return outcome(412, 'multiple matches')
    if (matches[0]) return shown(matches[0])
    const { id: _, ...rest } = kept(personality, body)
    const id = `${system.toLowerCase().replace(/[^a-z]+/g, '-')}-${randomUUID().slice(0, 8)}`
    return written(put(type, id, named(personality, type, decorate?.(rest) ?? rest)), 201)
  }
  const patch = (type: string, id: string, operations: unknown, headers: IncomingHttpHeaders): Answer => {
    const current = resources.get(`${type}/${id}`)
    const lists = personality.patches?.[type]
    if (!current || !lists) return outcome(405, `${type} cannot be patched here`)
    if (headers['content-type'] !== 'application/json-patch+json') return outcome(415, 'a JSON Patch is wanted')
    if (headers['if-match'] === undefined) return outcome(428, 'If-Match is required')
    if (headers['if-match'] !== `W/"${current.meta.versionId}"`) return outcome(personality.stale ?? 412, 'another version')
    const next = patched(current, operations as Operations, lists)
    if (typeof next === 'string') return outcome(422, next)
    const refusal = objection(personality, next)
    return refusal === undefined ? written(put(type, id, named(personality, type, next)), 200) : outcome(422, refusal)
  }
  const update = (type: string, id: string, body: Record<string, unknown>, headers: IncomingHttpHeaders): Answer => {
    const current = resources.get(`${type}/${id}`)
    const { ownIds, updates, unchanged } = personality
    if (!current && (ownIds === 'none' || (ownIds && /^\d+$/.test(id))))
      return outcome(404, `no ${type} of this id may be created`)
    if (updates && !updates.includes(type)) return outcome(405, `${type} cannot be updated here`)
    const wanted = headers['if-match']
    if (wanted !== undefined && wanted !== `W/"${current?.meta.versionId}"`)
      return outcome(personality.stale ?? 412, 'the resource is at another version')
    const refusal = objection(personality, body)
    if (refusal !== undefined) return outcome(personality.refusal ?? 422, refusal)
    const next = kept(personality, body)
    if (unchanged && isDeepStrictEqual(bare(current), bare(next))) return { status: unchanged }
    return written(put(type, id, next), current ? 200 : 201)
  }
  const written = (resource: SandboxResource, status: number): Answer => {
    const { resourceType, id, meta } = resource
    const location = `${base()}/${resourceType}/${id}/_history/${meta.versionId}`
    return { ...(personality.silent ? { status } : shown(resource, status)), location, version: meta.versionId }
  }

  const isRemoved = (type: string, id: string): boolean =>
    history.findLast((one) => one.type === type && one.id === id)?.deleted === true

  const answer = (request: SandboxRequest, headers: IncomingHttpHeaders, query: URLSearchParams): Answer => {
    const [type = '', id] = request.path.split('/')
    if (request.method === 'GET') {
      if (type === 'metadata') return { status: 200, body: capabilities(system, personality.histories) }
      if (id === '_history') return historyOf(type, query)
      if (id !== undefined) return isRemoved(type, id) ? outcome(410, 'deleted') : shown(resources.get(`${type}/${id}`))
      if (type !== '') return search(type, query, headers)
      const rest = pages.get(query.get('page') ?? '')
      return rest ? page(rest) : outcome(410, 'this page is gone')
    }
    const body = JSON.parse(request.body) as Record<string, unknown>
    if (request.method === 'POST') return create(type, body, headers)
    if (request.method === 'PATCH' && id !== undefined) return patch(type, id, body, headers)
    if (request.method === 'PUT' && id !== undefined) return update(type, id, body, headers)
    return outcome(405, 'not here')
  }

  return { answer, all: () => [...resources.values()], written: history, put, remove }
}

/** https://hl7.org/fhir/R4/http.html#history */
const asHistory = ({ type, id, version, resource, deleted }: Written): object => ({
  ...(!deleted && { resource }),
  request: deleted ? { method: 'DELETE', url: `${type}/${id}` } : { method: 'PUT', url: `${type}/${id}` },
  response: { status: deleted ? '204' : '200', etag: `W/"${version}"`, lastModified: resource.meta.lastUpdated },
})

/** Without what every version has for itself. */
const bare = ({ meta, ...rest }: Record<string, unknown> = {}): object => ({
  ...rest,
  meta: { ...(meta as object | undefined), versionId: null, lastUpdated: null },
})

const isTagged = ({ meta }: SandboxResource, token: string): boolean =>
  ((meta as { tag?: readonly { system?: string; code?: string }[] }).tag ?? []).some(
    ({ system, code }) => `${system}|${code}` === token,
  )
const isAbout = (resource: SandboxResource, patient: string): boolean =>
  [resource.subject, resource.patient].some(
    (one) => (one as { reference?: string } | undefined)?.reference === `Patient/${patient.replace(/^Patient\//, '')}`,
  )

const capabilities = (name: string, histories: readonly string[] = []): object => ({
  resourceType: 'CapabilityStatement',
  status: 'active',
  fhirVersion: '4.0.1',
  kind: 'instance',
  software: { name },
  format: ['json'],
  rest: [{ mode: 'server', resource: histories.map((type) => ({ type, interaction: [{ code: 'history-type' }] })) }],
})

export const outcome = (status: number, diagnostics: string, retryAfter?: number): Answer => ({
  status,
  body: { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'processing', diagnostics }] },
  ...(retryAfter !== undefined && { retryAfter }),
})

const shown = (resource: SandboxResource | undefined, status = 200): Answer =>
  resource ? { status, body: resource, version: resource.meta.versionId } : outcome(404, 'not known')
