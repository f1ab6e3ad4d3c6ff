/** What happened with a client, newest first: every resource of the client's that a collection claims. */
import type { Resource } from '@medplum/fhirtypes'
import { fail, ok, type Result } from '../domain/problem.ts'
import { collectionOf, collections } from './collections/index.ts'
import type { Context } from './context.ts'
import { allowed } from './fhir/allowed.ts'
import { storedValue } from './keep.ts'

export interface TimelineItem {
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
  if (patient?.text === undefined) return fail('not-found', 'There is no such client.')
  const items: TimelineItem[] = []
  for (const one of collections) {
    if (one.client === undefined || !allowed(ctx, 'search-type', one.anchor).ok) continue
    const page = await ctx.store.look({
      ask: 'search',
      visible: ctx.principal.visible,
      query: {
        type: one.anchor,
        filters: [
          { kind: 'reference', param: one.client, values: [`Patient/${client}`] },
          ...(asked.after === undefined
            ? []
            : [
                {
                  kind: 'lastUpdated' as const,
                  values: [{ prefix: 'lt' as const, lo: Date.parse(asked.after), hi: Date.parse(asked.after) }],
                },
              ]),
        ],
        sort: [{ param: '_lastUpdated', kind: 'lastUpdated', descending: true }],
        count: asked.limit,
        total: 'none',
        include: [],
        revinclude: [],
        given: [],
      },
    })
    for (const stored of page.items) {
      if (collectionOf(storedValue<Resource>(stored)!) === one)
        items.push({ at: stored.at, collection: one.name, id: stored.id, version: stored.version })
    }
  }
  items.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : a.id < b.id ? -1 : 1))
  // What one commit wrote shares its instant: a page ends between instants.
  const last = items[asked.limit - 1]?.at
  const shown = last === undefined ? items : items.filter((item) => item.at >= last)
  return ok({ items: shown, next: items.length > shown.length ? last! : null })
}
