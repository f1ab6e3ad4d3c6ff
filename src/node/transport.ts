/** How requests leave a Node process: to addresses that were judged. */
import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { Readable } from 'node:stream'
import { type Transport, Unsent, unsentReason } from '../net/safe-fetch.ts'
import { judged, type Resolve, resolveBySystem } from './judged-lookup.ts'

interface TransportOptions {
  readonly resolve?: Resolve
  /** Milliseconds until a connection stands, TLS included. */
  readonly connectTimeoutMs?: number
}

export function nodeTransport({ resolve = resolveBySystem, connectTimeoutMs = 5000 }: TransportOptions = {}): Transport {
  const agents = { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true }) }
  return (url, init, mayConnectTo) =>
    new Promise((fulfil, reject) => {
      const secure = url.protocol === 'https:'
      const request = (secure ? httpsRequest : httpRequest)(url, {
        method: init.method ?? 'GET',
        headers: { ...Object.fromEntries(new Headers(init.headers)), 'accept-encoding': 'gzip' },
        agent: secure ? agents.https : agents.http,
        lookup: judged(resolve, mayConnectTo),
        ...(init.signal && { signal: init.signal }),
      })
      const wasSent = watchConnection(request, secure, connectTimeoutMs)
      request.once('response', (message) => fulfil(toResponse(message)))
      request.once('error', (error) => reject(wasSent() ? error : unsent(error, init.signal)))
      request.end(init.body ?? undefined)
    })
}

/** Whether bytes of the request may have left; gives up on a connection that does not stand in time. */
function watchConnection(request: ClientRequest, secure: boolean, connectTimeoutMs: number): () => boolean {
  let sent = false
  const timer = setTimeout(() => request.destroy(new Unsent('connect-timeout')), connectTimeoutMs)
  const stands = () => {
    sent = true
    clearTimeout(timer)
  }
  request.once('socket', (socket) => {
    if (request.reusedSocket) stands()
    else socket.once(secure ? 'secureConnect' : 'connect', stands)
  })
  request.once('close', () => clearTimeout(timer))
  return () => sent
}

function unsent(error: Error, signal: AbortSignal | null | undefined): Error {
  if (error instanceof Unsent) return error
  if (signal?.aborted) return new Unsent('timeout')
  const { code } = error as { code?: unknown }
  const tls = typeof code === 'string' && /CERT|SSL|TLS|EPROTO/.test(code)
  return new Unsent(unsentReason(error) ?? (tls ? 'tls' : 'connection-refused'))
}

function toResponse(message: IncomingMessage): Response {
  const headers = new Headers()
  for (let at = 0; at < message.rawHeaders.length; at += 2) headers.append(message.rawHeaders[at]!, message.rawHeaders[at + 1]!)
  const status = message.statusCode ?? 502
  if (status === 204 || status === 205 || status === 304) {
    message.resume()
    return new Response(null, { status, headers })
  }
  const body = Readable.toWeb(message) as ReadableStream<Uint8Array<ArrayBuffer>>
  const packed = headers.get('content-encoding')?.trim().toLowerCase() === 'gzip'
  if (packed) headers.delete('content-encoding')
  return new Response(packed ? body.pipeThrough(new DecompressionStream('gzip')) : body, { status, headers })
}
