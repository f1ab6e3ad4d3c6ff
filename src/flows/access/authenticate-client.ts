/** A client at our door: the assertion that it brought, checked against the keys that it registered. */
import type { Client } from '../../access/client.ts'
import {
  type Assertion,
  type AssertionFault,
  clockSkew,
  isSigned,
  longestLife,
  readAssertion,
} from '../../access/client-assertion.ts'
import { keyFor } from '../../access/jwks.ts'
import { fingerprint } from '../../access/secret.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { ask, lookThrough, type Steps, write } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { registered } from './clients.ts'

interface Authenticated {
  readonly client: Client
  readonly assertion: Assertion
}

/**
 * The client that signed the assertion. Whether the assertion was used before is not asked here: `useOnce` does, in the commit that
 * acts on it. The failure's detail is the same for all reasons; the reason goes to the log.
 */
export async function authenticateClient(ctx: Context, token: string): Promise<Result<Authenticated>> {
  const assertion = readAssertion(token, [ctx.tokenUrl], ctx.clock())
  if (typeof assertion === 'string') return refused(ctx, assertion)
  const client = await lookThrough(ctx.control, registered.of(assertion.client))
  if (ctx.looks && client) ctx.looks.client = client.client_id
  if (!client?.active) return refused(ctx, 'client')
  if (assertion.jku !== undefined && assertion.jku !== client.jwks_uri) return refused(ctx, 'jku', client)
  const keys = client.jwks?.keys ?? (client.jwks_uri ? await ctx.keys(client.jwks_uri, assertion.kid) : undefined)
  const key = keys && keyFor(keys, assertion.kid, assertion.algorithm)
  if (!key) return refused(ctx, 'key', client)
  if (!(await isSigned(assertion, key))) return refused(ctx, 'signature', client)
  return ok({ client, assertion })
}

/** Seconds that a use is remembered beyond its assertion's life: a clock that was set forward may be set back. */
const remembered = 3600

/** Marks the assertion as used, inside a plan of the control store; fails if it was before. */
export function* useOnce(ctx: Context, { assertion }: Authenticated): Steps<Result<undefined>> {
  const key = fingerprint(JSON.stringify([assertion.client, assertion.jti]))
  if ((yield* ask({ ask: 'record', kind: 'jti', key })) !== undefined) return notAuthenticated
  const keptUntil = Math.max(assertion.expires * 1000, ctx.clock() + longestLife * 1000) + (2 * clockSkew + remembered) * 1000
  yield* write({ change: 'remember', kind: 'jti', key, text: '', expires: new Date(keptUntil).toISOString() })
  return ok(undefined)
}

const notAuthenticated = fail('unauthenticated', 'The client could not be authenticated.')

function refused(ctx: Context, code: AssertionFault, client?: Client) {
  ctx.log('token-refused', { code, ...(client && { client: client.client_id }) })
  return notAuthenticated
}
