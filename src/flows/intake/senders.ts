/** Which connection speaks: by the names that a sender gives itself. */
import type { ConnectionFacts } from '../../../mappings/hl7v2/adt-reading.ts'
import type { Connection } from '../../connectors/connector.ts'
import type { FactsSender } from '../../domain/discharge.ts'
import { listConnections } from '../connections.ts'
import type { Context } from '../context.ts'

/**
 * The connection that claims a sender: all members of one of its `senders` agree, and there is at least one. Who it is, is asked where
 * there are connections to choose from.
 */
export async function connectionOf(ctx: Context, who: () => FactsSender): Promise<Connection | undefined> {
  const all = await listConnections(ctx)
  if (all.length === 0) return undefined
  const sender = who()
  const claims = (known: FactsSender): boolean => {
    const members = Object.entries(known).filter(([, value]) => value !== undefined)
    return members.length > 0 && members.every(([member, value]) => sender[member as keyof FactsSender] === value)
  }
  return all.find(({ senders }) => senders?.some(claims))
}

/** What the connection knows that its messages do not say. */
export const connectionFacts = (connection: Connection | undefined): ConnectionFacts | undefined =>
  connection && {
    ...(connection.timeZone !== undefined && { timeZone: connection.timeZone }),
    ...(connection.assigningAuthorities && { assigningAuthorities: connection.assigningAuthorities }),
    ...(connection.facility !== undefined && { facility: { id: connection.facility } }),
  }
