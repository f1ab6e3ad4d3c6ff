/**
 * A stranger's FHIR R4 server, small and in memory: it creates (conditionally), reads, updates with If-Match, searches by identifier, and
 * misbehaves on demand. The demo's EHR and payer are two of these; the tests of delivery faults use it too.
 */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

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
}

export async function startSandbox(options: SandboxOptions): Promise<SandboxServer> {
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

  const answer = (request: SandboxRequest, headers: IncomingMessage['headers'], query: URLSearchParams): Answer => {
    const [type = '', id] = request.path.split('/')
    if (type === 'metadata')
      return {
        status: 200,
        body: {
          resourceType: 'CapabilityStatement',
          status: 'active',
          fhirVersion: '4.0.1',
          kind: 'instance',
          software: { name: options.name },
          format: ['json'],
        },
      }
    if (request.method === 'GET' && id !== undefined) return found(resources.get(`${type}/${id}`))
    if (request.method === 'GET')
      return searchset(
        query.has('identifier')
          ? byIdentifier(type, query.get('identifier')!)
          : [...resources.values()].filter((one) => one.resourceType === type),
      )
    const body = JSON.parse(request.body) as Record<string, unknown>
    if (request.method === 'POST') {
      const condition = new URLSearchParams(String(headers['if-none-exist'] ?? '')).get('identifier')
      const matches = condition === null ? [] : byIdentifier(type, condition)
      if (matches.length > 1) return outcome(412, 'multiple matches')
      if (matches[0]) return found(matches[0])
      const { id: _, ...rest } = body
      return found(
        put(
          type,
          `${options.name.toLowerCase().replace(/[^a-z]+/g, '-')}-${randomUUID().slice(0, 8)}`,
          options.decorate?.(rest) ?? rest,
        ),
        201,
      )
    }
    if (request.method === 'PUT' && id !== undefined) {
      const current = resources.get(`${type}/${id}`)
      const wanted = headers['if-match']
      if (wanted !== undefined && wanted !== `W/"${current?.meta.versionId}"`)
        return outcome(412, 'the resource is at another version')
      return found(put(type, id, body), current ? 200 : 201)
    }
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

  await new Promise<void>((listening) => server.listen(options.port ?? 0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return {
    name: options.name,
    baseUrl: `http://127.0.0.1:${port}/fhir`,
    target: `127.0.0.1:${port}`,
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
  readonly body: object
  readonly retryAfter?: number
}

const outcome = (status: number, diagnostics: string, retryAfter?: number): Answer => ({
  status,
  body: { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'processing', diagnostics }] },
  ...(retryAfter !== undefined && { retryAfter }),
})

const failing = (fault: Extract<Fault, { kind: 'status' }>): Answer =>
  outcome(fault.status, 'a fault of the sandbox', fault.retryAfter)

const found = (resource: SandboxResource | undefined, status = 200): Answer =>
  resource ? { status, body: resource } : outcome(404, 'not known')

const searchset = (matches: readonly SandboxResource[]): Answer => ({
  status: 200,
  body: {
    resourceType: 'Bundle',
    type: 'searchset',
    total: matches.length,
    entry: matches.map((resource) => ({ resource, search: { mode: 'match' } })),
  },
})

function send(response: ServerResponse, { status, body, retryAfter }: Answer): void {
  const version = (body as { meta?: { versionId?: string } }).meta?.versionId
  response.writeHead(status, {
    'content-type': 'application/fhir+json',
    ...(version !== undefined && { etag: `W/"${version}"` }),
    ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
  })
  response.end(JSON.stringify(body))
}

async function text(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
