/** An access token for a client that has proven itself. https://hl7.org/fhir/smart-app-launch/backend-services.html */
import type { Client } from '../../access/client.ts'
import { grant } from '../../access/scope.ts'
import { fingerprint, newSecret } from '../../access/secret.ts'
import { ok, type Result } from '../../domain/problem.ts'
import { write } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { Kept } from '../kept.ts'
import { authenticateClient, useOnce } from './authenticate-client.ts'

/** Seconds: short enough that a stolen token is soon worthless. */
const life = 300

/** https://www.rfc-editor.org/rfc/rfc6749#section-5.1 */
interface TokenAnswer {
  readonly access_token: string
  readonly token_type: 'bearer'
  readonly expires_in: number
  readonly scope: string
}

/** What is kept of a token, under its hash. The token itself is known to its client alone. */
export interface KeptToken {
  readonly client: string
  /** The client's revision when the token was made. */
  readonly revision: number
  readonly tenant: string
  readonly scopes: readonly string[]
  readonly purpose: string
  readonly protectedRecords: boolean
  readonly validation?: NonNullable<Client['validation']>
  /** Milliseconds since the epoch. */
  readonly expires: number
}

/** By the hash of the token. */
export const tokens = new Kept<KeptToken>('token')

/**
 * Problems: `unauthenticated` (whatever was wrong with the assertion, a second use included), `invalid` and `forbidden` (the scope).
 * A token and the mark that its assertion is used up are one commit.
 */
export async function issueToken(
  ctx: Context,
  request: { readonly assertion: string; readonly scope: string },
): Promise<Result<TokenAnswer>> {
  const authenticated = await authenticateClient(ctx, request.assertion)
  if (!authenticated.ok) return authenticated
  const { client } = authenticated.value
  const scopes = grant(request.scope, client.scope)
  if (!scopes.ok) return scopes
  const token = newSecret(ctx.random)
  const expires = ctx.clock() + life * 1000
  const { client_id, tenant, purpose, revision, protected_records: protectedRecords, validation } = client
  const kept: KeptToken = {
    ...{ client: client_id, revision, tenant, scopes: scopes.value, purpose, protectedRecords, expires },
    ...(validation && { validation }),
  }

  const issued = await ctx.control.commit(function* () {
    const first = yield* useOnce(ctx, authenticated.value)
    if (!first.ok) return first
    yield* write(tokens.remember(fingerprint(token), kept, new Date(expires).toISOString()))
    return ok(undefined)
  })
  if (!issued.ok) ctx.log('token-refused', { code: 'jti', client: client.client_id })
  if (!issued.ok) return issued
  ctx.log('token-issued', { client: client.client_id, tenant })
  return ok({ access_token: token, token_type: 'bearer', expires_in: life, scope: scopes.value.join(' ') })
}
