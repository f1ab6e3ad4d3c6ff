/** How deliveries of a connection are carried: as resources to a FHIR server, as mail, or by Direct. */
import type { Connection, Outcome } from '../../connectors/connector.ts'
import { leavesByMail } from '../../connectors/mail.ts'
import { ok, type Result } from '../../domain/problem.ts'
import type { Delivery, Link } from '../../store/change.ts'
import type { Steps } from '../../store/store.ts'
import { noMail } from '../connections.ts'
import type { Context } from '../context.ts'
import { directCarrier } from './direct.ts'
import type { Accounted } from './disclose.ts'
import { mailCarrier } from './mail.ts'
import { Sender } from './send.ts'
import type { Sent } from './sent.ts'

export interface Carried {
  readonly outcome: Outcome<Sent>
  /** Made before a failure, too: what arrived has arrived. */
  readonly links: readonly Link[]
  /** The partner was not spoken to: it tells nothing of how it is. */
  readonly untried?: true
  /** It is not sent for want of a consent. */
  readonly wantsConsent?: true
  /** Entries in the account of disclosures that the attempt made or found. */
  readonly accounted?: readonly Accounted[]
}

export interface Carrier {
  /** `lost`: an earlier attempt never came back. */
  carry(delivery: Delivery, lost: boolean): Promise<Carried>
  /** What else is so once a delivery stands as it now does, in the same commit. */
  settled?(delivery: Delivery): Steps<void>
}

/** Problems: `not-supported` where the runtime has no mail, and those of the connection's flavour. */
export function carrierOf(ctx: Context, connection: Connection): Result<Carrier> {
  if (leavesByMail(connection)) {
    if (!ctx.mailer) return noMail
    return ok(connection.kind === 'mail' ? mailCarrier(ctx, connection, ctx.mailer) : directCarrier(ctx, connection, ctx.mailer))
  }
  const connector = ctx.connect(connection)
  if (!connector.ok) return connector
  return ok({
    async carry({ type, resource }, lost) {
      const sender = new Sender(ctx, connection, connector.value, lost)
      const outcome = await sender.send(type, resource)
      const { links, accounted } = sender
      return { outcome, links, accounted, ...(sender.wantsConsent && { wantsConsent: true, untried: true }) }
    },
  })
}
