/**
 * The gateway: rooms and seams put together. A door asks for the desk of a principal, and finds there every flow, bound to that
 * principal's tenant.
 */
import type { KeySource } from './access/jwks.ts'
import type { Principal } from './access/principal.ts'
import { createTally } from './access/rate.ts'
import type { AskProvider } from './access/sign-in.ts'
import type { Connect } from './connectors/connector.ts'
import type { Mailer } from './connectors/mail.ts'
import { observed } from './flows/audit/observed.ts'
import type { Clock, Context, FlowSettings, NewId, Once, Origin, Pause, RandomBytes, TenantSettings } from './flows/context.ts'
import { capabilities } from './flows/fhir/capabilities.ts'
import * as flows from './flows/index.ts'
import { createReadiness } from './flows/readiness.ts'
import { type Fields, type Log, trace } from './observe/log.ts'
import { createMetrics, type Metrics } from './observe/metrics.ts'
import { type Store, Unanswerable } from './store/store.ts'

export type { Origin } from './flows/context.ts'
export { software } from './flows/software.ts'

export interface Seams {
  /** Opens (once) the store of a tenant; rejects if there is no such tenant. */
  readonly openTenant: (name: string) => Promise<Store>
  readonly control: Store
  readonly connect: Connect
  /** Where there are sockets. */
  readonly mailer?: Mailer
  readonly keys: KeySource
  readonly askProvider: AskProvider
  readonly clock: Clock
  readonly newId: NewId
  readonly random: RandomBytes
  readonly pause: Pause
  readonly log: Log
  readonly settings: FlowSettings
  /** Tenants that have some settings for themselves. */
  readonly ofTenants?: ReadonlyMap<string, TenantSettings>
}

type Flows = typeof flows
/** Every flow without its first argument, the context. */
export type Desk = {
  readonly [K in keyof Flows]: Flows[K] extends (ctx: Context, ...rest: infer A) => infer R ? (...rest: A) => R : never
}

type ValueOf<R> = R extends { readonly ok: true; readonly value: infer V } ? V : never
/** What a flow comes to where it does not fail. */
export type Told<K extends keyof Desk> = ValueOf<Awaited<ReturnType<Desk[K]>>>

export interface Gateway {
  readonly settings: FlowSettings
  /** The settings with what the tenant has for itself. */
  settingsOf(tenant: string): FlowSettings
  readonly log: Log
  readonly metrics: Metrics
  readonly clock: Clock
  readonly newId: NewId
  readonly control: Store
  /** `once`: the effect of what follows happens once for that key, and a repeat is given the first result. */
  context(principal: Principal, once?: Once, origin?: Origin): Promise<Context>
  desk(principal: Principal, once?: Once, origin?: Origin): Promise<Desk>
  /** The CapabilityStatement's text, or what else `mode` names. */
  capabilities(limits: Parameters<typeof capabilities>[1], mode?: string): ReturnType<typeof capabilities>
  /** Whether the store takes what is written; rejects where it is broken. */
  readonly ready: ReturnType<typeof createReadiness>
  /** What a caller has done wrong, if what was caught is that: a cursor that was not given out here, or too much asked at once. */
  refusal(caught: unknown): Unanswerable['problem'] | undefined
  /** Logs what broke, without its text, under a new id: all that the caller is told. */
  incident(caught: unknown, fields?: Fields): string
}

/** Whom the gateway itself acts as, where nobody has asked: at start-up, in the background, before a caller is known. */
export const system = (tenant = 'default'): Principal => ({
  kind: 'system',
  id: 'system',
  tenant,
  scopes: [],
  purpose: 'HOPERAT',
  visible: 'everything',
})

export function createGateway(seams: Seams): Gateway {
  const metrics = createMetrics()
  // What is worth a line is worth a count: messages, deliveries, tokens and whatever is told later.
  const log: Log = (event, fields) => {
    metrics.count('handoff_events_total', { event })
    seams.log(event, fields)
  }
  const { openTenant, ofTenants, ...rest } = { ...seams, log }
  const { settings, clock, newId, control } = rest
  const own = new Map([...(ofTenants ?? [])].map(([name, its]) => [name, { ...settings, ...its }]))
  const settingsOf = (tenant: string): FlowSettings => own.get(tenant) ?? settings
  const inUse = new Set([control])
  const knocks = createTally(clock)
  const storeOf = async (tenant: string): Promise<Store> => {
    const store = await openTenant(tenant)
    inUse.add(store)
    return store
  }
  const context: Gateway['context'] = async (principal, once, origin) => ({
    ...rest,
    knocks,
    tokenUrl: `${settings.baseUrl}/oauth/token`,
    settings: settingsOf(principal.tenant),
    store: await storeOf(principal.tenant),
    principal,
    ...(once && { once }),
    ...(origin && { origin }),
  })
  return {
    settings,
    settingsOf,
    log,
    metrics,
    clock,
    newId,
    control,
    context,
    desk: async (principal, once, origin) => bind(await context(principal, once, origin)),
    ready: createReadiness(() => [...inUse], clock),
    capabilities: (limits, mode) => capabilities(settings, limits, mode),
    refusal: (caught) => (caught instanceof Unanswerable ? caught.problem : undefined),
    incident(caught, fields = {}) {
      const incident = newId('incident')
      log('request-failed', { ...fields, ...trace(caught), incident })
      return incident
    },
  }
}

/** A flow is bound when it is asked for: a request needs one or two of them. */
class Bound {
  readonly ctx: Context
  constructor(ctx: Context) {
    this.ctx = ctx
  }
}
for (const [name, flow] of Object.entries(flows)) {
  Object.defineProperty(Bound.prototype, name, {
    get(this: Bound) {
      return (...args: never[]) => observed(this.ctx, name, (ctx) => (flow as (...all: unknown[]) => unknown)(ctx, ...args))
    },
  })
}

const bind = (ctx: Context): Desk => new Bound(ctx) as unknown as Desk
