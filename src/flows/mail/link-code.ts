/** The codes of secure links: kept as hashes beside the e-mails that their links go out with. */
import type { Communication as Resource } from '@medplum/fhirtypes'
import mapping from '../../../mappings/communication.communication.ts'
import { fingerprint } from '../../access/secret.ts'
import type { Communication } from '../../domain/communication.ts'
import type { Issue } from '../../domain/problem.ts'
import { KeptLink, LinkCode, linkedMessage, linkLifetimeMs, unlinkable } from '../../domain/secure-link.ts'
import { ask, type Steps, write } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { storedValue } from '../next-version.ts'
import { mailConnection } from './owed-mail.ts'

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

/** Before an e-mail with a link is queued: is there a message to open, a way to go, and a code? The code is then kept. */
export function* armed(ctx: Context, mail: string, value: Communication, code: unknown): Steps<readonly Issue[]> {
  if (value.notice !== 'secure-link') return []
  const id = linkedMessage(value)
  const stored = id === undefined ? undefined : yield* ask({ ask: 'resource', type: 'Communication', id })
  const resource = storedValue<Resource>(stored)
  const reading = resource && mapping.read({ Communication: resource })
  const issues = [...unlinkable(value, reading?.ok ? reading.value : undefined)]
  if (!(yield* mailConnection())) issues.push({ path: 'channel', message: 'has no connection that mail leaves by' })
  const given = LinkCode.safeParse(code)
  const isStanding = code === undefined && (yield* keptLink(ctx, mail)) !== undefined
  if (!given.success && !isStanding) issues.push({ path: 'code', message: 'has 6 to 64 characters; the client was given it' })
  if (issues.length > 0 || !given.success) return issues
  const until = new Date(ctx.clock() + linkLifetimeMs).toISOString()
  yield* keepLink(mail, { code: hashedCode(mail, given.data), wrong: 0, until })
  return []
}
