/** What is queued for e-mail or Direct is owed to its connection: in the same commit, an e-mail never before the quiet hours of its reader are over. */
import type { Communication as Resource } from '@medplum/fhirtypes'
import type { Connection } from '../../connectors/connector.ts'
import type { Communication } from '../../domain/communication.ts'
import { afterQuiet } from '../../domain/quiet-hours.ts'
import type { Change } from '../../store/change.ts'
import { ask, type Steps } from '../../store/store.ts'
import type { Held } from '../collections/collection.ts'
import { connections } from '../connections.ts'
import type { Context } from '../context.ts'
import { derivedId } from '../derived-id.ts'
import { addressee } from './addressee.ts'

/** The first by name. */
export function* mailConnection(kind: 'mail' | 'direct' = 'mail'): Steps<Connection | undefined> {
  return (yield* connections()).find((one) => one.kind === kind)
}

/** One for each communication, however often it is queued: what is sent again is the same mail. */
const mailDelivery = (communication: string): string => derivedId('dlv', 'mail', communication)

const ways: Readonly<Partial<Record<NonNullable<Communication['channel']>, 'mail' | 'direct'>>> = {
  'email-tls': 'mail',
  direct: 'direct',
}

export function* owedMail(
  ctx: Context,
  { id, value, parts }: Held<Communication, { Communication: Resource }>,
  at: string,
): Steps<readonly Change[]> {
  const way = ways[value.channel ?? 'portal']
  if (value.state !== 'queued' || way === undefined || value.sentTo === undefined) return []
  const connection = yield* mailConnection(way)
  const known = yield* ask({ ask: 'delivery', id: mailDelivery(id) })
  if (!connection || known?.state === 'pending' || known?.state === 'waiting') return []
  // Colleagues read when they work.
  const reader = way === 'mail' ? yield* addressee(value.to[0]) : undefined
  const due = afterQuiet(ctx.clock(), reader?.preference?.quietHours, reader?.timeZone)
  return [
    {
      change: 'deliver',
      delivery: {
        id: mailDelivery(id),
        connection: connection.name,
        // What waits for a consent of the client's is found by the client.
        lane: way === 'direct' && value.clientId !== undefined ? value.clientId : `Communication/${id}`,
        type: 'Communication',
        resource: id,
        version: Number(parts.Communication.meta?.versionId ?? 1),
        state: 'pending',
        attempts: 0,
        due: new Date(due).toISOString(),
        inFlight: false,
        at,
      },
    },
  ]
}
