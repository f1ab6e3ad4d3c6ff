/** What an entry of a transaction or batch asks for. https://hl7.org/fhir/R4/bundle-definitions.html#Bundle.entry.request */
import type { JsonObject } from './exact.ts'
import { isId, isResourceType } from './types.ts'

export type Method = 'DELETE' | 'POST' | 'PUT' | 'PATCH' | 'GET' | 'HEAD'

/** A request, its URL taken apart. */
export interface EntryRequest {
  readonly method: Method
  /** As sent. */
  readonly url: string
  /** Absent for system interactions. */
  readonly type?: string
  readonly id?: string
  readonly version?: string
  /** `$operation`, `_history` (without a version), `_search` or `metadata`. */
  readonly operation?: string
  /** A search within the compartment of `type` and `id`: the type, or `*`. */
  readonly member?: string
  /** After the `?`, not decoded: criteria of a conditional update or delete, or a search. */
  readonly query?: string
  readonly ifMatch?: string
  readonly ifNoneMatch?: string
  readonly ifNoneExist?: string
  readonly ifModifiedSince?: string
}

type Read =
  | { readonly ok: true; readonly value: EntryRequest }
  | { readonly ok: false; readonly place: string; readonly message: string }

const refuse = (place: string, message: string): Read => ({ ok: false, place, message })
const methods: readonly Method[] = ['DELETE', 'POST', 'PUT', 'PATCH', 'GET', 'HEAD']
const conditions = ['ifMatch', 'ifNoneMatch', 'ifNoneExist', 'ifModifiedSince'] as const

/** Whether a request only looks: it sees what the writes of its transaction made. */
export const isRead = ({ method, operation = '' }: EntryRequest): boolean =>
  method === 'GET' || method === 'HEAD' || (method === 'POST' && lookingOnly.includes(operation))

const lookingOnly: readonly string[] = ['_search', '$meta', '$everything', '$validate']

/** A request with the resource that goes with it; `base` is our own. The place of a fault is given from the entry. */
export function readRequest(given: unknown, resource: JsonObject | undefined, base: string | undefined): Read {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return refuse('request', 'is needed in a transaction or batch (bdl-3)')
  const request = given as JsonObject
  const method = methods.find((each) => each === request.method)
  if (!method) return refuse('request.method', 'has to be an HTTP method')
  if (typeof request.url !== 'string') return refuse('request.url', 'has to be a URL')
  const target = readUrl(withinBase(request.url, base))
  if (!target) return refuse('request.url', 'has to be relative to the base of this server and name an interaction')
  const stated: Partial<Record<(typeof conditions)[number], string>> = {}
  for (const name of conditions) {
    const condition = request[name]
    if (condition === undefined) continue
    if (typeof condition !== 'string') return refuse(`request.${name}`, 'has to be a text')
    stated[name] = condition
  }
  return fits({ method, url: request.url, ...target, ...stated }, resource)
}

/** Whether method, URL and resource belong together. */
function fits(request: EntryRequest, resource: JsonObject | undefined): Read {
  const { method, type, id, version, operation, member, query } = request
  // A form is no resource: https://hl7.org/fhir/R4/search.html lets a search by POST have its parameters in the URL as well.
  if (operation === '_search' && resource !== undefined)
    return refuse('resource', 'is no form: a search has its URL for parameters')
  if (operation !== undefined || method === 'GET' || method === 'HEAD') return { ok: true, value: request }
  if (type === undefined) return refuse('request.url', 'has to name a resource type')
  if (version !== undefined) return refuse('request.url', `names a version, which no ${method} changes`)
  if (member !== undefined) return refuse('request.url', `is of a search, which is no ${method}`)
  if (query && (method === 'POST' || id !== undefined)) return refuse('request.url', 'has criteria, which are not for this write')
  if (method === 'POST') {
    if (id !== undefined) return refuse('request.url', 'may not name an id with POST')
  } else if (id === undefined && !query) return refuse('request.url', 'has to name an id, or criteria')
  if (method === 'DELETE') return { ok: true, value: request }
  if (resource === undefined) return refuse('resource', `is needed with ${method}`)
  if (method === 'PATCH') return { ok: true, value: request }
  if (resource.resourceType !== type) return refuse('resource', 'is of another type than the URL names')
  if (method === 'PUT' && id !== undefined && resource.id !== id)
    return refuse('resource.id', 'has to be the id that the URL names')
  return { ok: true, value: request }
}

type Target = Pick<EntryRequest, 'type' | 'id' | 'version' | 'operation' | 'member' | 'query'>

/**
 * "Relative to the root (the address to which the request is posted)", says the standard; other servers, and so their clients, take a slash
 * for that root, or spell it out.
 */
function withinBase(url: string, base: string | undefined): string {
  const isWhole = base !== undefined && url.startsWith(base) && ['/', '?', undefined].includes(url[base.length])
  const path = isWhole ? url.slice(base.length) : url
  return path.startsWith('/') ? path.slice(1) : path
}

/** `Type`, `Type/id`, `Type?criteria`, `Type/id/_history/2`, `[Type/[id/]]$operation`, `Type/id/Type` …; undefined for anything else. */
function readUrl(url: string): Target | undefined {
  const mark = url.indexOf('?')
  const query = mark < 0 ? {} : { query: url.slice(mark + 1) }
  const parts = decoded(mark < 0 ? url : url.slice(0, mark))?.split('/') ?? ['?']
  if (parts.length > 1 && parts.at(-1) === '') parts.pop()
  const [first = '', second, third, fourth, ...rest] = parts
  if (rest.length > 0) return undefined
  if (isOperation(first) || first === 'metadata' || first === '')
    return second === undefined ? { ...named(first), ...query } : undefined
  if (!isResourceType(first)) return undefined
  if (second === undefined) return { type: first, ...query }
  if (isOperation(second)) return third === undefined ? { type: first, operation: second, ...query } : undefined
  if (!isId(second)) return undefined
  if (third === undefined) return { type: first, id: second, ...query }
  if (third === '*' || isResourceType(third)) {
    const posted = fourth === '_search' ? { operation: fourth } : {}
    return fourth === undefined || posted.operation ? { type: first, id: second, member: third, ...posted, ...query } : undefined
  }
  if (third === '_search')
    return fourth === undefined ? { type: first, id: second, member: '*', operation: third, ...query } : undefined
  if (!isOperation(third)) return undefined
  if (fourth === undefined) return { type: first, id: second, operation: third, ...query }
  return third === '_history' && isId(fourth) ? { type: first, id: second, version: fourth, ...query } : undefined
}

/** Undefined for a path that is not encoded as a URL is, or hides its slashes. */
function decoded(path: string): string | undefined {
  try {
    return /%2f/i.test(path) ? undefined : decodeURIComponent(path)
  } catch {
    return undefined
  }
}

const named = (first: string): Target => (first === '' ? {} : { operation: first })
const isOperation = (part: string): boolean => /^(?:\$[A-Za-z][A-Za-z-]{0,63}|_history|_search)$/.test(part)
