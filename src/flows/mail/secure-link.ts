/** The links of e-mails and of faxed sheets: made when one leaves, and found again when somebody follows one. */
import { z } from 'zod'
import { seal, unseal } from '../../access/seal.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { carryOut, lookThrough, write } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { derivedId } from '../derived-id.ts'
import { sealing } from '../sealing.ts'
import { keptLink } from './link-code.ts'

const kind = 'secure-link'
const shortKind = 'short-link'
/** Whoever has it: the code tells who that is. */
const holder = { tenant: 'any', id: 'whoever-has-it' }
const Where = z.object({ tenant: z.string(), mail: z.string() })
type Where = z.infer<typeof Where>

export const gone = fail('gone', 'This link no longer opens anything.')

/** The link of an e-mail, opaque; `gone` once its time is over. */
export async function secureLink(ctx: Context, mail: string): Promise<Result<string>> {
  const link = await lookThrough(ctx.store, keptLink(ctx, mail))
  if (!link) return gone
  const content = { tenant: ctx.principal.tenant, mail }
  const token = seal(await sealing(ctx), kind, content, holder, Date.parse(link.until))
  return ok(`${ctx.settings.baseUrl}/messages/${token}`)
}

/**
 * The same to be typed from paper: three groups of four, 60 bits that nobody guesses. Where it leads is kept above the tenants. The same
 * one however often it is asked for.
 */
export async function shortLink(ctx: Context, mail: string): Promise<Result<string>> {
  const link = await lookThrough(ctx.store, keptLink(ctx, mail))
  if (!link) return gone
  const where: Where = { tenant: ctx.principal.tenant, mail }
  const { key } = await sealing(ctx)
  const short = derivedId('short', key.join('.'), where.tenant, mail).slice(-12)
  const kept = await carryOut(ctx.control, () =>
    write({ change: 'remember', kind: shortKind, key: short, text: JSON.stringify(where), expires: link.until }),
  )
  return kept.ok ? ok(`${ctx.settings.baseUrl}/messages/${short.match(/.{4}/g)!.join('-')}`) : kept
}

/** Typed as it is read: small letters, other hyphens, and the letters that Crockford's base 32 leaves to the eye. */
function typed(token: string): string | undefined {
  const read = token.toUpperCase().replaceAll('-', '').replaceAll('O', '0').replaceAll(/[IL]/g, '1')
  return /^[0-9A-HJKMNP-TV-Z]{12}$/.test(read) ? read : undefined
}

/** Whose link it is: the tenant, and the e-mail (or the fax) that it went out with. */
export async function linkedMail(ctx: Context, token: string): Promise<Result<Where>> {
  const short = typed(token)
  if (short !== undefined) {
    const kept = await ctx.control.look({ ask: 'record', kind: shortKind, key: short })
    return kept === undefined ? fail('not-found', 'This is no link of ours.') : ok(Where.parse(JSON.parse(kept)))
  }
  const opened = unseal(await sealing(ctx), kind, token, holder, ctx.clock())
  if (opened.ok) return ok(Where.parse(opened.value))
  return opened.problem.code === 'gone' ? gone : fail('not-found', 'This is no link of ours.')
}
