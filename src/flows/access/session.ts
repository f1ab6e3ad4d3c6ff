/** A session: sealed, kept by the person's browser, and asked anew with each request whether they may still come in. */
import { z } from 'zod'
import type { Principal } from '../../access/principal.ts'
import { seal, unseal } from '../../access/seal.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { carryOut, lookThrough, write } from '../../store/store.ts'
import { noteNamed } from '../audit/looks.ts'
import type { Context } from '../context.ts'
import { Kept } from '../kept.ts'
import { sealing } from '../sealing.ts'
import { admitted } from './admitted.ts'
import { askedProvider } from './provider.ts'

const kind = 'session'
/** Milliseconds after which somebody signs in anew, however busy they are: a working day. */
const longest = 12 * 3_600_000
/** `by`: whose word it was that they are this subject. */
const Session = z.object({ id: z.string(), subject: z.string(), ends: z.number(), by: z.string() })
type Session = z.infer<typeof Session>

/** Sessions that somebody has ended before their time. */
const ended = new Kept<true>('ended-session')

/** What the provider has said of whoever has a session: it wants to hear it again when they sign out there. */
const said = new Kept<string>('id-token')

const holderOf = ({ principal }: Context) => ({ tenant: principal.tenant, id: 'console' })

/** For whoever the provider has told us of, by this token. */
export async function newSession(ctx: Context, subject: string, idToken: string): Promise<string> {
  const session = { id: ctx.newId('ssn'), subject, ends: ctx.clock() + longest, by: providerOf(ctx) }
  const until = new Date(session.ends).toISOString()
  await carryOut(ctx.control, () => write(said.remember(session.id, idToken, until)))
  return sealed(ctx, session)
}

/** With another provider, or another claim, the same name may be somebody else's. */
const providerOf = ({ settings: { signIn } }: Context): string =>
  JSON.stringify([signIn?.issuer, signIn?.clientId, signIn?.claim, signIn?.identifierSystem])

async function sealed(ctx: Context, session: Session): Promise<string> {
  const idle = (ctx.settings.signIn?.idleMinutes ?? 0) * 60_000
  return seal(await sealing(ctx), kind, session, holderOf(ctx), Math.min(ctx.clock() + idle, session.ends))
}

/** The session behind what a browser brought, unless it is over. */
async function standing(ctx: Context, text: string): Promise<Session | undefined> {
  const found = unseal(await sealing(ctx), kind, text, holderOf(ctx), ctx.clock())
  const session = found.ok ? Session.safeParse(found.value).data : undefined
  return session?.by === providerOf(ctx) && !(await lookThrough(ctx.control, ended.of(session.id))) ? session : undefined
}

/** Who it is, and the session for the next request, which lasts as long from now on. Fails `unauthenticated`. */
export async function checkSession(
  ctx: Context,
  text: string,
): Promise<Result<{ readonly principal: Principal; readonly session: string }>> {
  const session = await standing(ctx, text)
  const principal = session && (await lookThrough(ctx.store, admitted(ctx, session.subject)))
  if (!principal) return fail('unauthenticated', 'The session is over.')
  return ok({ principal, session: await sealed(ctx, session) })
}

/** Whose Practitioner it is that comes and goes: these lines stand in the audit above all tenants. */
export const noteTenant = (ctx: Context): void => noteNamed(ctx, `tenant/${ctx.principal.tenant}`)

/** Over for whoever else may have it, too. `onward`: where they sign out at the provider, where it can be asked for that. */
export async function endSession(ctx: Context, text: string): Promise<Result<{ readonly onward?: string }>> {
  noteTenant(ctx)
  const session = await standing(ctx, text)
  if (!session) return ok({})
  const hint = await lookThrough(ctx.control, said.of(session.id))
  const until = new Date(session.ends).toISOString()
  const done = await carryOut(ctx.control, () => write(ended.remember(session.id, true, until), said.forget(session.id)))
  if (!done.ok) return done
  ctx.log('signed-out', { tenant: ctx.principal.tenant, resource: ctx.principal.id })
  return ok(await signingOut(ctx, hint))
}

/** https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout */
async function signingOut(ctx: Context, hint: string | undefined): Promise<{ readonly onward?: string }> {
  const { signIn, baseUrl } = ctx.settings
  const { end_session_endpoint: there } = (await askedProvider(ctx)) ?? {}
  if (!signIn || there === undefined) return {}
  const onward = new URL(there)
  onward.searchParams.set('client_id', signIn.clientId)
  onward.searchParams.set('post_logout_redirect_uri', `${baseUrl}/console/work/sign-out`)
  if (hint !== undefined) onward.searchParams.set('id_token_hint', hint)
  return { onward: onward.href }
}
