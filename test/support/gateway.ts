/** A gateway for tests: a store that nobody will miss, a clock that stands still until it is moved, ids that come in order. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createKeySource, type GetKeySet } from '../../src/access/jwks.ts'
import type { Principal } from '../../src/access/principal.ts'
import { createApp } from '../../src/app.ts'
import { createConnect } from '../../src/connectors/connect.ts'
import type { Connect } from '../../src/connectors/connector.ts'
import type { TenantSettings } from '../../src/flows/context.ts'
import { createGateway, type Gateway } from '../../src/gateway.ts'
import type { Limits } from '../../src/http/limits.ts'
import { askProviderBy } from '../../src/net/ask-provider.ts'
import { keySetBy } from '../../src/net/key-set.ts'
import { createSafeFetch } from '../../src/net/safe-fetch.ts'
import { parseTarget } from '../../src/net/target.ts'
import { createNewId } from '../../src/new-id.ts'
import type { Resolve } from '../../src/node/judged-lookup.ts'
import { nodeMailer } from '../../src/node/mailer.ts'
import { nodeTransport } from '../../src/node/transport.ts'
import { createLog } from '../../src/observe/log.ts'
import { openStores } from '../../src/store/stores.ts'
import { createDatabase } from './postgres.ts'

export interface Options {
  readonly auth?: 'smart' | 'none'
  /** The real connectors by default; msw can answer for their partners. */
  readonly connect?: Connect
  /** As HANDOFF_ALLOW_TARGETS. */
  readonly allowTargets?: readonly string[]
  /** Requests leave as from a Node process, to where this says that names lead; key sets are asked for, too. */
  readonly resolve?: Resolve
  /** Another draws other ids. */
  readonly seed?: number
  /** Answers for the addresses of key sets. */
  readonly getKeySet?: GetKeySet
  readonly limits?: Limits
  /** As HANDOFF_CORS_ORIGINS. */
  readonly origins?: readonly string[]
  /** As at the edge: no mail leaves. */
  readonly hasSockets?: false
  readonly tenants?: readonly string[]
  readonly baseUrl?: string
  /** What tenants have for themselves. */
  readonly ofTenants?: ReadonlyMap<string, TenantSettings>
  /** `sqlite:<folder>` to open the same store twice; in memory by default, or where `HANDOFF_TEST_POSTGRES` says. */
  readonly store?: string
  readonly validation?: 'refuse' | 'mark'
  readonly provenance?: 'on' | 'off'
  readonly audit?: 'on' | 'changes' | 'off'
  /** Called wherever long work outside of the store lets others have their turn. */
  readonly paused?: () => void
}

export interface TestGateway {
  readonly gateway: Gateway
  readonly app: ReturnType<typeof createApp>
  /** Sends a request to the app. A path is completed to a URL; a body that is no text is sent as JSON. */
  request(path: string, init?: RequestInit & { readonly json?: unknown }): Promise<Response>
  /** Milliseconds since the epoch; set or move it as the story needs. */
  readonly clock: { now: number; advance(ms: number): void }
  /** The lines of the log, parsed. */
  readonly log: readonly Record<string, unknown>[]
  stop(): Promise<void>
}

/** `HANDOFF_TEST_POSTGRES` names a server on which every gateway gets a database: any story can be told on PostgreSQL. */
async function ownStore(): Promise<string> {
  const server = process.env.HANDOFF_TEST_POSTGRES
  return server === undefined ? 'sqlite::memory:' : await createDatabase(server)
}

export const adminToken = 'an-operators-token'

/** 2026-03-02T09:30:00Z, a Monday. */
export const start = Date.UTC(2026, 2, 2, 9, 30)

export async function startGateway(options: Options = {}): Promise<TestGateway> {
  const clock = {
    now: start,
    advance(ms: number) {
      clock.now += ms
    },
  }
  const read = () => clock.now
  const random = seeded(options.seed)
  const newId = createNewId(read, random)
  const log: Record<string, unknown>[] = []
  const stores = await openStores(options.store ?? (await ownStore()), { clock: read, newEpoch: () => newId('epoch') })
  const allowed = (options.allowTargets ?? []).flatMap((text) => parseTarget(text) ?? [])
  const { resolve } = options
  const safeFetch = createSafeFetch({ allowed, ...(resolve && { transport: nodeTransport({ resolve }) }) })
  const baseUrl = options.baseUrl ?? 'http://localhost'
  const tenants = ['default', ...(options.tenants ?? [])]
  const gateway = createGateway({
    openTenant: (name) => (tenants.includes(name) ? stores.tenant(name) : Promise.reject(new Error('no such tenant'))),
    control: stores.control,
    ...(options.hasSockets !== false && { mailer: nodeMailer({ allowed, timeoutMs: 5000, ...(resolve && { resolve }) }) }),
    connect: options.connect ?? createConnect({ fetch: safeFetch, clock: read, newId }),
    keys: createKeySource({ get: options.getKeySet ?? (resolve ? keySetBy(safeFetch) : async () => undefined), clock: read }),
    askProvider: askProviderBy(safeFetch, read),
    clock: read,
    newId,
    random,
    pause: () => {
      options.paused?.()
      return nextTurn()
    },
    log: createLog({ level: 'debug', clock: read, write: (line) => log.push(JSON.parse(line)) }),
    settings: {
      baseUrl,
      security: {
        cors: options.origins !== undefined,
        ...(options.auth === 'smart' && { tokenEndpoint: `${baseUrl}/oauth/token` }),
      },
      canonicalBase: 'https://warm-handoff.example/fhir',
      validation: options.validation ?? 'refuse',
      provenance: options.provenance ?? 'on',
      audit: options.audit ?? 'on',
      tenants,
    },
    ...(options.ofTenants && { ofTenants: options.ofTenants }),
  })
  const app = createApp(gateway, {
    auth: options.auth ?? 'none',
    adminToken,
    ...(options.limits && { limits: options.limits }),
    ...(options.origins && { origins: options.origins }),
  })
  return {
    gateway,
    app,
    clock,
    log,
    async request(path, { json, ...init } = {}) {
      const headers = new Headers(init.headers)
      if (json !== undefined && !headers.has('content-type')) headers.set('content-type', 'application/json')
      const body = json === undefined ? init.body : JSON.stringify(json)
      return app.request(path, { ...init, headers, ...(body !== undefined && { body }) })
    },
    stop: () => stores.close(),
  }
}

/** Bytes that look random and are the same in every run (mulberry32). */
export function seeded(seed = 1): (count: number) => Uint8Array {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) & 0xff
  }
  return (count) => Uint8Array.from({ length: count }, next)
}

/** Somebody on the machine itself who may see this much. */
export const local = (visible: Principal['visible'] = 'everything'): Principal => ({
  ...{ kind: 'local', id: 'local', tenant: 'default', scopes: [], purpose: 'TREAT', visible },
})

/** The flows as the gateway itself runs them. */
export const systemDesk = ({ gateway }: TestGateway) =>
  gateway.desk({ kind: 'system', id: 'system', tenant: 'default', scopes: [], purpose: 'HOPERAT', visible: 'everything' })
