/** What the middleware has settled before a route runs. */
import { type Context, Hono } from 'hono'
import type { Principal } from '../access/principal.ts'
import type { Desk } from '../gateway.ts'
import type { Limits } from './limits.ts'

export interface Env {
  Variables: {
    requestId: string
    limits: Limits
    /** Who asks. Absent on the few open routes. */
    principal: Principal
    /** Every flow, bound to the caller, its tenant, and the request's Idempotency-Key. Absent on the open routes. */
    desk: Desk
    /** The request's body once it was read (see `body.ts`). */
    body: Uint8Array
  }
}

export type Ctx = Context<Env>

/** A router of ours: `/fhir` and `/fhir/` are the same. */
export const createRouter = (): Hono<Env> => new Hono<Env>({ strict: false })
