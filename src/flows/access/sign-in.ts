/**
 * Somebody of the care team signs in: they are sent to the identity provider, and come back with a code.
 * https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth
 *
 * What has to be remembered meanwhile travels sealed with their browser, so that nobody else can bring the code, and once.
 */
import { z } from 'zod'
import { readIdToken, subjectOf } from '../../access/id-token.ts'
import { seal, unseal } from '../../access/seal.ts'
import { fingerprint, newSecret } from '../../access/secret.ts'
import { authenticated, challengeOf, Provider, type SignIn } from '../../access/sign-in.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { lookThrough, type Steps, write } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { Kept } from '../kept.ts'
import { sealing } from '../sealing.ts'
import { admitted } from './admitted.ts'
import { askedProvider } from './provider.ts'
import { newSession, noteTenant } from './session.ts'

const kind = 'sign-in'
/** Milliseconds that signing in may take. */
const patience = 10 * 60_000
const Begun = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), to: z.string(), provider: Provider })

const used = new Kept<true>('sign-in')

const holderOf = ({ principal }: Context) => ({ tenant: principal.tenant, id: 'browser' })
const callbackOf = ({ settings }: Context): string => `${settings.baseUrl}/console/work/sign-in/back`
const scopeOf = ({ claim }: SignIn): string => (claim === 'sub' ? 'openid' : 'openid profile email')

/** Where to send them, and what their browser keeps meanwhile. `to`: where they want to be afterwards. */
export async function startSignIn(
  ctx: Context,
  to: string,
): Promise<Result<{ readonly location: string; readonly kept: string }>> {
  const { signIn } = ctx.settings
  if (!signIn) return fail('not-found', 'Nobody signs in here.')
  const provider = await askedProvider(ctx)
  if (!provider) return fail('partner-failed', 'The identity provider cannot be reached.')
  const [state, nonce, verifier] = [newSecret(ctx.random), newSecret(ctx.random), newSecret(ctx.random)]
  const location = new URL(provider.authorization_endpoint)
  const asked = {
    ...{ response_type: 'code', client_id: signIn.clientId, redirect_uri: callbackOf(ctx), scope: scopeOf(signIn) },
    ...{ state, nonce, code_challenge: challengeOf(verifier), code_challenge_method: 'S256' },
  }
  for (const [name, value] of Object.entries(asked)) location.searchParams.set(name, value)
  const begun: z.input<typeof Begun> = { state, nonce, verifier, to, provider }
  return ok({ location: location.href, kept: seal(await sealing(ctx), kind, begun, holderOf(ctx), ctx.clock() + patience) })
}

/** What the provider sends them back with; `kept`: what their browser has. */
interface Returned {
  readonly kept: string
  readonly state?: string | undefined
  readonly code?: string | undefined
  /** https://www.rfc-editor.org/rfc/rfc9207 */
  readonly iss?: string | undefined
}

const notSignedIn = fail(
  'unauthenticated',
  'You could not be signed in. Try again, and tell whoever looks after this if it stays so.',
)

/** A session, and where they wanted to be. Why somebody is not let in is for the log; they learn only that. */
export async function finishSignIn(
  ctx: Context,
  returned: Returned,
): Promise<Result<{ readonly session: string; readonly to: string }>> {
  const refused = (code: string) => {
    ctx.log('sign-in-refused', { tenant: ctx.principal.tenant, code })
    return notSignedIn
  }
  noteTenant(ctx)
  const { signIn } = ctx.settings
  if (!signIn) return refused('tenant')
  const unsealed = unseal(await sealing(ctx), kind, returned.kept, holderOf(ctx), ctx.clock())
  const begun = unsealed.ok ? Begun.safeParse(unsealed.value).data : undefined
  if (!begun || begun.state !== returned.state) return refused('state')
  const { provider, nonce, verifier, to } = begun
  // The provider that is asked now is the only one that learns the secret.
  const from = returned.iss ?? (provider.authorization_response_iss_parameter_supported ? undefined : provider.issuer)
  if (provider.issuer !== signIn.issuer || from !== provider.issuer) return refused('iss')
  if (returned.code === undefined) return refused('provider')
  // Before the code goes out: of two that bring the same, one alone is heard.
  const first = await ctx.control.commit(() => useOnce(ctx, begun.state))
  if (!first.ok) return refused('used')
  const form = { grant_type: 'authorization_code', code: returned.code, redirect_uri: callbackOf(ctx), code_verifier: verifier }
  const answer = await ctx.askProvider(provider.token_endpoint, authenticated(signIn, provider, form))
  const { id_token } = z.object({ id_token: z.string() }).safeParse(answer).data ?? {}
  if (id_token === undefined) return refused('code')
  const { issuer, clientId, claim } = signIn
  const { jwks_uri: jwksUri, id_token_signing_alg_values_supported: signs } = provider
  const claims = await readIdToken(id_token, { issuer, clientId, nonce, jwksUri, signs }, ctx.keys, ctx.clock())
  if (typeof claims === 'string') return refused(claims)
  const subject = subjectOf(claims, claim)
  const person = subject === undefined ? undefined : await lookThrough(ctx.store, admitted(ctx, subject))
  if (subject === undefined || !person) return refused('person')
  if (ctx.looks) ctx.looks.client = person.id
  ctx.log('signed-in', { tenant: ctx.principal.tenant, resource: person.id })
  return ok({ session: await newSession(ctx, subject, id_token), to })
}

function* useOnce(ctx: Context, state: string): Steps<Result<undefined>> {
  const key = fingerprint(state)
  if (yield* used.of(key)) return notSignedIn
  yield* write(used.remember(key, true, new Date(ctx.clock() + 2 * patience).toISOString()))
  return ok(undefined)
}
