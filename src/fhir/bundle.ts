/** Bundles that come in: their structure, checked before anything is done with them. https://hl7.org/fhir/R4/bundle.html */
import { fail, type Issue, ok, type Problem, type ProblemCode, type Result } from '../domain/problem.ts'
import { type EntryRequest, isRead, type Method, readRequest } from './bundle-request.ts'
import type { Exact, JsonObject } from './exact.ts'
import type { ReadBundle } from './long-bundle.ts'
import { localReference, parseReference } from './reference.ts'
import type { References } from './stamp.ts'
import { shapeOf } from './validate/shape.ts'

export { type EntryRequest, isRead, type Method } from './bundle-request.ts'
export * from './bundle-text.ts'

export interface BundleEntry {
  /** Place in the bundle: answers keep this order. */
  readonly index: number
  readonly fullUrl?: string
  readonly resource?: Exact
  /** Present in transactions and batches. */
  readonly request?: EntryRequest
  /** In a batch: why this entry alone is refused; there is no request then. */
  readonly problem?: Problem
}

const types = ['transaction', 'batch', 'message', 'collection', 'document', 'searchset', 'history'] as const

interface IncomingBundle {
  readonly type: (typeof types)[number]
  readonly entries: readonly BundleEntry[]
}

export const tooMany = (most: number) => fail('too-large', `A Bundle may have at most ${most} entries here.`)

/** More findings than this help nobody. */
const maxIssues = 100

/**
 * Checks type, number of entries, fullUrls (bdl-7, bdl-8), requests (bdl-3) and their resources, a message's header (bdl-12), and that a
 * transaction names no resource twice. Fails `invalid` with a place for each finding, or `too-large`; in a batch an entry fails alone.
 * Requests may name our own `base`.
 */
export function readBundle(
  bundle: ReadBundle,
  { entries: most, base }: { readonly entries: number; readonly base?: string },
): Result<IncomingBundle> {
  const { value } = bundle
  const type = types.find((each) => each === value.type)
  if (value.resourceType !== 'Bundle') return fail('invalid', 'A Bundle is needed here.')
  if (!type)
    return fail('invalid', 'The type of the Bundle cannot be received.', {
      issues: [{ path: 'Bundle.type', message: 'is no type of Bundle that can be received' }],
    })
  const { entry: given = [] } = value
  if (!Array.isArray(given))
    return fail('invalid', 'Bundle.entry has to be a list.', { issues: [{ path: 'Bundle.entry', message: 'has to be a list' }] })
  if (given.length > most) return tooMany(most)
  const issues: Issue[] = []
  const codes = new Set<ProblemCode>()
  const names = type === 'batch' ? urnsOf(given) : nobody
  const entries = given.map((entry: unknown, index) => {
    const read = readEntry(entry, index, { type, resource: bundle.entries[index], base, names })
    if (read.ok) return read.value
    if (type !== 'batch') {
      issues.push(...read.problem.issues)
      codes.add(read.problem.code)
    }
    return { index, problem: read.problem }
  })
  if (isCarriedOut(type) && !isKnown(value, 'Bundle')) issues.push({ path: 'Bundle', message: unknownMember })
  issues.push(...repeatedUrls(entries, type))
  if (type === 'transaction') issues.push(...overlaps(entries))
  if (type === 'message' && entries[0]?.resource?.value.resourceType !== 'MessageHeader') {
    issues.push({
      path: 'Bundle.entry[0].resource',
      message: 'the first resource of a message has to be its MessageHeader (bdl-12)',
    })
  }
  // What is wrong with all its faulty entries alike is what is wrong with it, as if they had been sent alone.
  const [code = 'invalid'] = codes.size === 1 ? codes : []
  if (issues.length > 0) return fail(code, 'The Bundle is not well formed.', { issues: issues.slice(0, maxIssues) })
  return ok({ type, entries })
}

const nobody: ReadonlySet<string> = new Set()

/** The fullUrls that mean something within the Bundle alone. */
const urnsOf = (entries: readonly { readonly fullUrl?: unknown }[]): ReadonlySet<string> =>
  new Set(entries.flatMap((entry) => (typeof entry?.fullUrl === 'string' && /^urn:/i.test(entry.fullUrl) ? [entry.fullUrl] : [])))

interface Around {
  readonly type: IncomingBundle['type']
  readonly resource: Exact | undefined
  readonly base: string | undefined
  /** What entries may not refer to. */
  readonly names: ReadonlySet<string>
}

function readEntry(entry: unknown, index: number, { type, resource, base, names }: Around): Result<BundleEntry> {
  const path = `Bundle.entry[${index}]`
  const refuse = (place: string, message: string, code: ProblemCode = 'invalid') => {
    const issue = { path: place === '' ? path : `${path}.${place}`, message }
    return fail(code, `${issue.path} ${message}.`, { issues: [issue] })
  }
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return refuse('', 'has to be an object')
  const { fullUrl, resource: content, request } = entry as JsonObject
  if (content !== undefined && resource === undefined) return refuse('resource', 'has to be a resource')
  if (resource && typeof resource.value.resourceType !== 'string') return refuse('resource', 'has no resourceType')
  if (fullUrl !== undefined && (typeof fullUrl !== 'string' || fullUrl === '')) return refuse('fullUrl', 'has to be a URI')
  if (fullUrl?.includes('/_history/')) return refuse('fullUrl', 'may not name a version (bdl-8)')
  const read = { index, ...(fullUrl !== undefined && { fullUrl }), ...(resource && { resource }) }
  if (!isCarriedOut(type))
    return resource || (type === 'history' && request !== undefined) ? ok(read) : refuse('', 'has no resource (bdl-5)')
  if (!isKnown(entry, 'Bundle.entry')) return refuse('', unknownMember)
  if (!isKnown(request, 'Bundle.entry.request')) return refuse('request', unknownMember)
  // It would be kept as a reference to nothing: entries of a batch know nothing of each other.
  if (names.size > 0 && resource?.links.some(({ kind, value }) => kind === 'reference' && value !== fullUrl && names.has(value)))
    return refuse('resource', 'refers to another entry, which a batch does not resolve: a transaction does')
  const understood = readRequest(request, resource?.value, base)
  return understood.ok
    ? ok({ ...read, request: understood.value })
    : refuse(understood.place, understood.message, understood.code)
}

const isCarriedOut = (type: IncomingBundle['type']): boolean => type === 'transaction' || type === 'batch'

const unknownMember = 'has a member that FHIR R4 does not know'

/** A condition that is written wrongly would be none: what R4 has no name for is not passed over. https://hl7.org/fhir/R4/validation.html */
function isKnown(value: unknown, shape: 'Bundle' | 'Bundle.entry' | 'Bundle.entry.request'): boolean {
  if (typeof value !== 'object' || value === null) return true
  const { fields } = shapeOf(shape)!
  return Object.keys(value).every((name) => fields.has(name) || name === 'resourceType')
}

/** Entries alike in fullUrl and version. https://hl7.org/fhir/R4/bundle.html (bdl-7) */
function repeatedUrls(entries: readonly BundleEntry[], type: IncomingBundle['type']): Issue[] {
  if (type === 'history') return []
  const again = repeated(entries, ({ fullUrl, resource }) => {
    const version = (resource?.value.meta as JsonObject | null | undefined)?.versionId
    return fullUrl && `${fullUrl} ${typeof version === 'string' ? version : ''}`
  })
  return again.map(({ index }) => ({ path: `Bundle.entry[${index}].fullUrl`, message: 'is that of another entry (bdl-7)' }))
}

/** Entries that write what another entry writes: a transaction with any fails as a whole. https://hl7.org/fhir/R4/http.html#trules */
function overlaps(entries: readonly BundleEntry[]): Issue[] {
  const again = repeated(entries, ({ request }) => {
    const writes = request && (request.method === 'PUT' || request.method === 'PATCH' || request.method === 'DELETE')
    return writes && request.type !== undefined && request.id !== undefined ? `${request.type}/${request.id}` : undefined
  })
  return again.map(({ index }) => ({
    path: `Bundle.entry[${index}].request`,
    message: 'writes a resource that another entry writes too',
  }))
}

/** Entries with a key that one before has. */
function repeated(entries: readonly BundleEntry[], keyOf: (entry: BundleEntry) => string | undefined): readonly BundleEntry[] {
  const seen = new Set<string>()
  return entries.filter((entry) => {
    const key = keyOf(entry)
    if (key === undefined) return false
    const isAgain = seen.has(key)
    seen.add(key)
    return isAgain
  })
}

const order: Readonly<Record<Method, number>> = { DELETE: 0, POST: 1, PUT: 2, PATCH: 2, GET: 3, HEAD: 3 }

const orderOf = (request: EntryRequest): number => order[isRead(request) ? 'GET' : request.method]

/** DELETE, POST, PUT and PATCH, whatever only looks; within each, the order sent. https://hl7.org/fhir/R4/http.html#trules */
export const processingOrder = (entries: readonly BundleEntry[]): BundleEntry[] =>
  entries.toSorted((a, b) => (a.request ? orderOf(a.request) : 4) - (b.request ? orderOf(b.request) : 4))

interface Within {
  readonly fullUrl?: string
  readonly base?: string
  /** The version that a link's own has become, of what it became (`Type/id`); undefined for one that was there before. */
  readonly versionOf?: (name: string, version: string) => number | undefined
}

/**
 * How the references of one resource are to be stored: `table` maps fullUrls and conditional references to what they became; a relative
 * reference is taken to be below the base of the entry's own fullUrl (https://hl7.org/fhir/R4/bundle.html#references), and an absolute one
 * below our own `base` is made relative, so that the index and the compartments know it for what it is; so is the address of a Binary, by
 * which attachments name their content. Other addresses of ours stay as they were said: names of definitions are among them. What names a
 * version goes on naming one, and a place within goes on being one.
 */
export function referencesWithin(table: ReadonlyMap<string, string>, within: Within): References {
  const own = within.fullUrl === undefined ? undefined : parseReference(within.fullUrl)
  const entryAt = (link: string): string | undefined =>
    table.get(link) ??
    (own?.kind === 'absolute' && parseReference(link).kind === 'relative' ? table.get(`${own.base}/${link}`) : undefined)
  const local = (link: string, where: string): string | undefined => {
    const found = within.base === undefined || where === 'narrative' ? undefined : localReference(link, within.base)
    return where === 'reference' || found?.startsWith('Binary/') ? found : undefined
  }
  return {
    get(link, where = 'reference') {
      // Of a resource that comes alone there may be very many.
      if (table.size === 0) return local(link, where)
      const known = entryAt(link)
      // An entry that stays where its fullUrl says needs no other address.
      if (known !== undefined && where !== 'reference' && link === `${within.base}/${known}`) return local(link, where)
      if (known !== undefined) return known
      const { name, version, place } = partsOf(link)
      const entry = name === link ? undefined : entryAt(name)
      if (entry !== undefined && version === '') return entry + place
      const stands = entry && within.versionOf?.(entry, version)
      if (stands !== undefined) return `${entry}/_history/${stands}${place}`
      return local(link, where)
    },
  }
}

/** A link taken apart: what it names, a version of it, and a place in that, from `#` on. */
function partsOf(link: string): { readonly name: string; readonly version: string; readonly place: string } {
  const hash = link.indexOf('#')
  const whole = hash < 0 ? link : link.slice(0, hash)
  const [name = '', version = ''] = whole.split('/_history/', 2)
  return { name, version, place: link.slice(whole.length) }
}
