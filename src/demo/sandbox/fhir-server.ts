/**
 * A stranger's FHIR R4 server, small and in memory, that misbehaves on demand. The demo's EHR and payer are two of these; the tests of
 * delivery faults use it too.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type Answer,
  createRecords,
  outcome,
  type RecordsOptions,
  type SandboxRequest,
  type SandboxResource,
  type Written,
} from './records.ts'

/** What goes wrong with one request. `after` the request was applied, or `before`. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly when: 'before' | 'after'; readonly retryAfter?: number }
  /** The connection is cut; `during`: in the middle of the answer. */
  | { readonly kind: 'cut'; readonly when: 'before' | 'during' | 'after' }
  /** The answer comes this late. */
  | { readonly kind: 'hang'; readonly ms: number }

export type { SandboxRequest, SandboxResource }

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
  readonly writes: readonly Written[]
  /** A user of that system changes something. */
  edit(type: string, id: string, change: (resource: SandboxResource) => Record<string, unknown>): void
  /** A user of that system deletes something. */
  remove(type: string, id: string): void
  /** … or writes something: new, or brought back. */
  put(type: string, id: string, resource: Record<string, unknown>): void
  close(): Promise<void>
}

export interface SandboxOptions extends RecordsOptions {
  readonly port?: number
  /** Asked for each request; nothing goes wrong where it answers nothing. */
  readonly fault?: (request: SandboxRequest, number: number) => Fault | undefined
}

export async function startSandbox(options: SandboxOptions): Promise<SandboxServer> {
  const requests: SandboxRequest[] = []
  const target = (): string => `127.0.0.1:${(server.address() as AddressInfo).port}`
  const base = (): string => `http://${target()}/fhir`
  const records = createRecords(options, base)

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
    const result = records.answer(request, incoming.headers, url.searchParams)
    if (fault?.kind === 'hang') await new Promise((wake) => setTimeout(wake, fault.ms).unref())
    if (fault?.kind === 'cut') return cut(response, fault.when === 'during' ? result : undefined)
    send(response, fault?.kind === 'status' ? failing(fault) : result)
  }

  await new Promise<void>((listening) => server.listen(options.port ?? 0, '127.0.0.1', listening))
  return {
    name: options.name,
    baseUrl: base(),
    target: target(),
    all: (type) => records.all().filter((one) => type === undefined || one.resourceType === type),
    requests,
    writes: records.written,
    edit(type, id, change) {
      const current = records.all().find((one) => one.resourceType === type && one.id === id)
      if (!current) throw new Error(`${options.name} has no ${type}/${id}`)
      records.put(type, id, change(current))
    },
    remove: records.remove,
    put: (type, id, resource) => void records.put(type, id, resource),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}

/** After the half of an answer, if there is one. */
function cut(response: ServerResponse, { status, body }: Partial<Answer> = {}): void {
  if (!body || !status) return void response.socket?.destroy()
  const bytes = Buffer.from(JSON.stringify(body))
  response.writeHead(status, { 'content-type': 'application/fhir+json', 'content-length': bytes.length })
  response.write(bytes.subarray(0, bytes.length / 2), () => response.socket?.destroy())
}

const failing = (fault: Extract<Fault, { kind: 'status' }>): Answer =>
  outcome(fault.status, 'a fault of the sandbox', fault.retryAfter)

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
