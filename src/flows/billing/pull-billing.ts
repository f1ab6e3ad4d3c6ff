/**
 * The pull feed: versions of service lines in the order of their commits, each once, never changed. A page ends where its cursor says, so
 * the next one begins there, whatever is written meanwhile. Reading a page writes nothing but one line of the audit.
 */
import type { BillingItem } from '../../domain/billing-item.ts'
import { cursorOf, partsOf } from '../../domain/cursor.ts'
import { fail, ok, type Result } from '../../domain/problem.ts'
import { feedStates } from '../../domain/service-line.ts'
import { BadCursor, carryOut } from '../../store/store.ts'
import { tell } from '../audit/line.ts'
import type { Context } from '../context.ts'
import { allowed } from '../fhir/allowed.ts'
import { billingItems } from './billing-items.ts'
import { type HeldLine, readLines } from './lines.ts'

interface BillingPage {
  readonly items: readonly BillingItem[]
  /** Where to go on, now or later. */
  readonly next: string
}

/** Versions looked at together. */
const batch = 100

export async function pullBilling(ctx: Context, asked: Asked): Promise<Result<BillingPage>> {
  const page = await pageOfFeed(ctx, asked)
  if (!page.ok) return page
  const { lines, next } = page.value
  const items = await billingItems(ctx, lines)
  const audited = await auditPull(ctx, 'pull-billing', items)
  return audited.ok ? ok({ items, next }) : audited
}

interface Asked {
  readonly limit: number
  readonly after?: string
}

/** A page as it is stored, and the cursor as the caller is given it. */
export async function pageOfFeed(ctx: Context, asked: Asked): Promise<Result<Scanned>> {
  const may = allowed(ctx, 'search-type', 'ChargeItem')
  if (!may.ok) return may
  const from = asked.after === undefined ? ok(undefined) : opened(ctx, asked.after)
  if (!from.ok) return from
  const page = await scan(ctx, from.value, asked.limit)
  return page.ok ? ok({ lines: page.value.lines, next: closed(ctx, page.value.next) }) : page
}

/** Which versions were told to whom. */
export function auditPull(
  ctx: Context,
  action: string,
  told: readonly { readonly line: string; readonly version: number }[],
): Promise<Result<undefined>> {
  const entities = [...new Set(told.map(({ line, version }) => `ChargeItem/${line}/_history/${version}`))]
  return carryOut(ctx.store, () => tell(ctx, { action, entities }))
}

interface Scanned {
  readonly lines: readonly HeldLine[]
  readonly next: string
}

/** Looks on until the page is full or the feed is read to its end. */
async function scan(ctx: Context, after: string | undefined, limit: number): Promise<Result<Scanned>> {
  const versions = (from: string | undefined, count: number) =>
    ctx.store.look({
      ask: 'feed',
      type: 'ChargeItem',
      count,
      visible: ctx.principal.visible,
      ...(from !== undefined && { after: from }),
    })
  const found: HeldLine[] = []
  try {
    for (let from = after; ; ) {
      const page = await versions(from, batch)
      const shown = page.items.flatMap((stored, place) =>
        readLines([stored])
          .filter(({ value }) => feedStates.includes(value.state))
          .map((line) => ({ line, place })),
      )
      const room = limit - found.length
      found.push(...shown.slice(0, room).map(({ line }) => line))
      // The cursor stands right behind the last line shown: the same versions again, up to there.
      if (shown.length > room) return ok({ lines: found, next: (await versions(from, shown[room - 1]!.place + 1)).next })
      if (found.length === limit || page.items.length < batch) return ok({ lines: found, next: page.next })
      from = page.next
      await ctx.pause()
    }
  } catch (caught) {
    if (caught instanceof BadCursor) return { ok: false, problem: caught.problem }
    throw caught
  }
}

/** Whose it is stands in a cursor: one client's place in the feed is nothing to another. */
const closed = (ctx: Context, cursor: string): string => cursorOf(ctx.principal.id, cursor)

function opened(ctx: Context, text: string): Result<string> {
  const [whose, cursor, ...rest] = partsOf(text)
  if (whose === ctx.principal.id && typeof cursor === 'string' && rest.length === 0) return ok(cursor)
  return fail('invalid', 'This is not a cursor that was given to you here.', {
    issues: [{ path: 'after', message: 'is no cursor of yours' }],
  })
}
