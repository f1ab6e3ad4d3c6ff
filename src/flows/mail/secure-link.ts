/** The links of e-mails: made when one leaves, and opened by whoever has the code. */
import { z } from 'zod'
import { seal, unseal } from '../../access/seal.ts'
import type { Communication } from '../../domain/communication.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { isOpenable, linkedMessage, mostWrongCodes } from '../../domain/secure-link.ts'
import { ask, lookThrough, type Steps } from '../../store/store.ts'
import { tell } from '../audit/line.ts'
import { communications } from '../collections/communications.ts'
import { type Gathered, hold } from '../collections/parts.ts'
import { commit } from '../commit.ts'
import type { Context } from '../context.ts'
import { move } from '../coordination/move.ts'
import { sealing } from '../sealing.ts'
import { hashedCode, keepLink, keptLink } from './link-code.ts'

const kind = 'secure-link'
/** Whoever has it: the code tells who that is. */
const holder = { tenant: 'any', id: 'whoever-has-it' }
const Sealed = z.object({ tenant: z.string(), mail: z.string() })

/** What came of a code: the message; or none, and whether the link is now closed. */
type Opening =
  | { readonly message: { readonly subject?: string; readonly body: string } }
  | { readonly message?: undefined; readonly isClosed: boolean }

const gone = fail('gone', 'This link no longer opens anything.')

/** The link of an e-mail, opaque; `gone` once its time is over. */
export async function secureLink(ctx: Context, mail: string): Promise<Result<string>> {
  const link = await lookThrough(ctx.store, keptLink(ctx, mail))
  if (!link) return gone
  const content = { tenant: ctx.principal.tenant, mail }
  const token = seal(await sealing(ctx), kind, content, holder, Date.parse(link.until))
  return ok(`${ctx.settings.baseUrl}/messages/${token}`)
}

/** Whose link it is: the tenant, and the e-mail that it went out with. */
export async function linkedMail(ctx: Context, token: string): Promise<Result<{ tenant: string; mail: string }>> {
  const opened = unseal(await sealing(ctx), kind, token, holder, ctx.clock())
  if (opened.ok) return ok(Sealed.parse(opened.value))
  return opened.problem.code === 'gone' ? gone : fail('not-found', 'This is no link of ours.')
}

/** The message that an e-mail is about, as it stands; none where either was taken back. */
function* messageOf(mail: string): Steps<Result<Gathered>> {
  const sent = yield* hold(communications, mail)
  const value = sent.ok ? (sent.value.value as Communication) : undefined
  const id = value && value.state !== 'entered-in-error' ? linkedMessage(value) : undefined
  if (id === undefined) return gone
  const held = yield* hold(communications, id)
  return held.ok && isOpenable(held.value.value as Communication) ? held : gone
}

/** Tries a code. Every try stands in the audit; a message that was opened has been read. */
export async function openMessage(ctx: Context, mail: string, code: string): Promise<Result<Opening>> {
  return commit(ctx, 'open-message', function* (): Steps<Result<Opening>> {
    const { at } = yield* ask({ ask: 'now' })
    const link = yield* keptLink(ctx, mail)
    const held = yield* messageOf(mail)
    if (!link || link.wrong >= mostWrongCodes || !held.ok) return gone
    const isRight = hashedCode(mail, code) === link.code
    const entities = [`Communication/${held.value.id}`]
    const outcome = isRight ? 'success' : 'refused'
    yield* tell(ctx, { principal: kind, action: 'try-link-code', entities, outcome })
    if (!isRight) {
      const wrong = link.wrong + 1
      yield* keepLink(mail, { ...link, wrong })
      return ok({ isClosed: wrong >= mostWrongCodes })
    }
    let now = held.value
    for (const type of ['deliver', 'read']) {
      const moved = yield* move(ctx, communications, now, { type }, at)
      if (moved.ok) now = moved.value
    }
    const { subject, body = '' } = held.value.value as Communication
    return ok({ message: { body, ...(subject !== undefined && { subject }) } })
  })
}
