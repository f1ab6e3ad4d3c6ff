/**
 * A secure link: an e-mail (or a sheet for a fax) that tells of one thing, which opens to whoever has its code: a message, a referral, a
 * consent to be signed. The code is given another way (told, or on paper); what is kept of it is a hash.
 */
import { z } from 'zod'
import { dayMs } from './calendar.ts'
import type { Communication } from './communication.ts'
import type { Ref } from './kernel.ts'
import type { Issue } from './problem.ts'

/** A link closes after so many wrong codes. */
export const mostWrongCodes = 5

/** Long enough not to be guessed in a few tries. */
export const LinkCode = z.string().trim().min(6).max(64)

/** What is kept of a link, by the id of its e-mail. */
export const KeptLink = z.object({ code: z.string(), wrong: z.int().min(0), until: z.string() })
export type KeptLink = z.infer<typeof KeptLink>

const linkable = ['Communication', 'ServiceRequest', 'Consent'] as const
interface Linked {
  readonly type: (typeof linkable)[number]
  readonly id: string
}

/** The one thing to be opened that an e-mail is about. */
export function linkedTo({ about }: Pick<Communication, 'about'>): Linked | undefined {
  const [first, ...more] = about.flatMap((one) =>
    linkable.filter((type) => one.startsWith(`${type}/`)).map((type) => ({ type, id: one.slice(type.length + 1) })),
  )
  return more.length === 0 ? first : undefined
}

/** Can a message be opened by a link: written to somebody, for their portal, sent and not taken back. */
export const isOpenable = ({ direction, channel, body, state }: Communication): boolean =>
  direction === 'out' && channel === 'portal' && body !== undefined && ['sent', 'delivered', 'read'].includes(state)

/** The organization that a link is for; all others are for people. */
export function organizationOf({ to }: Pick<Communication, 'to'>): string | undefined {
  const reader: Ref | undefined = to[0]
  return reader && 'id' in reader && reader.type === 'Organization' ? reader.id : undefined
}

/** A link serves for a week; one by which an organization tells of its work, for as long as that may take. */
export const linkLifetimeMs = (mail: Pick<Communication, 'to'>): number => (organizationOf(mail) === undefined ? 7 : 84) * dayMs

/** What stands against the way that a link is to take. A sheet tells on paper what is asked: it is no generic notice. */
export function wayIssues(mail: Pick<Communication, 'to' | 'channel' | 'classification'>): readonly Issue[] {
  const { channel, classification } = mail
  if (channel === 'email-tls') return []
  if (channel !== 'fax' || organizationOf(mail) === undefined)
    return [{ path: 'channel', message: 'is email-tls for a secure link, or fax for one to an organization' }]
  return classification === 'generic'
    ? [{ path: 'classification', message: 'is phi or sensitive: the sheet that is faxed tells of the client' }]
    : []
}
