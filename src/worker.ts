/**
 * The door at the edge (Cloudflare Workers): one Durable Object per tenant runs the whole app on its own SQLite storage, which serves as
 * the tenant's store and as the control store of its clients and tokens. Its alarm is the courier's timer.
 * https://developers.cloudflare.com/durable-objects/
 */
import { DurableObject } from 'cloudflare:workers'
import { createKeySource } from './access/jwks.ts'
import { newSecret } from './access/secret.ts'
import { createApp } from './app.ts'
import { configure, tenantSettings } from './configure.ts'
import { createConnect } from './connectors/connect.ts'
import { fail, type Issue } from './domain/problem.ts'
import { startClock } from './flows/by-the-clock/clock.ts'
import { type Courier, startCourier } from './flows/delivery/courier.ts'
import { startIndexing } from './flows/fhir/indexing.ts'
import { startLabelling } from './flows/labels/label-anew.ts'
import { createGateway, type Gateway, system } from './gateway.ts'
import { edgeLimits } from './http/limits.ts'
import { askProviderBy } from './net/ask-provider.ts'
import { keySetBy } from './net/key-set.ts'
import { createSafeFetch } from './net/safe-fetch.ts'
import { createNewId } from './new-id.ts'
import { createLog } from './observe/log.ts'
import { isLoopback, readSettings, type Settings, securityOf } from './settings.ts'
import { openDurableObject } from './store/durable-object.ts'
import { openSqlStore } from './store/sql-store.ts'

interface Env {
  readonly TENANT: DurableObjectNamespace<Tenant>
  readonly [setting: string]: unknown
}

const clock = () => Date.now()
const random = (count: number) => crypto.getRandomValues(new Uint8Array(count))

/** While the object lives; what is left undone goes on when it is opened again. */
const soon = (ms: number, then: () => void): (() => void) => {
  const timer = setTimeout(then, ms)
  return () => clearTimeout(timer)
}

/** Where `wrangler dev` listens. */
const usualBase = 'http://localhost:8787'

/** Milliseconds after which the object is woken, whatever is due: time alone charges months and passes due dates. */
const longestSleep = 3_600_000

/** Milliseconds after which another object looks for what this one was about to do, should it end meanwhile. */
const lookAfter = 60_000

/** There are no files here: the variable holds what the file would. */
function settingsOf(env: Env): ReturnType<typeof readSettings> {
  const texts = Object.entries(env).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  const read = readSettings(Object.fromEntries(texts), (name) => (name === env.HANDOFF_CONFIG ? name : undefined))
  if (!read.ok) return read
  const { auth, adminToken, baseUrl, config, mllpPort } = read.value
  const issues: Issue[] = []
  if (config.tenants.some(({ name }) => name !== 'default'))
    issues.push({ path: 'HANDOFF_CONFIG', message: 'tenants: there is none here but default' })
  if (mllpPort !== undefined) issues.push({ path: 'HANDOFF_MLLP_PORT', message: 'there are no ports to listen at here' })
  // Nothing is listened at here: it is the address that says who reaches it, and none that nobody said.
  if (auth === 'none' && (baseUrl === undefined || !isLoopback(new URL(baseUrl).hostname)))
    issues.push({ path: 'HANDOFF_AUTH', message: 'is none, which is allowed with a loopback HANDOFF_BASE_URL only' })
  // Nobody would see one that is made here, and each object would make another.
  if (auth === 'smart' && adminToken === undefined)
    issues.push({ path: 'HANDOFF_ADMIN_TOKEN', message: 'is needed here: a secret' })
  return issues.length === 0 ? read : fail('invalid', 'The configuration cannot be used.', { issues })
}

/** The runtime finds it by this name, which `wrangler.toml` says. */
export class Tenant extends DurableObject<Env> {
  #serve: ((request: Request, env?: object) => Response | Promise<Response>) | undefined
  #courier: Courier | undefined

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    // Requests wait until the store is open; if it cannot be opened, the object starts anew with the next.
    void ctx.blockConcurrencyWhile(() => this.#open())
  }

  async #open(): Promise<void> {
    const settings = settingsOf(this.env)
    if (!settings.ok) return this.#refuse(settings.problem.issues)
    const gateway = await this.#gateway(settings.value)
    const faults = await configure(gateway, settings.value.config)
    if (faults.length > 0) return this.#refuse(faults)
    const { auth, adminToken, corsOrigins: origins } = settings.value
    const app = createApp(gateway, { auth, adminToken: adminToken ?? newSecret(random), origins, limits: edgeLimits })
    const ctx = await gateway.context(system())
    await startIndexing(ctx, soon)
    await startLabelling(ctx, soon)
    // Before the courier, who knows better when its round is over.
    ctx.store.onCommit(() => this.#later(lookAfter))
    this.#courier = startCourier(ctx, (ms) => this.#later(ms))
    startClock(ctx, soon)
    this.#serve = app.fetch
  }

  #refuse(issues: readonly Issue[]): void {
    const faults = issues.map(({ path = '', message }) => `${path} ${message}`.trim())
    this.#serve = () => Response.json({ detail: 'The configuration cannot be used.', faults }, { status: 503 })
  }

  async #gateway(settings: Settings): Promise<Gateway> {
    const newId = createNewId(clock, random)
    // Clocks stand still here while work is done: it cannot be told how long a search has taken.
    const options = { clock, newEpoch: () => newId('epoch'), patience: 0 }
    const store = await openSqlStore(openDurableObject(this.ctx.storage), options)
    const safeFetch = createSafeFetch({ allowed: settings.allowTargets })
    const baseUrl = settings.baseUrl ?? usualBase
    return createGateway({
      openTenant: async () => store,
      control: store,
      connect: createConnect({ fetch: safeFetch, clock, newId }),
      keys: createKeySource({ get: keySetBy(safeFetch), clock }),
      askProvider: askProviderBy(safeFetch, clock),
      clock,
      newId,
      random,
      pause: () => scheduler.wait(0),
      log: createLog({ level: settings.logLevel, clock, write: (line) => console.log(line.trimEnd()) }),
      ofTenants: tenantSettings(settings.config),
      settings: {
        baseUrl,
        security: securityOf(settings, baseUrl),
        canonicalBase: settings.canonicalBase,
        validation: settings.validation,
        provenance: settings.provenance,
        audit: settings.audit,
        tenants: ['default'],
      },
    })
  }

  /** The alarm outlives the object; whatever object it wakes looks into the outbox. */
  #later(ms: number): () => void {
    void this.ctx.storage.setAlarm(clock() + Math.min(ms, longestSleep))
    return () => undefined
  }

  override async fetch(request: Request): Promise<Response> {
    const address = request.headers.get('cf-connecting-ip')
    return this.#serve!(request, address === null ? {} : { address })
  }

  override async alarm(): Promise<void> {
    // Where the configuration cannot be used the next object may have a better one.
    if (this.#courier === undefined) this.#later(lookAfter)
    await this.#courier?.wake()
  }
}

export default {
  fetch: (request: Request, env: Env): Promise<Response> => env.TENANT.getByName('default').fetch(request),
}
