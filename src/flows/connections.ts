/** Connections: the EHRs, payers and hospitals this tenant speaks with, as the operator configures them. */
import type { Connection } from '../connectors/connector.ts'
import { leavesByMail } from '../connectors/mail.ts'
import { ConnectionSettings } from '../domain/connection-settings.ts'
import { parsed } from '../domain/parsed.ts'
import { fail, type Issue, ok, type Result } from '../domain/problem.ts'
import { equal } from '../lens/equal.ts'
import type { Remember } from '../store/change.ts'
import { ask, type Steps, write } from '../store/store.ts'
import { tell } from './audit/line.ts'
import { type Context, nowOf } from './context.ts'
import { unfitForReports } from './delivery/export-profile.ts'
import { atItsAddress, movedFrom } from './linked-as.ts'
import { once } from './once.ts'

/** What is shown of a connection: all but its secrets, and how it is kept. */
function shown({ auth, linkedAs: _, ...connection }: Connection): { readonly name: string; readonly auth: object } {
  const { type } = auth
  if ('clientId' in auth) return { ...connection, auth: { type, clientId: auth.clientId } }
  return { ...connection, auth: 'user' in auth ? { type, user: auth.user } : { type } }
}

/** Adds a connection, or replaces the one of this `name`. Problems: `invalid`, `conflict`, `not-supported` (no mail here). */
export async function putConnection(
  ctx: Context,
  body: unknown,
  name?: string,
): Promise<Result<{ readonly created: boolean; readonly connection: { readonly name: string } }>> {
  const said = parsed(ConnectionSettings, name === undefined ? body : { name, ...(body as object) }, 'This is not a connection.')
  if (!said.ok) return said
  if (name !== undefined && said.value.name !== name) {
    return fail('invalid', 'A connection keeps its name.', { issues: [{ path: 'name', message: 'is not the name in the URL' }] })
  }
  const { movedFrom: from, ...settings } = said.value
  const isMail = leavesByMail(settings)
  const connection = { ...settings, ...(isMail && { flavour: 'smtp' }) } as Connection
  const issues = [
    ...(isMail ? unfitForMail(connection) : [...unfitForResources(connection), ...unfitForReports(connection, nowOf(ctx))]),
    ...(from !== undefined && (isMail || connection.baseUrl === undefined) ? [knowsNobody] : []),
  ]
  if (issues.length > 0) return fail('invalid', 'This connection cannot be spoken to.', { issues })
  if (isMail) {
    if (!ctx.mailer) return noMail
  } else if (connection.baseUrl !== undefined) {
    const known = ctx.connect(connection)
    if (!known.ok) return known
  }
  return ctx.store.commit(() =>
    once(ctx, function* () {
      const all = connectionsIn(yield* ask(where))
      const before = all.find((one) => one.name === connection.name)
      if (before && name === undefined) return fail('conflict', 'There is a connection of this name.')
      const shared = claimedAlready(connection, all)
      if (shared.length > 0) return fail('conflict', 'Another connection speaks for such a sender.', { issues: shared })
      const moved = from === undefined ? ok(false) : yield* movedFrom(connection, from, before)
      if (!moved.ok) return moved
      if (moved.value) yield* tell(ctx, { action: 'move-connection', entities: [`connection/${connection.name}`] })
      const standing = yield* atItsAddress(connection, before)
      yield* write(kept([...all.filter((one) => one !== before), standing]))
      yield* tell(ctx, { action: 'put-connection', entities: [`connection/${connection.name}`] })
      return ok({ created: !before, connection: shown(connection) })
    }),
  )
}

const knowsNobody: Issue = { path: 'movedFrom', message: 'is for partners with an address, who know people' }

/** Of one sender there is one connection: whose time zone and authorities would its messages be read with otherwise? */
function claimedAlready({ name, senders = [] }: Connection, all: readonly Connection[]): readonly Issue[] {
  const claimed = all.filter((one) => one.name !== name).flatMap((one) => one.senders ?? [])
  return senders.flatMap((sender, i) =>
    claimed.some((one) => equal(one, sender)) ? [{ path: `senders.${i}`, message: 'is claimed by another connection' }] : [],
  )
}

/** Why there is no mail: a runtime without sockets. */
export const noMail = fail('not-supported', 'Mail leaves from a Node process alone; here nothing can be sent by SMTP.')

function unfitForMail({
  kind,
  baseUrl,
  from,
  auth,
  push,
  pull,
  reconcileHours,
  arrival,
  exportProfile,
}: Connection): readonly Issue[] {
  const isSignedIn = auth.type === 'basic' || (auth.type === 'none' && kind === 'mail')
  return [
    ...(/^smtps?:/.test(baseUrl ?? '') ? [] : [{ path: 'baseUrl', message: 'is smtps://host or smtp://host for mail' }]),
    ...(from === undefined ? [{ path: 'from', message: 'is required for mail' }] : []),
    ...(isSignedIn ? [] : [{ path: 'auth.type', message: 'is basic for mail; none will do, but not for Direct' }]),
    ...(arrival !== undefined && kind === 'mail' ? [{ path: 'arrival', message: 'is for Direct' }] : []),
    ...(push.length + pull.length > 0 ? [{ path: 'push', message: 'is not for mail: it takes what is queued' }] : []),
    ...(reconcileHours !== undefined ? [{ path: 'reconcileHours', message: 'is not for mail' }] : []),
    ...(exportProfile !== undefined ? [{ path: 'exportProfile', message: 'is not for mail' }] : []),
  ]
}

function unfitForResources({ baseUrl, push, arrival }: Connection): readonly Issue[] {
  if (arrival !== undefined) return [{ path: 'arrival', message: 'is for Direct' }]
  if (baseUrl === undefined) return push.length > 0 ? [{ path: 'baseUrl', message: 'is required with push' }] : []
  return /^https?:/.test(baseUrl) ? [] : [{ path: 'baseUrl', message: 'is an http(s) URL' }]
}

/** All connections are one record: every commit asks for it, to know whom it owes what it writes. */
const where = { ask: 'record', kind: 'connections', key: 'all' } as const

const kept = (all: readonly Connection[]): Remember => ({
  change: 'remember',
  kind: where.kind,
  key: where.key,
  text: JSON.stringify(all.toSorted((a, b) => (a.name < b.name ? -1 : 1))),
})

let read: { readonly text: string; readonly all: readonly Connection[] } = { text: '[]', all: [] }

/** The same text is not parsed again: it changes when an operator changes it. */
function connectionsIn(text = '[]'): readonly Connection[] {
  if (read.text !== text) read = { text, all: JSON.parse(text) as Connection[] }
  return read.all
}

/** The connections of this tenant, inside a commit. */
export function* connections(): Steps<readonly Connection[]> {
  return connectionsIn(yield* ask(where))
}

/** Has nobody changed it, or taken it away, since it was read? */
export function* standsAsRead(connection: Connection): Steps<boolean> {
  return (yield* connections()).some((one) => one === connection || equal(one, connection))
}

/** All but this one. */
export function* without(name: string): Steps<Remember> {
  return kept((yield* connections()).filter((one) => one.name !== name))
}

export async function listConnections(ctx: Context): Promise<readonly Connection[]> {
  return connectionsIn(await ctx.store.look(where))
}

export async function findConnection(ctx: Context, name: string): Promise<Result<Connection>> {
  const found = (await listConnections(ctx)).find((one) => one.name === name)
  return found ? ok(found) : fail('not-found', 'There is no connection of this name.')
}

/** All of them, without their secrets. */
export const showConnections = async (ctx: Context): Promise<readonly object[]> => (await listConnections(ctx)).map(shown)

export async function showConnection(ctx: Context, name: string): Promise<Result<object>> {
  const found = await findConnection(ctx, name)
  return found.ok ? ok(shown(found.value)) : found
}

/** Asks the partner for its CapabilityStatement; changes nothing. */
export async function testConnection(
  ctx: Context,
  name: string,
): Promise<Result<{ readonly software?: string; readonly fhirVersion?: string }>> {
  const found = await findConnection(ctx, name)
  if (!found.ok) return found
  if (leavesByMail(found.value)) return ctx.mailer ? ctx.mailer.test(found.value) : noMail
  const connector = ctx.connect(found.value)
  return connector.ok ? connector.value.test() : connector
}
