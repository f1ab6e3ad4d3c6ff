/**
 * What a partner may not be sent because no consent permits it: dead letters that go out by themselves when a consent comes into force.
 * Which those of a client are stands in one record, so that a consent finds them without looking through the outbox.
 */
import type { Change, Delivery } from '../../store/change.ts'
import { askAll, type Steps, write } from '../../store/store.ts'
import { tell } from '../audit/line.ts'
import { connections } from '../connections.ts'
import type { Context } from '../context.ts'
import { Kept } from '../kept.ts'

/** Ids of deliveries, by client. */
const wantsConsent = new Kept<readonly string[]>('wants-consent')

/** That it was held back is audited, too. The lane of what is about a client is the client's id. */
export function* heldBack(ctx: Context, { id, lane, type, resource, version }: Delivery): Steps<void> {
  const entities = [`${type}/${resource}/_history/${version}`]
  yield* tell(ctx, { action: 'deliver', entities, outcome: 'refused' })
  const ids = (yield* wantsConsent.of(lane)) ?? []
  if (!ids.includes(id)) yield* write(wantsConsent.remember(lane, [...ids, id]))
}

/** They are owed anew, not before `due`. Whether they may go is decided when they do. */
export function* letGo(clientId: string, due: string): Steps<readonly Change[]> {
  const ids = yield* wantsConsent.of(clientId)
  if (!ids) return []
  const names = (yield* connections()).map(({ name }) => name)
  const deliveries = yield* askAll(ids.map((id) => ({ ask: 'delivery' as const, id })))
  return [
    wantsConsent.forget(clientId),
    ...deliveries.flatMap((one): Change[] =>
      one?.state === 'dead' && names.includes(one.connection) ? [{ change: 'deliver', delivery: owedAnew(one, due) }] : [],
    ),
  ]
}

/** From the beginning, with all its attempts. Where one never came back, the next one looks first. */
export const owedAnew = ({ outcome: _, ...delivery }: Delivery, due: string): Delivery => ({
  ...delivery,
  state: 'pending',
  attempts: 0,
  due,
})

/** Nobody is left to be told. */
export const connectionRemoved = (delivery: Delivery): Delivery => ({ ...delivery, state: 'dead', outcome: 'connection-removed' })
