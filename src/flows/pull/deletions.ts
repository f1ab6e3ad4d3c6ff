/**
 * What a partner has deleted, as the history of a type tells where the partner has one. What is deleted there stays here: it is noted for a
 * person to settle, once the partner has said itself that it no longer has it.
 */
import type { Connection, Connector, Outcome } from '../../connectors/connector.ts'
import type { Link } from '../../store/change.ts'
import { carryOut, lookThrough, write } from '../../store/store.ts'
import { isNews, noteDeletion } from '../conflicts/deletion.ts'
import { type Context, nowOf } from '../context.ts'
import { linkedAs } from '../linked-as.ts'
import { after, type Cursor, cursorPlace, readCursor, sinceOf, whereRefused } from './cursor.ts'
import type { GoesOn } from './pull.ts'

interface Noted {
  readonly noted: number
  /** Nothing more is to be had now. */
  readonly isOver: boolean
}

export async function pullDeletions(
  ctx: Context,
  connection: Connection,
  connector: Connector,
  type: string,
  goesOn: GoesOn,
): Promise<Outcome<Noted>> {
  const where = cursorPlace(connection, type, 'pull-deletions')
  let noted = 0
  for (let page = 0; goesOn(page); page++) {
    const standing = await ctx.store.look({ ask: 'record', ...where })
    const cursor = standing === undefined ? await beginning(ctx, connection, type) : readCursor(connection, standing)
    const listed = await connector.deletedSince(type, sinceOf(cursor), cursor.next)
    if (listed.outcome !== 'delivered') return whereRefused(ctx, where, cursor, listed)
    const told = listed.value
    if (!told) return { outcome: 'delivered', value: { noted, isOver: true } }
    const gone = await goneOf(ctx, connection, connector, type, told.ids)
    if (gone.outcome !== 'delivered') return gone
    const moved = after(cursor, told, ctx.clock()).cursor
    const kept = await carryOut(ctx.store, function* () {
      for (const link of gone.value) yield* noteDeletion(link, nowOf(ctx))
      yield* write({ change: 'remember', ...where, text: JSON.stringify(moved) })
    })
    if (!kept.ok) return { outcome: 'try-again', unanswered: false, reason: kept.problem.detail }
    noted += gone.value.length
    if (moved.next === undefined) return { outcome: 'delivered', value: { noted, isOver: true } }
  }
  return { outcome: 'delivered', value: { noted, isOver: false } }
}

/** A history may be long: it is read from where the changes have been read to. */
async function beginning(ctx: Context, connection: Connection, type: string): Promise<Cursor> {
  return readCursor(connection, await ctx.store.look({ ask: 'record', ...cursorPlace(connection, type) }))
}

/** Of these, what is linked, not settled, and not there any more (it may have been restored). */
async function goneOf(
  ctx: Context,
  connection: Connection,
  connector: Connector,
  remoteType: string,
  ids: readonly string[],
): Promise<Outcome<readonly Link[]>> {
  const gone: Link[] = []
  for (const remoteId of new Set(ids)) {
    const link = await ctx.store.look({ ask: 'remoteLink', connection: linkedAs(connection), remoteType, remoteId })
    if (!link || !(await lookThrough(ctx.store, isNews(link)))) continue
    const remote = await connector.read(remoteType, remoteId)
    if (remote.outcome !== 'delivered') return remote
    if (!remote.value) gone.push(link)
  }
  return { outcome: 'delivered', value: gone }
}
