/**
 * How far a type has been read from a partner. It is told by the partner's own clock alone (`meta.lastUpdated`), and moves in the commit that
 * keeps what was read. A walk over pages goes on where it was, after whatever came between; it is over when there is no next page.
 */
import type { Connection, Outcome } from '../../connectors/connector.ts'
import { dayMs } from '../../domain/calendar.ts'
import { carryOut, write } from '../../store/store.ts'
import type { Context } from '../context.ts'

export interface Cursor {
  /** Of the address that it was read from: another one is read from the beginning. */
  readonly base: string
  /** Milliseconds: all that changed before has been read. */
  readonly since?: number
  /** The latest change seen on this walk. */
  readonly high?: number
  /** The next page of this walk; absent between walks. */
  readonly next?: string
  /** Pages of this walk so far. */
  readonly pages: number
  /** So far each was changed later than the one before: what was read is all there was up to `high`. */
  readonly inOrder: boolean
}

/** Changes become visible a little out of order: so much is read again. */
const overlapMs = 5 * 60_000
/** More pages than this are a circle, unless they lead on. */
const mostPages = 1000

/** The record that keeps it; deletions are read by themselves. */
interface CursorPlace {
  readonly kind: 'pull' | 'pull-deletions'
  readonly key: string
}

export const cursorPlace = ({ name }: Connection, type: string, kind: CursorPlace['kind'] = 'pull'): CursorPlace => ({
  kind,
  key: `${name} ${type}`,
})

export function readCursor({ baseUrl: base = '' }: Connection, text: string | undefined): Cursor {
  const kept = text === undefined ? undefined : (JSON.parse(text) as Cursor)
  return kept?.base === base ? kept : { base, pages: 0, inOrder: true }
}

export const sinceOf = ({ since }: Cursor): string | undefined =>
  since === undefined ? undefined : new Date(since - overlapMs).toISOString()

/** A walk begun anew: its pages are no longer to be had. */
const fromTheStart = ({ base, since }: Cursor): Cursor => ({
  base,
  ...(since !== undefined && { since }),
  pages: 0,
  inOrder: true,
})

/** Of what a partner no longer has. */
const lost: readonly number[] = [400, 404, 410]

/**
 * A page that was promised and is refused (it is gone, lies elsewhere, is no Bundle): the walk begins anew, the next time. A partner that has
 * lost it is not asked on now: it may lose the next one, too.
 */
export async function whereRefused(
  ctx: Context,
  where: CursorPlace,
  cursor: Cursor,
  answer: NotDelivered,
): Promise<NotDelivered> {
  if (cursor.next === undefined || answer.outcome !== 'refused') return answer
  await carryOut(ctx.store, () => write({ change: 'remember', ...where, text: JSON.stringify(fromTheStart(cursor)) }))
  if (!lost.includes(answer.status)) return answer
  return { outcome: 'try-again', unanswered: false, reason: 'The partner no longer has the next page: it is read anew.' }
}

type NotDelivered = Exclude<Outcome<never>, { readonly outcome: 'delivered' }>

/** After a page that tells of changes at these `times` (milliseconds). `circle`: the pages do not end, and lead nowhere. */
export function after(
  cursor: Cursor,
  { times, next }: { readonly times: readonly number[]; readonly next?: string | undefined },
  now: number,
): { readonly cursor: Cursor; readonly circle: boolean } {
  let { high, inOrder } = cursor
  for (const at of times) {
    // No partner is a day ahead of us.
    if (at > now + dayMs) continue
    if (high !== undefined && at < high) inOrder = false
    high = Math.max(high ?? at, at)
  }
  const pages = cursor.pages + 1
  const reached = high === undefined ? undefined : Math.max(high, cursor.since ?? high)
  const done = fromTheStart({ ...cursor, ...(reached !== undefined && { since: reached }) })
  if (next === undefined) return { cursor: done, circle: false }
  const leadsOn = inOrder && reached !== undefined && reached > (cursor.since ?? Number.NEGATIVE_INFINITY)
  if (next === cursor.next || pages >= mostPages) return { cursor: leadsOn ? done : fromTheStart(cursor), circle: !leadsOn }
  return { cursor: { ...cursor, ...(high !== undefined && { high }), next, pages, inOrder }, circle: false }
}
