/** What happened with a client, newest first: every resource of the client's that a collection claims. */
import type { Resource } from '@medplum/fhirtypes'
import { fail, ok, type Result } from '../../domain/problem.ts'
import type { Query } from '../../fhir/search/query.ts'
import { lookThrough, restAfter } from '../../store/store.ts'
import { noteSeen } from '../audit/looks.ts'
import type { AnyCollection } from '../collections/collection.ts'
import { collectionOf, collections } from '../collections/index.ts'
import type { Context } from '../context.ts'
import { allowed } from '../fhir/allowed.ts'
import { shown } from '../fhir/visible.ts'
import { storedValue } from '../next-version.ts'
import { pointsAt } from '../questions.ts'

interface TimelineItem {
  readonly at: string
  readonly collection: string
  readonly id: string
  readonly version: number
}

/** `after` is the `next` of the page before. */
export async function timeline(
  ctx: Context,
  client: string,
  asked: { readonly limit: number; readonly after?: string },
): Promise<Result<{ items: readonly TimelineItem[]; next: string | null }>> {
  const may = allowed(ctx, 'read', 'Patient')
  if (!may.ok) return may
  const patient = await ctx.store.look({ ask: 'resource', type: 'Patient', id: client })
  if (patient?.text === undefined || !shown(ctx, patient)) return fail('not-found', 'There is no such client.')
  if (asked.after !== undefined && Number.isNaN(Date.parse(asked.after)))
    return fail('invalid', 'This is no cursor of a timeline.', { issues: [{ path: 'after', message: 'was not given out here' }] })
  const items: TimelineItem[] = []
  let more = false
  for (const one of collections) {
    if (one.client === undefined || !allowed(ctx, 'search-type', one.anchor).ok) continue
    const own = await newest(ctx, one, client, asked)
    items.push(...own.items)
    more ||= own.more
  }
  items.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : a.id < b.id ? -1 : 1))
  // What one commit wrote shares its instant: a page ends between instants.
  const last = items[asked.limit - 1]?.at
  const page = last === undefined ? items : items.filter((item) => item.at >= last)
  return ok({ items: page, next: last !== undefined && (more || items.length > page.length) ? last : null })
}

/** At least `limit` members of one collection, and all of the instant at which that number is reached; `more`: older ones are left. */
async function newest(
  ctx: Context,
  one: AnyCollection,
  client: string,
  asked: { readonly limit: number; readonly after?: string },
): Promise<{ readonly items: readonly TimelineItem[]; readonly more: boolean }> {
  const before = asked.after === undefined ? undefined : Date.parse(asked.after)
  const query: Query = {
    type: one.anchor,
    filters: [
      pointsAt(one.client!, `Patient/${client}`),
      ...(before === undefined
        ? []
        : [{ kind: 'lastUpdated' as const, values: [{ prefix: 'lt' as const, lo: before, hi: before }] }]),
    ],
    sort: [{ param: '_lastUpdated', kind: 'lastUpdated', descending: true }],
    count: asked.limit,
    total: 'none',
    include: [],
    revinclude: [],
    given: [],
  }
  const items: TimelineItem[] = []
  let after: string | undefined
  for (;;) {
    const page = await ctx.store.look({
      ask: 'search',
      visible: ctx.principal.visible,
      query,
      ...(after !== undefined && { after }),
    })
    noteSeen(ctx, ...page.items)
    for (const stored of page.items) {
      if (collectionOf(storedValue<Resource>(stored)!) === one)
        items.push({ at: stored.at, collection: one.name, id: stored.id, version: stored.version })
      await lookThrough(ctx.store, restAfter(stored.text ?? ''), ctx.pause)
    }
    after = page.next
    const reached = items[asked.limit - 1]?.at
    const oldest = page.items.at(-1)?.at
    if (after === undefined) return { items, more: false }
    if (reached !== undefined && oldest !== undefined && oldest < reached) return { items, more: true }
  }
}
