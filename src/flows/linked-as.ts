/**
 * Links belong to the address that a partner is spoken to at: an id there is somebody else's at another one. Those of a connection's first
 * address are kept under its name, those of any other one under both; they outlast it, and are known again when it is back at that address.
 */
import type { Connection } from '../connectors/connector.ts'
import { type Steps, write } from '../store/store.ts'
import { Kept } from './kept.ts'

/** By name, also of connections that are gone. */
const firstAddresses = new Kept<string>('first-address')

/** What links (`Link.connection`) are kept under. */
export const linkedAs = (connection: Connection): string => connection.linkedAs ?? connection.name

export const nameOf = (linkedAs: string): string => linkedAs.split(' ', 1)[0]!

/** The connection with what its links are kept under. `before`: the one of its name that it replaces. */
export function* atItsAddress(connection: Connection, before: Connection | undefined): Steps<Connection> {
  const { name, baseUrl } = connection
  if (baseUrl === undefined) return connection
  const known = yield* firstAddresses.of(name)
  const first = known ?? before?.baseUrl ?? baseUrl
  if (known === undefined) yield* write(firstAddresses.remember(name, first))
  return first === baseUrl ? connection : { ...connection, linkedAs: `${name} ${baseUrl}` }
}
