/** How large a request may be, per door, and a page that is answered: a Node process has more room than an object at the edge. */

export interface Limits {
  /** Bytes of one resource, or a clinical document. */
  readonly resource: number
  /** Bytes of a Bundle or a FHIR message. */
  readonly bundle: number
  /** Characters of the resources on a page of a search or history, and of those included: it ends with the one that fills it. */
  readonly page: number
  /** Entries of a transaction or batch. */
  readonly entries: number
  /** Bytes of an HL7 v2 message. */
  readonly message: number
  /** Bytes of any other body. */
  readonly json: number
  /** Characters of a URL. */
  readonly url: number
}

const mebi = 1024 * 1024

export const nodeLimits: Limits = {
  resource: 5 * mebi,
  bundle: 50 * mebi,
  page: 16 * mebi,
  entries: 10_000,
  message: mebi,
  json: mebi,
  url: 8192,
}
/** A Durable Object has 128 MB in all and rows of 2 MB. */
export const edgeLimits: Limits = {
  resource: mebi,
  bundle: 8 * mebi,
  page: 4 * mebi,
  entries: 1000,
  message: mebi,
  json: mebi,
  url: 8192,
}

/** What people type on the pages behind secure links. */
const form = 16 * 1024

/** The limit of a path, in bytes: where Bundles come in there is more room than for one resource. */
export function bodyLimit(path: string, limits: Limits): number {
  if (path === '/fhir' || path === '/fhir/' || path === '/fhir/$process-message') return limits.bundle
  if (path.startsWith('/fhir/')) return limits.resource
  if (path.startsWith('/documents')) return limits.resource
  if (path.startsWith('/messages/')) return form
  return path.startsWith('/hl7v2') ? limits.message : limits.json
}
