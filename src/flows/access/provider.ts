/** The identity provider of a tenant's people, as it tells of itself. */
import { Provider } from '../../access/sign-in.ts'
import type { Context } from '../context.ts'

/** Undefined where there is none, it does not answer, or it is not who it should be. */
export async function askedProvider(ctx: Context): Promise<Provider | undefined> {
  const { issuer } = ctx.settings.signIn ?? {}
  if (issuer === undefined) return undefined
  const told = await ctx.askProvider(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
  const provider = Provider.safeParse(told).data
  return provider?.issuer === issuer ? provider : undefined
}
