/** Whose token this is, if it still is one. */
import type { Principal } from '../../access/principal.ts'
import { fingerprint } from '../../access/secret.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { lookThrough, write } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { authenticateClient, useOnce } from './authenticate-client.ts'
import { registered } from './clients.ts'
import { type KeptToken, tokens } from './issue-token.ts'

/** The principal of a bearer token. Void are tokens unknown, expired, revoked, or of a client changed, inactive or removed since. */
export async function checkToken(ctx: Context, token: string): Promise<Result<Principal>> {
  const kept = await valid(ctx, token)
  if (!kept) return fail('unauthenticated', 'The access token is not valid.')
  const { client, tenant, scopes, purpose, protectedRecords, validation, patient } = kept
  return ok({
    kind: 'client',
    id: client,
    tenant,
    scopes,
    purpose,
    visible: { patients: patient === undefined ? 'all' : [patient], protectedRecords },
    ...(validation && { validation }),
  })
}

/** https://www.rfc-editor.org/rfc/rfc7662#section-2.2 */
type Introspection =
  | { readonly active: false }
  | {
      readonly active: true
      readonly scope: string
      readonly client_id: string
      readonly exp: number
      readonly token_type: 'bearer'
    }

/** Tells about a token: an operator about any, a client about its own. Others learn only that it is not active for them. */
export async function introspectToken(ctx: Context, token: string): Promise<Introspection> {
  const kept = await valid(ctx, token)
  const mayKnow = ctx.principal.kind === 'admin' || ctx.principal.kind === 'local' || ctx.principal.id === kept?.client
  if (!kept || !mayKnow) return { active: false }
  return {
    active: true,
    scope: kept.scopes.join(' '),
    client_id: kept.client,
    exp: Math.floor(kept.expires / 1000),
    token_type: 'bearer',
  }
}

/** Makes a token void at its client's wish. A token that is not the client's stays; the client is not told. https://www.rfc-editor.org/rfc/rfc7009 */
export async function revokeToken(
  ctx: Context,
  request: { readonly assertion: string; readonly token: string },
): Promise<Result<undefined>> {
  const authenticated = await authenticateClient(ctx, request.assertion)
  if (!authenticated.ok) return authenticated
  const { client } = authenticated.value
  const kept = await valid(ctx, request.token)
  const own = kept?.client === client.client_id
  const revoked = await ctx.control.commit(function* () {
    const first = yield* useOnce(ctx, authenticated.value)
    if (first.ok && own) yield* write(tokens.forget(fingerprint(request.token)))
    return first
  })
  if (revoked.ok && own) ctx.log('token-revoked', { client: client.client_id })
  return revoked
}

async function valid(ctx: Context, token: string): Promise<KeptToken | undefined> {
  const kept = await lookThrough(ctx.control, tokens.of(fingerprint(token)))
  if (!kept || kept.expires <= ctx.clock()) return undefined
  const client = await lookThrough(ctx.control, registered.of(kept.client))
  return client?.active && client.revision === kept.revision ? kept : undefined
}
