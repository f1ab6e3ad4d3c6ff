/** The codes of secure links: kept as hashes beside the e-mails that their links go out with. */
import { fingerprint } from '../../access/secret.ts'
import type { Communication } from '../../domain/communication.ts'
import type { Issue } from '../../domain/problem.ts'
import { KeptLink, LinkCode, linkedTo, linkLifetimeMs, wayIssues } from '../../domain/secure-link.ts'
import { ask, type Steps, write } from '../../store/store.ts'
import { standsAgainst } from '../collections/consents.ts'
import type { Context } from '../context.ts'
import { seenBy } from '../fhir/visible.ts'
import { leadsTo } from './leads.ts'
import { mailConnection } from './owed-mail.ts'
import { mayBeTold } from './told-by-link.ts'

const kind = 'secure-link'

/** With the e-mail's id: one code for two links is two hashes. */
export const hashedCode = (mail: string, code: string): string => fingerprint(JSON.stringify([mail, code.trim()]))

/** What is kept of a link; nothing once its time is over. */
export function* keptLink(ctx: Context, mail: string): Steps<KeptLink | undefined> {
  const text = yield* ask({ ask: 'record', kind, key: mail })
  const link = text === undefined ? undefined : KeptLink.parse(JSON.parse(text))
  return link && Date.parse(link.until) > ctx.clock() ? link : undefined
}

export function* keepLink(mail: string, link: KeptLink): Steps<void> {
  yield* write({ change: 'remember', kind, key: mail, text: JSON.stringify(link), expires: link.until })
}

const wanted = {
  Communication: 'is one message on the portal that was sent to the same person, who may be told it without a consent',
  ServiceRequest:
    'is one referral that was sent, of this client, to the client, to whoever decides for them, or to the organization that it was sent to',
  Consent: 'is one consent that was proposed, to whoever is to grant it',
} as const

/** What stands against opening it to this reader now. */
function* unlinkable(ctx: Context, mail: Communication, at: string): Steps<readonly Issue[]> {
  const leads = yield* leadsTo(mail, seenBy(ctx))
  const misled = { path: 'about', message: wanted[linkedTo(mail)?.type ?? 'Communication'] }
  if (!leads) return [misled]
  if (leads.to === 'work')
    return (yield* mayBeTold(leads, at)) ? [] : [{ path: 'about', message: 'is told this organization by no consent in force' }]
  if (leads.to !== 'consent') return []
  if (leads.consent.state !== 'proposed') return [misled]
  // What signing brings along is not asked for before.
  const lacking = (yield* standsAgainst(ctx, leads.consent, at)).filter(
    ({ path }) => path !== 'signature' && path !== 'copyDocumentId',
  )
  return lacking.map(({ path, message }) => ({ path: 'about', message: `lacks something to be signed: ${path} ${message}` }))
}

/** Before an e-mail with a link is queued: is there something to open, a way to go, and a code? The code is then kept. */
export function* armed(ctx: Context, mail: string, value: Communication, code: unknown, at: string): Steps<readonly Issue[]> {
  if (value.notice !== 'secure-link') return []
  const issues = [...wayIssues(value), ...(yield* unlinkable(ctx, value, at))]
  if (value.channel !== 'fax' && !(yield* mailConnection()))
    issues.push({ path: 'channel', message: 'has no connection that mail leaves by' })
  const given = LinkCode.safeParse(code)
  const isStanding = code === undefined && (yield* keptLink(ctx, mail)) !== undefined
  if (!given.success && !isStanding) issues.push({ path: 'code', message: 'has 6 to 64 characters; the reader was given it' })
  if (issues.length > 0 || !given.success) return issues
  const until = new Date(ctx.clock() + linkLifetimeMs(value)).toISOString()
  yield* keepLink(mail, { code: hashedCode(mail, given.data), wrong: 0, until })
  return []
}
