/** The HTTP server of a Node process: nobody may hold it up, and it stops without breaking off what it has begun. */
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'

export interface HttpServer {
  readonly port: number
  /** Takes no new connections, lets requests in hand finish for so many milliseconds, then cuts. */
  stop(graceMs: number): Promise<void>
}

/** Milliseconds. Who is slower than this is taken for one that wants to occupy us. */
export interface Patience {
  readonly headers: number
  /** The whole request, its body included. */
  readonly request: number
  /** Nothing moves on a connection, in either direction. */
  readonly still: number
  /** How often the first two are looked after. */
  readonly look: number
}

const usual: Patience = { headers: 10_000, request: 60_000, still: 60_000, look: 2000 }
export const mostConnections = 10_000

/** Rejects if the port cannot be had. Port 0: any that is free. */
export async function startHttpServer(
  serve: (request: Request, env: { readonly address?: string }) => Response | Promise<Response>,
  host: string,
  port: number,
  patience: Patience = usual,
): Promise<HttpServer> {
  const options = {
    headersTimeout: patience.headers,
    requestTimeout: patience.request,
    connectionsCheckingInterval: patience.look,
    keepAliveTimeout: patience.still,
    maxHeaderSize: 16_384,
  }
  const server = createServer(options, getRequestListener(withAddress(serve), { hostname: host }))
  server.timeout = patience.still
  server.maxConnections = mostConnections
  await new Promise<void>((ready, failed) => server.once('error', failed).listen(port, host, ready))
  return { port: (server.address() as AddressInfo).port, stop: (graceMs) => stop(server, graceMs) }
}

/** Whoever is at the other end of the connection. */
const withAddress =
  (serve: Parameters<typeof startHttpServer>[0]): Parameters<typeof getRequestListener>[0] =>
  (request, { incoming }) => {
    if (hostsOf(incoming as IncomingMessage) > 1) return new Response(null, { status: 400 })
    const { remoteAddress: address } = incoming.socket
    return serve(request, address === undefined ? {} : { address })
  }

/** Whoever stands before us may have believed another one than the parser does. https://www.rfc-editor.org/rfc/rfc9112#section-3.2-6 */
const hostsOf = ({ rawHeaders }: IncomingMessage): number =>
  rawHeaders.filter((name, at) => at % 2 === 0 && name.length === 4 && name.toLowerCase() === 'host').length

async function stop(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((done) => server.close(() => done()))
  // A connection in use is idle only after its answer: it is looked after until the last one is.
  const idle = setInterval(() => server.closeIdleConnections(), 20)
  const cut = setTimeout(() => server.closeAllConnections(), graceMs)
  await closed
  clearInterval(idle)
  clearTimeout(cut)
}
