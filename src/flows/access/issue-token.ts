/** An access token for a client that has proven itself. https://hl7.org/fhir/smart-app-launch/backend-services.html */
import type { Client } from '../../access/client.ts'
import { grant } from '../../access/scope.ts'
import { fingerprint, newSecret } from '../../access/secret.ts'
import { ok, type Result } from '../../domain/problem.ts'
import { type Steps, write } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { Kept } from '../kept.ts'
import { authenticateClient, useOnce } from './authenticate-client.ts'

/** Seconds: short enough that a stolen token is soon worthless. */
const life = 300

/** https://www.rfc-editor.org/rfc/rfc6749#section-5.1 */
export interface TokenAnswer {
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
  /** The only one that is seen by it. */
  readonly patient?: string
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
  const { purpose, protected_records: protectedRecords, validation } = client
  const kept = { scopes: scopes.value, purpose, protectedRecords, ...(validation && { validation }) }
  const expires = ctx.clock() + life * 1000
  const issued = await keepToken(ctx, client, { ...kept, expires }, () => useOnce(ctx, authenticated.value))
  if (!issued.ok) ctx.log('token-refused', { code: 'jti', client: client.client_id })
  return issued
}

/** A new token of a client, good for this. Nothing is kept where what comes `first` fails. */
export async function keepToken(
  ctx: Context,
  { client_id, tenant, revision }: Client,
  good: Omit<KeptToken, 'client' | 'revision' | 'tenant'>,
  first?: () => Steps<Result<undefined>>,
): Promise<Result<TokenAnswer>> {
  const token = newSecret(ctx.random)
  const issued = await ctx.control.commit(function* () {
    const before = first ? yield* first() : ok(undefined)
    if (!before.ok) return before
    const kept: KeptToken = { client: client_id, revision, tenant, ...good }
    yield* write(tokens.remember(fingerprint(token), kept, new Date(good.expires).toISOString()))
    return ok(undefined)
  })
  if (!issued.ok) return issued
  ctx.log('token-issued', { client: client_id, tenant })
  const expires_in = Math.round((good.expires - ctx.clock()) / 1000)
  return ok({ access_token: token, token_type: 'bearer', expires_in, scope: good.scopes.join(' ') })
}
