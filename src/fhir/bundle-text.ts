/** Bundles that go out: text put around stored texts, which are served untouched. https://hl7.org/fhir/R4/bundle.html */
import { etag } from './version.ts'

/** Answer of one entry of a transaction or batch. */
export interface EntryResponse {
  /** `201 Created` … */
  readonly status: string
  readonly location?: string
  readonly etag?: string
  /** FHIR instant. */
  readonly lastModified?: string
  /** Of the resource to return, where it is one that is stored here. */
  readonly fullUrl?: string
  /** Text of the resource to return, if any. */
  readonly resource?: string
  /** Text of an OperationOutcome, if any. */
  readonly outcome?: string
}

/** Members with their values' texts; those without are left away. */
const object = (members: Readonly<Record<string, string | undefined>>): string => {
  let text = ''
  for (const name in members) {
    const value = members[name]
    if (value !== undefined) text += `${text === '' ? '' : ','}"${name}":${value}`
  }
  return `{${text}}`
}

const string = (text: string | undefined): string | undefined => (text === undefined ? undefined : JSON.stringify(text))

/** A list; FHIR has no empty ones. Put together like the rest: `join` would copy it all once more. */
function list(items: readonly string[]): string | undefined {
  if (items.length === 0) return undefined
  let text = '['
  for (const [i, item] of items.entries()) text += i === 0 ? item : `,${item}`
  return `${text}]`
}

/** The answers in the order of the entries that they answer. */
export function responseBundle(type: 'transaction-response' | 'batch-response', responses: readonly EntryResponse[]): string {
  const entry = responses.map(({ fullUrl, resource, status, location, etag, lastModified, outcome }) =>
    object({
      fullUrl: string(fullUrl),
      resource,
      response: object({
        status: string(status),
        location: string(location),
        etag: string(etag),
        lastModified: string(lastModified),
        outcome,
      }),
    }),
  )
  return object({ resourceType: '"Bundle"', type: string(type), entry: list(entry) })
}

export interface BundleLink {
  readonly relation: 'self' | 'next' | 'previous' | 'first'
  readonly url: string
}

const linksOf = (links: readonly BundleLink[]): string | undefined =>
  list(links.map(({ relation, url }) => object({ relation: string(relation), url: string(url) })))

/** `entry`: each as text. */
const pageOf = (
  type: 'searchset' | 'history',
  entry: readonly string[],
  links: readonly BundleLink[],
  total: number | undefined,
): string =>
  object({
    resourceType: '"Bundle"',
    type: string(type),
    total: total?.toString(),
    link: linksOf(links),
    entry: list(entry),
  })

export interface SearchsetEntry {
  /** An outcome has none. */
  readonly fullUrl?: string
  readonly mode: 'match' | 'include' | 'outcome'
  /** Text, served untouched. */
  readonly resource: string
}

/** `total`: the number of matches on all pages, where it was asked for. */
export function searchset(entries: readonly SearchsetEntry[], links: readonly BundleLink[], total?: number): string {
  const entry = entries.map(({ fullUrl, mode, resource }) =>
    object({ fullUrl: string(fullUrl), resource, search: `{"mode":"${mode}"}` }),
  )
  return pageOf('searchset', entry, links, total)
}

export interface HistoryEntry {
  readonly fullUrl: string
  readonly type: string
  readonly id: string
  readonly version: number
  /** FHIR instant. */
  readonly at: string
  /** Of a first version, and of the first after a deletion: how it was made. */
  readonly created?: 'POST' | 'PUT' | undefined
  /** Text; absent for a deletion. */
  readonly resource?: string
}

/** https://hl7.org/fhir/R4/http.html#history */
export function historyBundle(entries: readonly HistoryEntry[], links: readonly BundleLink[], total?: number): string {
  const entry = entries.map(({ fullUrl, type, id, version, at, resource, created }) => {
    const method = resource === undefined ? 'DELETE' : (created ?? 'PUT')
    const url = method === 'POST' ? type : `${type}/${id}`
    const status = resource === undefined ? '204 No Content' : created ? '201 Created' : '200 OK'
    return object({
      fullUrl: string(fullUrl),
      resource,
      request: object({ method: string(method), url: string(url) }),
      response: object({ status: string(status), etag: string(etag(version)), lastModified: string(at) }),
    })
  })
  return pageOf('history', entry, links, total)
}
