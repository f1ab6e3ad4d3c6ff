/**
 * A queued communication as a mail. SMTP has no way to ask what became of one that was handed over and not answered for, so that such a
 * mail is told apart as *unsure* and not sent again by itself: it is a dead letter, and who replays it sends the very same Message-ID.
 */
import type { Connection, Outcome } from '../../connectors/connector.ts'
import type { Mailer } from '../../connectors/mail.ts'
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
import type { Sent } from './sent.ts'

const unsure = 'It is not known whether the mail left: the server did not answer for it.'

const done = (outcome: Outcome<Sent>): Carried => ({ outcome, links: [] })
const later = (afterMs: number, reason: string): Carried => ({
  ...done({ outcome: 'try-again', unanswered: false, afterMs, reason }),
  untried: true,
})
const hourMs = 3600_000
const refused = (detail: string): Carried => done({ outcome: 'refused', status: 0, stale: false, detail })

export function mailCarrier(ctx: Context, connection: Connection, mailer: Mailer): Carrier {
  return {
    async carry({ resource }, lost) {
      if (lost) return refused(unsure)
      const held = await lookThrough(ctx.store, hold(communications, resource))
      if (!held.ok) return refused('The communication is no longer there.')
      const said = held.value.value as Communication
      if (said.state !== 'queued' && said.state !== 'failed') return refused('It no longer waits to be sent.')
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
      const from = connection.from ?? ''
      const domain = from.slice(from.lastIndexOf('@') + 1)
      const sent = await mailer.send(connection, {
        ...mail,
        from,
        to: said.sentTo!,
        messageId: `<${derivedId('mail', ctx.principal.tenant, resource)}@${domain}>`,
        date: ctx.clock(),
      })
      if (sent.outcome === 'delivered')
        return done({ outcome: 'delivered', value: { links: [], learnt: [], conflicts: [], contested: [] } })
      return sent.outcome === 'try-again' && sent.unanswered ? refused(unsure) : done(sent)
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
const reasonFor = (outcome: string | undefined): string =>
  outcome === unsure ? unsure : 'The mail could not be delivered; its delivery tells more.'
