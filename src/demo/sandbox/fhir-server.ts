/**
 * A stranger's FHIR R4 server, small and in memory: it creates (conditionally), reads, updates with If-Match, searches by identifier, by
 * tag and by patient, page by page, and misbehaves on demand; a personality makes it stricter, as EHRs are. The demo's EHR and payer are two of these; the tests of delivery faults use it too.
 */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isDeepStrictEqual } from 'node:util'
import { kept, objection, type Personality, searchable } from './personality.ts'

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

/** What goes wrong with one request. `after` the request was applied, or `before`. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly when: 'before' | 'after'; readonly retryAfter?: number }
  /** The connection is cut. */
  | { readonly kind: 'cut'; readonly when: 'before' | 'after' }
  /** The answer comes this late. */
  | { readonly kind: 'hang'; readonly ms: number }

export interface SandboxRequest {
  readonly method: string
  /** `Patient/123`, without query. */
  readonly path: string
  readonly body: string
}

export interface SandboxServer {
  readonly name: string
  readonly baseUrl: string
  /** Host and port, as HANDOFF_ALLOW_TARGETS wants them. */
  readonly target: string
  /** Everything stored, in the order it was first created. */
  all(type?: string): readonly SandboxResource[]
  /** Every request that arrived. */
  readonly requests: readonly SandboxRequest[]
  /** Versions in the order they were written: `Type/id` and version. */
  readonly writes: readonly {
    readonly type: string
    readonly id: string
    readonly version: string
    readonly resource: SandboxResource
  }[]
  /** A user of that system changes something. */
  edit(type: string, id: string, change: (resource: SandboxResource) => Record<string, unknown>): void
  close(): Promise<void>
}

export interface SandboxOptions {
  readonly name: string
  readonly port?: number
  /** Asked for each request; nothing goes wrong where it answers nothing. */
  readonly fault?: (request: SandboxRequest, number: number) => Fault | undefined
  /** What this system adds to each resource it creates, as EHRs do. */
  readonly decorate?: (resource: Record<string, unknown>) => Record<string, unknown>
  readonly personality?: Personality
}

export async function startSandbox(options: SandboxOptions): Promise<SandboxServer> {
  const { personality = {} } = options
  const resources = new Map<string, SandboxResource>()
  /** Keys of the resources that ever had an identifier of this value. */
  const identified = new Map<string, Set<string>>()
  const requests: SandboxRequest[] = []
  const writes: { type: string; id: string; version: string; resource: SandboxResource }[] = []

  const put = (type: string, id: string, body: Record<string, unknown>): SandboxResource => {
    const version = String(Number(resources.get(`${type}/${id}`)?.meta.versionId ?? 0) + 1)
    const meta = { ...(body.meta as object | undefined), versionId: version, lastUpdated: new Date().toISOString() }
    const resource = { ...body, resourceType: type, id, meta } as SandboxResource
    resources.set(`${type}/${id}`, resource)
    for (const { value = '' } of [resource.identifier ?? []].flat())
      identified.set(value, (identified.get(value) ?? new Set()).add(`${type}/${id}`))
    writes.push({ type, id, version, resource })
    return resource
  }
  const byIdentifier = (type: string, token: string): SandboxResource[] => {
    const [system, value] = token.includes('|') ? token.split('|') : [undefined, token]
    const fits = (one: Identifier): boolean => one.value === value && (system === undefined || one.system === system)
    const candidates = [...(identified.get(value ?? '') ?? [])].map((key) => resources.get(key)!)
    return candidates.filter((one) => one.resourceType === type && [one.identifier ?? []].flat().some(fits))
  }
  const found = (type: string, query: URLSearchParams): readonly SandboxResource[] => {
    const [identifier, tag, patient, name] = ['identifier', '_tag', 'patient', 'name'].map((one) => query.get(one))
    const all = identifier ? byIdentifier(type, identifier) : [...resources.values()].filter((one) => one.resourceType === type)
    const fits = (one: SandboxResource) => (!tag || isTagged(one, tag)) && (!patient || isAbout(one, patient))
    return all.filter((one) => fits(one) && (!name || String(one.name).startsWith(name)))
  }

  const pages = new Map<string, readonly SandboxResource[]>()
  const remembered = new Map<string, readonly SandboxResource[]>()
  const page = (matches: readonly SandboxResource[]): Answer => {
    const size = personality.page ?? matches.length
    const rest = matches.slice(size)
    const next = rest.length > 0 ? randomUUID() : undefined
    if (next) pages.set(next, rest)
    const link = next ? [{ relation: 'next', url: `${base()}?page=${next}` }] : []
    return searchset(matches.slice(0, size), matches.length, link)
  }
  const search = (type: string, query: URLSearchParams, headers: IncomingMessage['headers']): Answer => {
    if (!searchable(personality, type, query)) return outcome(400, 'no supported search parameters provided')
    const key = `${type}?${query}`
    const fresh = !personality.cachesSearches || headers['cache-control'] === 'no-cache' || !remembered.has(key)
    if (fresh) remembered.set(key, found(type, query))
    return page(remembered.get(key)!)
  }

  const create = (type: string, body: Record<string, unknown>, headers: IncomingMessage['headers']): Answer => {
    if (personality.noCreate?.includes(type)) return outcome(405, `${type} cannot be created here`)
    const refusal = objection(personality, body)
    if (refusal !== undefined) return outcome(personality.refusal ?? 422, refusal)
    const condition = personality.unconditional ? undefined : headers['if-none-exist']
    const matches = condition === undefined ? [] : found(type, new URLSearchParams(String(condition)))
    if (matches.length > 1) return outcome(412, 'multiple matches')
    if (matches[0]) return shown(matches[0])
    const { id: _, ...rest } = kept(personality, body)
    const id = `${options.name.toLowerCase().replace(/[^a-z]+/g, '-')}-${randomUUID().slice(0, 8)}`
    return written(put(type, id, options.decorate?.(rest) ?? rest), 201)
  }
  const update = (type: string, id: string, body: Record<string, unknown>, headers: IncomingMessage['headers']): Answer => {
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
    if (unchanged && isDeepStrictEqual({ ...current, meta: null }, { ...next, meta: null })) return { status: unchanged }
    return written(put(type, id, next), current ? 200 : 201)
  }
  const written = (resource: SandboxResource, status: number): Answer => {
    const { resourceType, id, meta } = resource
    const location = `${base()}/${resourceType}/${id}/_history/${meta.versionId}`
    return { ...(personality.silent ? { status } : shown(resource, status)), location, version: meta.versionId }
  }

  const answer = (request: SandboxRequest, headers: IncomingMessage['headers'], query: URLSearchParams): Answer => {
    const [type = '', id] = request.path.split('/')
    if (request.method === 'GET') {
      if (type === 'metadata') return { status: 200, body: capabilities(options.name) }
      if (id !== undefined) return shown(resources.get(`${type}/${id}`))
      if (type !== '') return search(type, query, headers)
      const rest = pages.get(query.get('page') ?? '')
      return rest ? page(rest) : outcome(410, 'this page is gone')
    }
    const body = JSON.parse(request.body) as Record<string, unknown>
    if (request.method === 'POST') return create(type, body, headers)
    if (request.method === 'PUT' && id !== undefined) return update(type, id, body, headers)
    return outcome(405, 'not here')
  }

  const server: Server = createServer((incoming, response) => {
    void serve(incoming, response)
  })
  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', 'http://sandbox')
    const request: SandboxRequest = {
      method: incoming.method ?? 'GET',
      path: url.pathname.replace(/^\/fhir\/?/, ''),
      body: await text(incoming),
    }
    requests.push(request)
    const fault = options.fault?.(request, requests.length)
    if (fault?.kind === 'cut' && fault.when === 'before') return void incoming.socket.destroy()
    if (fault?.kind === 'status' && fault.when === 'before') return send(response, failing(fault))
    const result = answer(request, incoming.headers, url.searchParams)
    if (fault?.kind === 'hang') await new Promise((wake) => setTimeout(wake, fault.ms).unref())
    if (fault?.kind === 'cut') return void incoming.socket.destroy()
    send(response, fault?.kind === 'status' ? failing(fault) : result)
  }

  const target = (): string => `127.0.0.1:${(server.address() as AddressInfo).port}`
  const base = (): string => `http://${target()}/fhir`
  await new Promise<void>((listening) => server.listen(options.port ?? 0, '127.0.0.1', listening))
  return {
    name: options.name,
    baseUrl: base(),
    target: target(),
    all: (type) => [...resources.values()].filter((one) => type === undefined || one.resourceType === type),
    requests,
    writes,
    edit(type, id, change) {
      const current = resources.get(`${type}/${id}`)
      if (!current) throw new Error(`${options.name} has no ${type}/${id}`)
      put(type, id, change(current))
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}

interface Answer {
  readonly status: number
  readonly body?: object
  readonly retryAfter?: number
  readonly location?: string
  readonly version?: string
}

const isTagged = ({ meta }: SandboxResource, token: string): boolean =>
  ((meta as { tag?: readonly { system?: string; code?: string }[] }).tag ?? []).some(
    ({ system, code }) => `${system}|${code}` === token,
  )
const isAbout = (resource: SandboxResource, patient: string): boolean =>
  [resource.subject, resource.patient].some(
    (one) => (one as { reference?: string } | undefined)?.reference === `Patient/${patient.replace(/^Patient\//, '')}`,
  )

const capabilities = (name: string): object => ({
  resourceType: 'CapabilityStatement',
  status: 'active',
  fhirVersion: '4.0.1',
  kind: 'instance',
  software: { name },
  format: ['json'],
})

const outcome = (status: number, diagnostics: string, retryAfter?: number): Answer => ({
  status,
  body: { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'processing', diagnostics }] },
  ...(retryAfter !== undefined && { retryAfter }),
})

const failing = (fault: Extract<Fault, { kind: 'status' }>): Answer =>
  outcome(fault.status, 'a fault of the sandbox', fault.retryAfter)

const shown = (resource: SandboxResource | undefined, status = 200): Answer =>
  resource ? { status, body: resource, version: resource.meta.versionId } : outcome(404, 'not known')

const searchset = (matches: readonly SandboxResource[], total: number, link: readonly object[]): Answer => ({
  status: 200,
  body: {
    resourceType: 'Bundle',
    type: 'searchset',
    total,
    ...(link.length > 0 && { link }),
    entry: matches.map((resource) => ({ resource, search: { mode: 'match' } })),
  },
})

function send(response: ServerResponse, { status, body, retryAfter, location, version }: Answer): void {
  response.writeHead(status, {
    ...(body && { 'content-type': 'application/fhir+json' }),
    ...(version !== undefined && { etag: `W/"${version}"` }),
    ...(location !== undefined && { location }),
    ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
  })
  response.end(body && JSON.stringify(body))
}

async function text(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
