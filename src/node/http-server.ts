/** The HTTP server of a Node process: nobody may hold it up, and it stops without breaking off what it has begun. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'

export interface HttpServer {
  readonly port: number
  /** Takes no new connections, lets requests in hand finish for so many milliseconds, then cuts. */
  stop(graceMs: number): Promise<void>
}

/** Milliseconds. A sender that is slower than this is taken for one that wants to occupy us. */
const patience = {
  headersTimeout: 10_000,
  /** The whole request, its body included. */
  requestTimeout: 60_000,
  keepAliveTimeout: 65_000,
  /** How often the two above are looked after. */
  connectionsCheckingInterval: 2000,
  maxHeaderSize: 16_384,
} as const

/** Nothing moves on a connection, in either direction. */
const stillMs = 60_000
const mostConnections = 10_000

/** Rejects if the port cannot be had. Port 0: any that is free. */
export async function startHttpServer(
  fetch: (request: Request) => Response | Promise<Response>,
  host: string,
  port: number,
): Promise<HttpServer> {
  const server = createServer(patience, getRequestListener(fetch, { hostname: host }))
  server.timeout = stillMs
  server.maxConnections = mostConnections
  await new Promise<void>((ready, failed) => server.once('error', failed).listen(port, host, ready))
  return { port: (server.address() as AddressInfo).port, stop: (graceMs) => stop(server, graceMs) }
}

async function stop(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((done) => server.close(() => done()))
  // A connection in use is idle only after its answer: it is looked after until the last one is.
  const idle = setInterval(() => server.closeIdleConnections(), 20)
  const cut = setTimeout(() => server.closeAllConnections(), graceMs)
  await closed
  clearInterval(idle)
  clearTimeout(cut)
}
