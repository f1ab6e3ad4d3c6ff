/**
 * A queued communication by Direct, to the HISP that signs, encrypts and delivers it: ONC's Implementation Guide for Direct Edge Protocols
 * 1.1, the SMTP edge. Whether each record of it may be told is decided in the commit that accounts for it, before it leaves; that the HISP
 * took it is not that it arrived, which notifications tell (`flows/mail/direct-notices.ts`).
 * https://www.healthit.gov/sites/default/files/implementationguidefordirectedgeprotocolsv1_1.pdf
 */
import type { Connection } from '../../connectors/connector.ts'
import type { Mailer } from '../../connectors/mail.ts'
import { directOf } from '../../domain/mail-text.ts'
import { ok, type Result } from '../../domain/problem.ts'
import { scopeOf } from '../../domain/redisclosure.ts'
import { valueIn } from '../../fhir/exact.ts'
import { ask, lookThrough, type Steps, type Stored } from '../../store/store.ts'
import { commit } from '../commit.ts'
import type { Context } from '../context.ts'
import { begun, handedOver, taken } from '../mail/direct-notices.ts'
import { treats } from '../mail/directory.ts'
import { type Parcel, parcelOf } from '../mail/parcel.ts'
import type { Carrier } from './carrier.ts'
import { arrived, enter } from './disclose.ts'
import { handOver, lostAttempt, messageName, noLongerWaits, refused, settled, waits } from './mail.ts'
import { barrier, type Permitted, permission, type Telling, type Told, telling } from './permission.ts'
import { noConsent } from './refusals.ts'

export function directCarrier(ctx: Context, connection: Connection, mailer: Mailer): Carrier {
  const { arrival = 'dispatched' } = connection
  return {
    async carry({ id, resource }, lost) {
      if (lost) return lostAttempt
      const parcel = await lookThrough(ctx.store, parcelOf(resource))
      if (!parcel.ok) return refused(parcel.problem.detail)
      const { said, enclosures } = parcel.value
      if (!waits(said)) return noLongerWaits
      const allowed = await commit(ctx, 'disclose', () => accounted(ctx, connection, parcel.value, id, resource))
      if (!allowed.ok) return refused(allowed.problem.detail)
      if (typeof allowed.value === 'string') return refused(allowed.value)
      if (!allowed.value) return { ...refused(noConsent), wantsConsent: true, untried: true }
      const { notices, disclosures } = allowed.value
      const mail = { ...directOf(said, notices), to: said.sentTo!, enclosures, tracked: arrival === 'dispatched' }
      const carried = await handOver(ctx, connection, mailer, resource, mail, taken)
      return { ...carried, accounted: disclosures.map((one) => ({ id: one, arrived: arrived(carried.outcome) })) }
    },
    *settled(delivery) {
      if (!(yield* handedOver(ctx, messageName(ctx, delivery.resource), delivery))) yield* settled(ctx, delivery)
    },
  }
}

interface Accounted {
  readonly disclosures: readonly string[]
  /** What goes with records under Part 2, each once. */
  readonly notices: readonly string[]
}

/** All of it may be told, or none is: undefined where a consent is wanted, otherwise why it is never sent. */
function* accounted(
  ctx: Context,
  connection: Connection,
  { said, reader, records }: Parcel,
  delivery: string,
  communication: string,
): Steps<Result<Accounted | string | undefined>> {
  const { at } = yield* ask({ ask: 'now' })
  const isTreating = said.clientId !== undefined && (yield* treats(said.clientId, reader, at))
  const { names, recipient } = reader
  const told: Told = {
    name: `${connection.name}/${communication}`,
    kind: reader.isPayer ? 'payer' : 'direct',
    purpose: connection.purpose,
    reader: { names, recipient, classes: isTreating ? ['treating-providers'] : [] },
  }
  const all: (readonly [Stored, (Telling & Partial<Permitted>) | undefined])[] = []
  for (const stored of records) {
    const resource = valueIn(stored.text!)
    // Whom HIPAA does not bind is told nothing without her consent, as community organizations are.
    const wall = barrier(told, resource) ?? (reader.isCovered ? undefined : 'consent')
    if (typeof wall === 'object') return ok(wall.never)
    const allowed = wall === 'consent' ? yield* permission(told, resource, at) : telling(told, resource)
    if (wall === 'consent' && !allowed) return ok(undefined)
    all.push([stored, allowed])
  }
  const disclosures: string[] = []
  for (const [stored, allowed] of all) {
    const entered = allowed && (yield* enter(ctx, told, stored, allowed, 'direct', at))
    if (entered?.ok === false) return entered
    if (entered) disclosures.push(entered.value)
  }
  const notices = all.flatMap(([, by]) => (by?.notice && by.consent ? [by.notice.text, scopeOf(by.consent)] : []))
  yield* begun(ctx, messageName(ctx, communication), { communication, delivery, connection: connection.name, disclosures })
  return ok({ disclosures, notices: [...new Set(notices)] })
}
