/**
 * The gateway: rooms and seams put together. A door asks for the desk of a principal, and finds there every flow, bound to that
 * principal's tenant.
 */
import type { Principal } from './access/principal.ts'
import type { Connect } from './connectors/connector.ts'
import type { Clock, Context, FlowSettings, NewId } from './flows/context.ts'
import * as flows from './flows/index.ts'
import type { Log } from './observe/log.ts'
import type { Store } from './store/store.ts'

export interface Seams {
  /** Opens (once) the store of a tenant. */
  readonly openTenant: (name: string) => Promise<Store>
  readonly control: Store
  readonly connect: Connect
  readonly clock: Clock
  readonly newId: NewId
  readonly log: Log
  readonly settings: FlowSettings
}

type Flows = typeof flows
/** Every flow without its first argument, the context. */
export type Desk = { readonly [K in keyof Flows]: Flows[K] extends (ctx: Context, ...rest: infer A) => infer R ? (...rest: A) => R : never }

export interface Gateway {
  readonly settings: FlowSettings
  readonly log: Log
  readonly clock: Clock
  readonly newId: NewId
  readonly control: Store
  context(principal: Principal): Promise<Context>
  desk(principal: Principal): Promise<Desk>
}

export function createGateway(seams: Seams): Gateway {
  const { openTenant, ...rest } = seams
  const context = async (principal: Principal): Promise<Context> => ({ ...rest, store: await openTenant(principal.tenant), principal })
  return {
    settings: seams.settings,
    log: seams.log,
    clock: seams.clock,
    newId: seams.newId,
    control: seams.control,
    context,
    async desk(principal) {
      const ctx = await context(principal)
      const bound = Object.entries(flows).map(([name, flow]) => [name, (...args: never[]) => (flow as (...all: unknown[]) => unknown)(ctx, ...args)])
      return Object.fromEntries(bound) as Desk
    },
  }
}
