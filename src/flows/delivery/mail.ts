/**
 * A queued communication as a mail. SMTP has no way to ask what became of one that was handed over and not answered for, so that such a
 * mail is told apart as *unsure* and not sent again by itself: it is a dead letter, and who replays it sends the very same Message-ID.
 */
import type { Connection, Outcome } from '../../connectors/connector.ts'
import type { Mail, Mailer } from '../../connectors/mail.ts'
import { type Communication, isStillUsable } from '../../domain/communication.ts'
import { mailOf } from '../../domain/mail-text.ts'
import { ok } from '../../domain/problem.ts'
import { afterQuiet } from '../../domain/quiet-hours.ts'
import type { Delivery } from '../../store/change.ts'
import { ask, lookThrough, type Steps } from '../../store/store.ts'
import { isInCrisis } from '../clients/active-crises.ts'
import { communications } from '../collections/communications.ts'
import { hold } from '../collections/parts.ts'
import type { Context } from '../context.ts'
import { move } from '../coordination/move.ts'
import { derivedId } from '../derived-id.ts'
import { addressee } from '../mail/addressee.ts'
import { secureLink } from '../mail/secure-link.ts'
import type { Carried, Carrier } from './carrier.ts'
import { noConsent, refused as refusedBecause } from './refusals.ts'
import type { Sent } from './sent.ts'

const unsure = 'It is not known whether the mail left: the server did not answer for it.'

const done = (outcome: Outcome<Sent>): Carried => ({ outcome, links: [] })
const later = (afterMs: number, reason: string): Carried => ({
  ...done({ outcome: 'try-again', unanswered: false, afterMs, reason }),
  untried: true,
})
const hourMs = 3600_000
export const refused = (detail: string): Carried => done(refusedBecause(detail))

export const lostAttempt = refused(unsure)
export const noLongerWaits = refused('It no longer waits to be sent.')

/** Is it one that may leave, and has it not left? */
export const waits = ({ state }: Communication): boolean => state === 'queued' || state === 'failed'

/** The same at every attempt; without its domain. */
export const messageName = (ctx: Context, communication: string): string => derivedId('mail', ctx.principal.tenant, communication)

/** Hands the mail to the connection's server, unless an earlier attempt may have. `note` stands beside what was taken. */
export async function handOver(
  ctx: Context,
  connection: Connection,
  mailer: Mailer,
  communication: string,
  mail: Omit<Mail, 'from' | 'messageId' | 'date'>,
  note?: string,
): Promise<Carried> {
  const from = connection.from ?? ''
  const messageId = `<${messageName(ctx, communication)}@${from.slice(from.lastIndexOf('@') + 1)}>`
  const sent = await mailer.send(connection, { ...mail, from, messageId, date: ctx.clock() })
  if (sent.outcome === 'try-again' && sent.unanswered) return refused(unsure)
  if (sent.outcome !== 'delivered') return done(sent)
  const value = { links: [], learnt: [], conflicts: [], contested: [], ...(note !== undefined && { nothing: note }) }
  return done({ outcome: 'delivered', value })
}

export function mailCarrier(ctx: Context, connection: Connection, mailer: Mailer): Carrier {
  return {
    async carry({ resource }, lost) {
      if (lost) return lostAttempt
      const held = await lookThrough(ctx.store, hold(communications, resource))
      if (!held.ok) return refused('The communication is no longer there.')
      const said = held.value.value as Communication
      if (!waits(said)) return noLongerWaits
      const person = await lookThrough(ctx.store, addressee(said.to[0]))
      if (!person || person.hasDied || !isStillUsable(person.contacts, said))
        return refused('The address is no longer one to write to.')
      const wait = afterQuiet(ctx.clock(), person.preference?.quietHours, person.timeZone) - ctx.clock()
      if (wait > 0) return later(wait, 'quiet hours')
      if (said.category === 'reminder' && said.clientId !== undefined) {
        const isPaused = await lookThrough(ctx.store, isInCrisis(said.clientId))
        if (isPaused) return later(hourMs, 'a crisis')
      }
      const link = said.notice === 'secure-link' ? await secureLink(ctx, resource) : ok(undefined)
      const mail = link.ok ? mailOf(said, link.value) : undefined
      if (!mail) return refused('It is not fit to go by e-mail.')
      return handOver(ctx, connection, mailer, resource, { ...mail, to: said.sentTo! })
    },
    settled: (delivery) => settled(ctx, delivery),
  }
}

/** The communication goes along: sent, or failed. */
export function* settled(ctx: Context, { state, resource, outcome }: Delivery): Steps<void> {
  if (state !== 'delivered' && state !== 'dead') return
  const held = yield* hold(communications, resource)
  if (!held.ok) return
  const { at } = yield* ask({ ask: 'now' })
  // An event that is no longer allowed changes nothing: somebody has moved it meanwhile.
  const event = state === 'delivered' ? { type: 'send' } : { type: 'fail', reason: reasonFor(outcome) }
  yield* move(ctx, communications, held.value, event, at)
}

/** What a server says may quote the address: partners who are sent the communication need not know it. */
const reasonFor = (outcome = ''): string =>
  ourWords.has(outcome) ? outcome : 'The mail could not be delivered; its delivery tells more.'
const ourWords = new Set([unsure, noConsent])
