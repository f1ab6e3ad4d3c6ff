/** The door of a Node process: stores in files, an HTTP server, couriers on timers, requests that leave for judged addresses. */
import { createKeySource } from './access/jwks.ts'
import { newSecret } from './access/secret.ts'
import { createApp } from './app.ts'
import { createConnect } from './connectors/connect.ts'
import { fail, ok, type Result } from './domain/problem.ts'
import { type Later, startCourier } from './flows/delivery/courier.ts'
import { createGateway, type Gateway, system } from './gateway.ts'
import { keySetBy } from './net/key-set.ts'
import { createSafeFetch } from './net/safe-fetch.ts'
import { createNewId } from './new-id.ts'
import { configure } from './node/configure.ts'
import { startHttpServer } from './node/http-server.ts'
import { nodeTransport } from './node/transport.ts'
import { createLog } from './observe/log.ts'
import type { Settings } from './settings.ts'
import { openStores } from './store/sqlite-stores.ts'

export interface Running {
  /** Where it listens, on this machine. */
  readonly url: string
  readonly gateway: Gateway
  /** The operators' token: the one of the settings, or one made for this start. */
  readonly adminToken: string
  /** Wants no more requests, finishes those in hand, stops the couriers, closes the stores. */
  stop(): Promise<void>
}

/** Milliseconds that requests in hand are given to finish. */
const grace = 20_000

const later: Later = (ms, then) => {
  const timer = setTimeout(then, ms)
  return () => clearTimeout(timer)
}

const clock = () => Date.now()
const random = (count: number) => crypto.getRandomValues(new Uint8Array(count))

/**
 * Starts the gateway. A configuration file that names what cannot be is a problem; a port or a folder that cannot be had is thrown.
 *
 * @param write takes the lines of the log
 */
export async function startNode(settings: Settings, write: (line: string) => void): Promise<Result<Running>> {
  const { config, ...wanted } = settings
  const newId = createNewId(clock, random)
  const log = createLog({ level: wanted.logLevel, clock, write })
  let fetch: (request: Request) => Response | Promise<Response> = () =>
    new Response('Starting.', { status: 503, headers: { 'retry-after': '1' } })
  // The port first: it may be one that is free, and then names the base.
  const server = await startHttpServer((request) => fetch(request), wanted.host, wanted.port)
  const url = `http://${wanted.host.includes(':') ? `[${wanted.host}]` : wanted.host}:${server.port}`

  const stores = await openStores(wanted.store, { clock, newEpoch: () => newId('epoch') }).catch(async (error) => {
    await server.stop(0)
    throw error
  })
  const safeFetch = createSafeFetch({ allowed: wanted.allowTargets, transport: nodeTransport() })
  const tenants = [...new Set(['default', ...config.tenants.map(({ name }) => name)])]
  const gateway = createGateway({
    openTenant: stores.tenant,
    control: stores.control,
    connect: createConnect({ fetch: safeFetch, clock, newId }),
    keys: createKeySource({ get: keySetBy(safeFetch), clock }),
    clock,
    newId,
    random,
    log,
    settings: { baseUrl: wanted.baseUrl ?? url, canonicalBase: wanted.canonicalBase, validation: wanted.validation, tenants },
  })

  const faults = await configure(gateway, config)
  if (faults.length > 0) {
    await server.stop(0)
    await stores.close()
    return fail('invalid', 'The configuration file cannot be carried out.', { issues: faults })
  }

  let stopping = false
  const adminToken = wanted.adminToken ?? newSecret(random)
  const app = createApp(gateway, { auth: wanted.auth, adminToken, isStopping: () => stopping })
  const couriers = await Promise.all(tenants.map(async (name) => startCourier(await gateway.context(system(name)), later)))
  fetch = app.fetch
  log('gateway-started', { host: wanted.host, port: server.port, count: tenants.length })
  if (wanted.auth === 'none') log('authentication-off', { host: wanted.host, port: server.port })

  const stop = async () => {
    stopping = true
    log('gateway-stopping')
    await server.stop(grace)
    await Promise.all(couriers.map((courier) => courier.stop()))
    await stores.close()
    log('gateway-stopped')
  }
  let stopped: Promise<void> | undefined
  return ok({
    url,
    gateway,
    adminToken,
    stop() {
      stopped ??= stop()
      return stopped
    },
  })
}
