/** What the middleware has settled before a route runs. */
import { type Context, Hono } from 'hono'
import type { Principal } from '../access/principal.ts'
import type { Desk } from '../gateway.ts'
import type { Limits } from './limits.ts'

export interface Env {
  /** What the runtime knows of a connection. */
  Bindings: { readonly address?: string }
  Variables: {
    requestId: string
    /** Of every answer, named in lower case; a route may give others in their place. */
    headers: Readonly<Record<string, string>>
    /** Set where the answer has them already. */
    framed: boolean
    limits: Limits
    /** `_pretty` was said in a form. */
    pretty: boolean
    /** Who asks. On the few open routes nobody, who may nothing. */
    principal: Principal
    /** Every flow, bound to the caller, its tenant, and the request's Idempotency-Key. */
    desk: Desk
    /** The request's body (see `body.ts`); empty where there is none. */
    body: Uint8Array<ArrayBuffer>
  }
}

export type Ctx = Context<Env>

/** A router of ours: `/fhir` and `/fhir/` are the same. */
export const createRouter = (): Hono<Env> => new Hono<Env>({ strict: false })
