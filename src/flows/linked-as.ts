/**
 * Links belong to the address that a partner is spoken to at: an id there is somebody else's at another one. Those of a connection's first
 * address are kept under its name, those of any other one under both; they outlast it, and are known again when it is back at that address.
 * Only an operator knows whether the server of one address answers at another one now; then its links are known there.
 */
import type { Connection } from '../connectors/connector.ts'
import { fail, ok, type Result } from '../domain/problem.ts'
import { ask, type Steps, write } from '../store/store.ts'
import { Kept } from './kept.ts'

/** By name, also of connections that are gone. */
const firstAddresses = new Kept<string>('first-address')

/** Links of another address that count at this one, by name and address. */
const sameServers = new Kept<string>('same-server')

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
  const at = yield* linkedAt(name, baseUrl, first)
  return at === name ? connection : { ...connection, linkedAs: at }
}

function* linkedAt(name: string, baseUrl: string, first: string): Steps<string> {
  const same = yield* sameServers.of(`${name} ${baseUrl}`)
  return same ?? (first === baseUrl ? name : `${name} ${baseUrl}`)
}

const refused = (message: string): Result<never> =>
  fail('conflict', 'This cannot be the same server.', { issues: [{ path: 'movedFrom', message }] })

/** The server of the connection's address is the one that answered at `from`. Answers whether that is news. Problem: `conflict`. */
export function* movedFrom(
  { name, baseUrl = '' }: Connection,
  from: string,
  before: Connection | undefined,
): Steps<Result<boolean>> {
  const first = (yield* firstAddresses.of(name)) ?? before?.baseUrl
  if (first === undefined) return refused('is no address at which this connection has been')
  const [there, here] = [yield* linkedAt(name, from, first), yield* linkedAt(name, baseUrl, first)]
  if (there === here) return ok(false)
  if (!(yield* hasLinks(there))) return refused('is no address at which anybody is known')
  if (yield* hasLinks(here)) return refused('would mix up whom each knows: others are known at the new address')
  yield* write(sameServers.remember(`${name} ${baseUrl}`, there))
  return ok(true)
}

function* hasLinks(connection: string): Steps<boolean> {
  return (yield* ask({ ask: 'links', connection, count: 1 })).items.length > 0
}
