/**
 * A secure link: an e-mail that tells of one message, which opens to whoever has its code. The client is given the code another way (told,
 * or on paper); what is kept of it is a hash.
 */
import { z } from 'zod'
import { dayMs } from './calendar.ts'
import type { Communication } from './communication.ts'
import type { Issue } from './problem.ts'

/** A link serves for a week, and closes after so many wrong codes. */
export const linkLifetimeMs = 7 * dayMs
export const mostWrongCodes = 5

/** Long enough not to be guessed in a few tries. */
export const LinkCode = z.string().trim().min(6).max(64)

/** What is kept of a link, by the id of its e-mail. */
export const KeptLink = z.object({ code: z.string(), wrong: z.int().min(0), until: z.string() })
export type KeptLink = z.infer<typeof KeptLink>

/** The one message that an e-mail is about. */
export function linkedMessage({ about }: Communication): string | undefined {
  const [first, ...more] = about.flatMap((one) => (one.startsWith('Communication/') ? [one.slice('Communication/'.length)] : []))
  return more.length === 0 ? first : undefined
}

/** Can a message be opened by a link: written to somebody, for their portal, sent and not taken back. */
export const isOpenable = ({ direction, channel, body, state }: Communication): boolean =>
  direction === 'out' && channel === 'portal' && body !== undefined && ['sent', 'delivered', 'read'].includes(state)

/** What stands against sending a link to this message by this e-mail. */
export function unlinkable(mail: Communication, message: Communication | undefined): readonly Issue[] {
  const [reader] = mail.to
  const isReaders =
    message?.clientId === mail.clientId && message?.to.some((one) => JSON.stringify(one) === JSON.stringify(reader))
  return [
    ...(mail.channel === 'email-tls' ? [] : [{ path: 'channel', message: 'is email-tls for a secure link' }]),
    ...(message && isOpenable(message) && isReaders
      ? []
      : [{ path: 'about', message: 'is one message on the portal that was sent to the same reader' }]),
  ]
}
