/**
 * Pulling a partner's changes: page by page into the inbox, and from there, one by one, into the record (`apply.ts`). A page is kept in the
 * commit that moves the cursor; what is in the inbox goes on by itself, in order, whatever comes between (`go-on.ts`).
 */
import type { Connection, Connector, Listed, Outcome, Remote } from '../../connectors/connector.ts'
import { sha256Hex } from '../../digest.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { valueIn } from '../../fhir/exact.ts'
import type { Message } from '../../store/change.ts'
import { ask, askAll, lookThrough, type Steps, write } from '../../store/store.ts'
import { findConnection, standsAsRead } from '../connections.ts'
import type { Context } from '../context.ts'
import { arrived, keyOf } from '../intake/inbox.ts'
import { resumeWaiting } from '../intake/resume-waiting.ts'
import { enlist } from '../intake/waiting-list.ts'
import { linkedAs } from '../linked-as.ts'
import { pageByPatient } from './by-patient.ts'
import { after, cursorPlace, readCursor, sinceOf, whereRefused } from './cursor.ts'
import { pullDeletions } from './deletions.ts'
import { updatedAt } from './pulled.ts'

/** What came of pulling one type. */
export interface PulledType {
  readonly type: string
  readonly pages: number
  /** Resources that the partner listed. */
  readonly read: number
  /** Of these, changes that were not known. */
  readonly kept: number
  /** Deletions there that are for somebody to settle. */
  readonly deleted: number
  /** `more`: there are further pages, for the next time. `try-again`: the partner did not answer. `refused`: it says no. */
  readonly state: 'done' | 'more' | 'try-again' | 'refused'
  /** In the partner's words or ours. */
  readonly reason?: string
  /** Milliseconds that the partner asked us to wait. */
  readonly afterMs?: number
}

/** `POST /admin/connections/{name}/pull`: all types of the connection, so many pages of each at most. */
export async function pullConnection(ctx: Context, name: string): Promise<Result<{ readonly types: readonly PulledType[] }>> {
  const connection = await findConnection(ctx, name)
  if (!connection.ok) return connection
  if (connection.value.pull.length === 0)
    return fail('conflict', 'This connection pulls nothing: name types in its pull.', {
      issues: [{ path: 'pull', message: 'names no types' }],
    })
  const types = await pullTypes(ctx, connection.value, (pages) => pages < 100)
  return types.ok ? ok({ types: types.value }) : types
}

/** People first: what is about them can be told from what is about strangers then. */
const inOrder = (types: readonly string[]): readonly string[] =>
  [...new Set(types)].toSorted((a, b) => Number(b === 'Patient') - Number(a === 'Patient'))

/** Is another page read, after so many of a type? */
export type GoesOn = (pages: number) => boolean

/** The types that a connection names, until each is read or `goesOn` ends it; what became of each. */
export async function pullTypes(ctx: Context, connection: Connection, goesOn: GoesOn): Promise<Result<readonly PulledType[]>> {
  const connector = ctx.connect(connection)
  if (!connector.ok) return connector
  const pulled: PulledType[] = []
  for (const type of inOrder(connection.pull)) {
    if (!goesOn(0)) break
    const changed = await pullType(ctx, connection, connector.value, type, goesOn)
    const one = changed.state === 'done' ? await withDeletions(ctx, connection, connector.value, changed, goesOn) : changed
    pulled.push(one)
    const { state, kept: count } = one
    ctx.log(state === 'done' || state === 'more' ? 'pull-finished' : 'pull-failed', {
      connection: connection.name,
      resourceType: type,
      code: state,
      count,
    })
    // A partner that does not answer is not asked on.
    if (state === 'try-again') break
  }
  return ok(pulled)
}

async function pullType(
  ctx: Context,
  connection: Connection,
  connector: Connector,
  type: string,
  goesOn: GoesOn,
): Promise<PulledType> {
  const so = { type, pages: 0, read: 0, kept: 0, deleted: 0 }
  for (;;) {
    // What is asked with other settings by now, or not at all, is for the next round.
    if (!(await lookThrough(ctx.store, standsAsRead(connection)))) return { ...so, state: 'more' }
    const page = await pullPage(ctx, connection, connector, type)
    if (page.outcome !== 'delivered') return { ...so, ...notDelivered(page) }
    so.pages++
    so.read += page.value.read
    so.kept += page.value.kept
    const went = await resumeWaiting(ctx)
    if (!went.ok) return { ...so, state: 'try-again', reason: went.problem.detail }
    if (page.value.circle) return { ...so, state: 'refused', reason: 'The pages of the partner do not end, and lead nowhere.' }
    if (page.value.isLast) return { ...so, state: 'done' }
    if (!goesOn(so.pages)) return { ...so, state: 'more' }
  }
}

/** After the changes, for what was deleted is not among them. */
async function withDeletions(
  ctx: Context,
  connection: Connection,
  connector: Connector,
  changed: PulledType,
  goesOn: GoesOn,
): Promise<PulledType> {
  const gone = await pullDeletions(ctx, connection, connector, changed.type, goesOn)
  if (gone.outcome !== 'delivered') return { ...changed, ...notDelivered(gone) }
  const { noted: deleted, isOver } = gone.value
  return { ...changed, deleted, ...(!isOver && { state: 'more' }) }
}

function notDelivered(
  answer: Exclude<Outcome<never>, { outcome: 'delivered' }>,
): Pick<PulledType, 'state' | 'reason' | 'afterMs'> {
  if (answer.outcome === 'refused') return { state: 'refused', reason: answer.detail }
  const { reason, afterMs } = answer
  return { state: 'try-again', reason, ...(afterMs !== undefined && { afterMs }) }
}

interface KeptPage {
  readonly read: number
  readonly kept: number
  readonly isLast: boolean
  readonly circle: boolean
}

async function pullPage(ctx: Context, connection: Connection, connector: Connector, type: string): Promise<Outcome<KeptPage>> {
  const where = cursorPlace(connection, type)
  const standing = await ctx.store.look({ ask: 'record', ...where })
  const cursor = readCursor(connection, standing)
  const { ofPatient } = connector
  const listed = ofPatient
    ? await pageByPatient(ctx, connection, ofPatient, type, cursor.next)
    : await connector.changedSince(type, sinceOf(cursor), cursor.next)
  if (listed.outcome !== 'delivered') return whereRefused(ctx, where, cursor, listed)
  const page = listed.value
  const moved = after(cursor, { times: timesOf(page), next: page.next }, ctx.clock())
  const kept = await ctx.store.commit(function* () {
    // Somebody else has read on meanwhile: what was read here is known, or will be read again.
    if ((yield* ask({ ask: 'record', ...where })) !== standing) return ok(0)
    const ids = yield* keep(ctx, connection, page.items)
    yield* write(...(yield* enlist(ids)), { change: 'remember', ...where, text: JSON.stringify(moved.cursor) })
    return ok(ids.length)
  })
  if (!kept.ok) return { outcome: 'try-again', unanswered: false, reason: kept.problem.detail }
  const isLast = moved.cursor.next === undefined
  return { outcome: 'delivered', value: { read: page.items.length, kept: kept.value, isLast, circle: moved.circle } }
}

const timesOf = ({ items }: Listed): readonly number[] => items.flatMap(({ text }) => updatedAt(valueIn(text)) ?? [])

/** Into the inbox with what is not known yet; what we sent ourselves comes back as it was answered then. */
export function* keep(ctx: Context, connection: Connection, items: readonly Remote[]): Steps<readonly string[]> {
  const { at } = yield* ask({ ask: 'now' })
  const { name } = connection
  const from = linkedAs(connection)
  const links = yield* askAll(
    items.map(({ type, id }) => ({ ask: 'remoteLink' as const, connection: from, remoteType: type, remoteId: id })),
  )
  const arrivals = items.flatMap((item, i) => {
    const { type, id, version, text } = item
    const link = links[i]
    if (link && (link.base === text || (version !== undefined && link.remoteVersion === version))) return []
    const bytes = new TextEncoder().encode(text)
    const digest = sha256Hex(bytes)
    return [{ bytes, digest, key: keyOf('pull', from, type, id, version, digest) }]
  })
  const known = yield* askAll(arrivals.map(({ key }) => ({ ask: 'message' as const, key })))
  const fresh = new Map(arrivals.flatMap((one, i) => (known[i] ? [] : [[one.key, one] as const])))
  const messages = [...fresh.values()].map((one): Message => arrived(ctx, { ...one, source: name, kind: 'fhir-resource' }, at))
  yield* write(...messages.map((message) => ({ change: 'receive' as const, message })))
  return messages.map(({ id }) => id)
}
