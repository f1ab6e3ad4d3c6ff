/** What an entry of a transaction or batch asks for. https://hl7.org/fhir/R4/bundle-definitions.html#Bundle.entry.request */
import type { ProblemCode } from '../domain/problem.ts'
import type { JsonObject } from './exact.ts'
import { isUtf8, methodsOf, type RouteName, rendering, routeOf, routes } from './interactions.ts'
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

interface Refused {
  readonly ok: false
  readonly code: ProblemCode
  readonly place: string
  readonly message: string
}
type Read = { readonly ok: true; readonly value: EntryRequest } | Refused

const refuse = (place: string, message: string, code: ProblemCode = 'invalid'): Refused => ({ ok: false, code, place, message })
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
  const target = readUrl(method, withinBase(request.url, base))
  if ('ok' in target) return target
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
  const { method, type, id, operation, query } = request
  // A form is no resource: https://hl7.org/fhir/R4/search.html lets a search by POST have its parameters in the URL as well.
  if (operation === '_search' && resource !== undefined)
    return refuse('resource', 'is no form: a search has its URL for parameters')
  if (operation !== undefined || method === 'GET' || method === 'HEAD') return { ok: true, value: request }
  if (type === undefined) return refuse('request.url', 'has to name a resource type')
  const isConditional = method !== 'POST' && id === undefined
  if (isConditional && !query) return refuse('request.url', 'has to name an id, or criteria')
  if (query && !isConditional && ![...new URLSearchParams(query).keys()].every((name) => rendering.includes(name)))
    return refuse('request.url', 'has criteria, which are not for this write')
  if (method === 'DELETE') return { ok: true, value: request }
  if (resource === undefined) return refuse('resource', `is needed with ${method}`)
  if (method === 'PATCH') return { ok: true, value: request }
  if (resource.resourceType !== type) return refuse('resource', 'is of another type than the URL names')
  if (method !== 'PUT' || id === undefined) return { ok: true, value: request }
  if (!isId(id)) return refuse('request.url', 'names an id that is not 1 to 64 letters, digits, hyphens and dots')
  if (resource.id !== id) return refuse('resource.id', 'has to be the id that the URL names')
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

/** By the table that the doors route by: what they have not, or not by this method, a Bundle has not either. */
function readUrl(method: Method, url: string): Target | Refused {
  if (!isUtf8(url)) return refuse('request.url', 'is percent-encoded, but not as text in UTF-8', 'unreadable')
  const mark = url.indexOf('?')
  const path = decoded(mark < 0 ? url : url.slice(0, mark))
  if (path === undefined) return refuse('request.url', 'has to be relative to the base of this server')
  const found = routeOf(method, path)
  if (!found) {
    const allow = methodsOf(path).join(', ')
    if (allow !== '') return refuse('request.url', `is one for ${allow}`, 'method-not-allowed')
    return refuse('request.url', 'names no interaction', 'not-found')
  }
  const { type, id, version, member } = found.at
  const { operation, ofAll, isOfServer } = forms[found.name]
  if (!isOfServer && !(isResourceType(type) && (member === '' || isResourceType(member))))
    return refuse('request.url', 'names no resource type of FHIR R4', 'not-found')
  return {
    ...(!isOfServer && { type }),
    ...(id !== '' && { id }),
    ...(version !== '' && { version }),
    ...((ofAll || member !== '') && { member: ofAll ? '*' : member }),
    ...(operation !== undefined && { operation }),
    ...(mark >= 0 && { query: url.slice(mark + 1) }),
  }
}

interface Form {
  /** What its path ends with. */
  readonly operation: string | undefined
  /** All types of a compartment. */
  readonly ofAll: boolean
  readonly isOfServer: boolean
}

const forms = Object.fromEntries(
  Object.entries(routes).map(([name, { path }]): [string, Form] => [
    name,
    {
      operation: /^.*\/([$_][\w$-]*|metadata)$/.exec(path)?.[1],
      ofAll: /^\/:type\/:id\/(?:\*|_search)$/.test(path),
      isOfServer: !/^\/(?::type|Patient)/.test(path),
    },
  ]),
) as Readonly<Record<RouteName, Form>>

/** Undefined for an address elsewhere, and for a path that is not encoded as a URL is, or hides its slashes. */
function decoded(path: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:|^\.\.?\/|\/\/|^\/|%2f/i.test(path)) return undefined
  try {
    return path.includes('%') ? decodeURIComponent(path) : path
  } catch {
    return undefined
  }
}
