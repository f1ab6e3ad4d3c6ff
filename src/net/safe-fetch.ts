/**
 * The only place that fetches. It keeps requests from wandering (to private addresses, to another origin with our credentials, along
 * redirects) and from lasting (time and size are limited), and it tells "never sent" from "sent, but no answer": after the second, the
 * other side may have acted.
 */
import { unlessThrown } from '../domain/problem.ts'
import type { Target } from './target.ts'
import { isWithin, mayConnect, refusal } from './target.ts'

export interface SafeRequest {
  readonly url: string
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Without credentials: `Authorization` and `Cookie` are refused here. */
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as `Authorization`, and only to this base and what lies below it; elsewhere the request is not sent at all. */
  readonly credentials?: { readonly base: string; readonly authorization: string }
  readonly body?: string | Uint8Array<ArrayBuffer>
  /** Milliseconds for the whole, the body of the answer included. Default 30 s. */
  readonly timeoutMs?: number
  /** Bytes of the answer's body, unpacked. Default 1 MiB. */
  readonly maxBytes?: number
  /** How many redirects of a GET to follow within the origin, at most 3. Default none: the 3xx is the answer. */
  readonly redirects?: number
}

/** Stable codes: why a request was not sent, or its answer not had. */
type Reason =
  | 'url'
  | 'scheme'
  | 'credentials-in-url'
  | 'address'
  | 'credentials-origin'
  | 'header'
  | 'name-not-found'
  | 'connection-refused'
  | 'connect-timeout'
  | 'tls'
  | 'timeout'
  | 'connection-broken'
  | 'answer-too-large'

export type SafeAnswer =
  /** An answer came, whatever its status. */
  | {
      readonly outcome: 'answered'
      readonly status: number
      readonly headers: Headers
      readonly bytes: Uint8Array<ArrayBuffer>
      readonly url: string
    }
  /** Nothing left the house: trying again cannot do anything twice. */
  | { readonly outcome: 'unsent'; readonly reason: Reason }
  /** It left, or may have; what the other side did with it is not known. */
  | { readonly outcome: 'unanswered'; readonly reason: Reason }

/** Never rejects. */
export type SafeFetch = (request: SafeRequest) => Promise<SafeAnswer>

/** Thrown by a transport when nothing of the request has been sent. */
export class Unsent extends Error {
  override readonly name = 'Unsent'
  readonly reason: Reason
  constructor(reason: Reason) {
    super(reason)
    this.reason = reason
  }
}

/**
 * Carries one request, following no redirect. A transport that resolves names itself asks `mayConnectTo` about the very address it
 * then connects to. It rejects with `Unsent` where it knows that nothing was sent.
 */
export type Transport = (url: URL, init: RequestInit, mayConnectTo: (address: string) => boolean) => Promise<Response>

interface SafeFetchOptions {
  readonly allowed: readonly Target[]
  /** Default: the runtime's `fetch`, which resolves names out of our sight; only addresses and local names in the URL are then refused. */
  readonly transport?: Transport
}

const defaults = { timeoutMs: 30_000, maxBytes: 1024 * 1024 }

export function createSafeFetch({ allowed, transport = webTransport }: SafeFetchOptions): SafeFetch {
  return async (request) => {
    const signal = AbortSignal.timeout(request.timeoutMs ?? defaults.timeoutMs)
    let target = request.url
    for (let left = Math.min(request.redirects ?? 0, 3); ; left--) {
      const prepared = prepare(target, request, allowed)
      if (typeof prepared === 'string') return { outcome: 'unsent', reason: prepared }
      const { url, headers } = prepared
      const init: RequestInit = {
        method: request.method ?? 'GET',
        headers,
        body: request.body ?? null,
        signal,
        redirect: 'manual',
      }
      const answer = await carry(transport, url, init, allowed, request.maxBytes ?? defaults.maxBytes)
      if (answer.outcome !== 'answered' || left <= 0) return answer
      const next = redirected(answer, url, request)
      if (next === undefined) return answer
      target = next
    }
  }
}

/** URL and headers as they may be sent, or why not. */
function prepare(target: string, request: SafeRequest, allowed: readonly Target[]): { url: URL; headers: Headers } | Reason {
  const url = URL.parse(target)
  if (!url) return 'url'
  const refused = refusal(url, allowed)
  if (refused) return refused
  // Names or values that no header may have (line ends among them) are none.
  const headers = unlessThrown(() => new Headers({ ...request.headers }))
  if (!headers || headers.has('authorization') || headers.has('cookie')) return 'header'
  if (request.credentials) {
    const base = URL.parse(request.credentials.base)
    if (!base || !isWithin(url, base)) return 'credentials-origin'
    headers.set('authorization', request.credentials.authorization)
  }
  return { url, headers }
}

async function carry(
  transport: Transport,
  url: URL,
  init: RequestInit,
  allowed: readonly Target[],
  maxBytes: number,
): Promise<SafeAnswer> {
  try {
    const response = await transport(url, init, (address) => mayConnect(address, url, allowed))
    const bytes = await readLimited(response, maxBytes)
    if (!bytes) return { outcome: 'unanswered', reason: 'answer-too-large' }
    return { outcome: 'answered', status: response.status, headers: response.headers, bytes, url: url.href }
  } catch (caught) {
    if (caught instanceof Unsent) return { outcome: 'unsent', reason: caught.reason }
    const timeout = init.signal?.aborted === true
    return { outcome: 'unanswered', reason: timeout ? 'timeout' : 'connection-broken' }
  }
}

async function readLimited(response: Response, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (!response.body) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body) {
    length += chunk.length
    // Leaving the loop cancels the rest.
    if (length > maxBytes) return undefined
    chunks.push(chunk)
  }
  const bytes = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

function redirected(answer: SafeAnswer & { outcome: 'answered' }, from: URL, request: SafeRequest): string | undefined {
  const location = answer.headers.get('location')
  const reading = request.method === undefined || request.method === 'GET' || request.method === 'HEAD'
  if (!reading || ![301, 302, 303, 307, 308].includes(answer.status) || location === null) return undefined
  const next = URL.parse(location, from)
  return next && next.origin === from.origin ? next.href : undefined
}

/** Codes of the system and of TLS that come before anything is sent. */
const unsentCodes: Readonly<Record<string, Reason>> = {
  ENOTFOUND: 'name-not-found',
  EAI_AGAIN: 'name-not-found',
  ECONNREFUSED: 'connection-refused',
  EHOSTUNREACH: 'connection-refused',
  ENETUNREACH: 'connection-refused',
  EADDRNOTAVAIL: 'connection-refused',
  UND_ERR_CONNECT_TIMEOUT: 'connect-timeout',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls',
  CERT_HAS_EXPIRED: 'tls',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls',
}

/** Why nothing was sent, as far as an error's code tells; for transports. */
export function unsentReason(caught: unknown): Reason | undefined {
  const { code, cause } = (caught ?? {}) as { code?: unknown; cause?: { code?: unknown } }
  const told = typeof code === 'string' ? code : cause?.code
  return typeof told === 'string' ? unsentCodes[told] : undefined
}

const webTransport: Transport = async (url, init) => {
  try {
    return await fetch(url, init)
  } catch (caught) {
    const reason = unsentReason(caught)
    throw reason ? new Unsent(reason) : caught
  }
}
