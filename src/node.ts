/** The door of a Node process: stores in files or in PostgreSQL, an HTTP server, couriers on timers, requests that leave for judged addresses. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createKeySource } from './access/jwks.ts'
import { newSecret } from './access/secret.ts'
import { createApp } from './app.ts'
import { configure, tenantSettings } from './configure.ts'
import { createConnect } from './connectors/connect.ts'
import { fail, ok, type Result } from './domain/problem.ts'
import { startClock } from './flows/by-the-clock/clock.ts'
import { type Later, startCourier } from './flows/delivery/courier.ts'
import { startIndexing } from './flows/fhir/indexing.ts'
import { startLabelling } from './flows/labels/label-anew.ts'
import { createGateway, type Gateway, system } from './gateway.ts'
import { answerBytes } from './hl7v2/acknowledge.ts'
import type { Framed } from './hl7v2/mllp.ts'
import { waitingRoutes } from './http/health.ts'
import { askProviderBy } from './net/ask-provider.ts'
import { keySetBy } from './net/key-set.ts'
import { createSafeFetch } from './net/safe-fetch.ts'
import { createNewId, pooled } from './new-id.ts'
import { startHttpServer } from './node/http-server.ts'
import { nodeMailer } from './node/mailer.ts'
import { type MllpListener, startMllpListener } from './node/mllp-listener.ts'
import { nodeTransport } from './node/transport.ts'
import { createLog } from './observe/log.ts'
import { type Settings, securityOf } from './settings.ts'
import { openStores } from './store/stores.ts'

export interface Running {
  /** Where it listens, on this machine. */
  readonly url: string
  /** Where it listens for HL7 v2 over MLLP, if it does. */
  readonly mllpPort?: number
  readonly gateway: Gateway
  /** The operators' token: the one of the settings, or one made for this start. */
  readonly adminToken: string
  /** Wants no more requests, finishes those in hand, stops the couriers, closes the stores. */
  stop(): Promise<void>
}

/** Milliseconds that requests in hand are given to finish. */
const grace = 20_000

/** Milliseconds after which the outbox is looked at, whatever it said the last time. */
const longestSleep = 30_000

/** Exit code where it may work when it is tried again (`EX_TEMPFAIL` of sysexits.h). */
const temporaryFailure = 75

const later: Later = (ms, then) => {
  const timer = setTimeout(then, Math.min(ms, longestSleep))
  return () => clearTimeout(timer)
}

const clock = () => Date.now()
const random = pooled((count) => crypto.getRandomValues(new Uint8Array(count)))

/**
 * Starts the gateway. A configuration file that names what cannot be is a problem; a port or a store that cannot be had is thrown.
 *
 * @param write takes the lines of the log
 */
export async function startNode(settings: Settings, write: (line: string) => void): Promise<Result<Running>> {
  /** What was opened, in this order; it is closed in the other. */
  const opened: (() => Promise<unknown>)[] = []
  const close = async () => {
    for (const end of opened.splice(0).reverse()) await end()
  }
  try {
    const started = await open(settings, write, opened, close)
    if (!started.ok) await close()
    return started
  } catch (error) {
    await close()
    throw error
  }
}

async function open(
  { config, ...wanted }: Settings,
  write: (line: string) => void,
  opened: (() => Promise<unknown>)[],
  close: () => Promise<void>,
): Promise<Result<Running>> {
  const { host } = wanted
  const newId = createNewId(clock, random)
  const log = createLog({ level: wanted.logLevel, clock, write })

  let serve: (request: Request, env: object) => Response | Promise<Response> = waitingRoutes('Starting.').fetch
  // The port before the gateway: it may be any that is free, and then names the base.
  const server = await startHttpServer((request, env) => serve(request, env), host, wanted.port)
  opened.push(() => server.stop(grace))
  const stores = await openStores(wanted.store, {
    clock,
    newEpoch: () => newId('epoch'),
    standby() {
      serve = waitingRoutes('Standby: another process answers for this store.').fetch
      log('gateway-standby', { host, port: server.port })
    },
    lost() {
      log('store-lost')
      process.exit(temporaryFailure)
    },
  })
  // The first to be opened was the door: it is closed before the stores.
  opened.unshift(stores.close)
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${server.port}`
  const baseUrl = wanted.baseUrl ?? url

  const safeFetch = createSafeFetch({ allowed: wanted.allowTargets, transport: nodeTransport() })
  const tenants = [...new Set(['default', ...config.tenants.map(({ name }) => name)])]
  const gateway = createGateway({
    openTenant: stores.tenant,
    control: stores.control,
    connect: createConnect({ fetch: safeFetch, clock, newId }),
    mailer: nodeMailer({ allowed: wanted.allowTargets }),
    keys: createKeySource({ get: keySetBy(safeFetch), clock }),
    askProvider: askProviderBy(safeFetch, clock),
    clock,
    newId,
    random,
    pause: () => nextTurn(),
    log,
    ofTenants: tenantSettings(config),
    settings: {
      baseUrl,
      security: securityOf(wanted, baseUrl),
      canonicalBase: wanted.canonicalBase,
      validation: wanted.validation,
      provenance: wanted.provenance,
      audit: wanted.audit,
      tenants,
    },
  })
  const faults = await configure(gateway, config)
  if (faults.length > 0) return fail('invalid', 'The configuration file cannot be carried out.', { issues: faults })

  /** Ended together: what hangs holds up nobody else's end. */
  const background: (() => Promise<unknown>)[] = []
  // Before the stores, after the doors: a message in hand may still leave something to deliver.
  opened.splice(1, 0, () => Promise.all(background.map((end) => end())))
  for (const name of tenants) {
    const ctx = await gateway.context(system(name))
    background.push(
      startCourier(ctx, later).stop,
      startClock(ctx, later),
      await startIndexing(ctx, later),
      await startLabelling(ctx, later),
    )
  }
  const mllp = await openMllp(gateway, host, wanted.mllpPort)
  if (mllp) opened.push(() => mllp.stop(grace))
  let stopping = false
  const adminToken = wanted.adminToken ?? newSecret(random)
  serve = createApp(gateway, { auth: wanted.auth, adminToken, origins: wanted.corsOrigins, isStopping: () => stopping }).fetch
  log('gateway-started', { host, port: server.port, count: tenants.length })
  if (wanted.auth === 'none') log('authentication-off', { host, port: server.port })

  let stopped: Promise<void> | undefined
  const stop = async () => {
    stopping = true
    log('gateway-stopping')
    await close()
    log('gateway-stopped')
  }
  return ok({
    url,
    ...(mllp && { mllpPort: mllp.port }),
    gateway,
    adminToken,
    stop() {
      stopped ??= stop()
      return stopped
    },
  })
}

async function openMllp(gateway: Gateway, host: string, port: number | undefined): Promise<MllpListener | undefined> {
  if (port === undefined) return undefined
  const listener = await startMllpListener({ host, port, answer: (framed) => answerMllp(gateway, framed) })
  gateway.log('listener-opened', { host, port: listener.port })
  return listener
}

/** Whoever may reach the port may send messages: MLLP knows no callers. Rejects, and so closes the connection, where not even a no can be said. */
async function answerMllp(gateway: Gateway, framed: Framed): Promise<Uint8Array | undefined> {
  if ('problem' in framed) {
    gateway.log('listener-refused', { code: framed.problem.code })
    return undefined
  }
  const desk = await gateway.desk({ ...system(), id: 'mllp' })
  const received = await desk.receiveMessage(framed.message)
  if (!received.ok) throw new Error(received.problem.code)
  return answerBytes(received.value.answer.text)
}
