/**
 * Both sides of a connection compared by itself, slice after slice; the newest whole comparison is kept, for people to look at. No record is
 * changed by it.
 */
import { fail, ok, type Result } from '../../domain/problem.ts'
import { BadCursor, write } from '../../store/store.ts'
import { findConnection } from '../connections.ts'
import { type Context, nowOf } from '../context.ts'
import { type Drift, type Reconciled, reconcile } from './reconcile.ts'

/** `GET /admin/connections/{name}/reconcile`. */
interface Comparison {
  readonly startedAt: string
  readonly finishedAt: string
  /** Links. */
  readonly compared: number
  /** How often each kind of difference was found. */
  readonly found: Readonly<Record<string, number>>
  /** The first of them. */
  readonly items: readonly Drift[]
}

interface Walk extends Omit<Comparison, 'finishedAt'> {
  readonly after?: string
}

/** Links in one go, and so many differences are kept. */
const atOnce = 50
const mostItems = 500

const walkOf = (key: string) => ({ kind: 'comparison-under-way', key })
const comparisonOf = (key: string) => ({ kind: 'comparison', key })

/** The next slice; answers whether it was the last. Fails `unavailable` where the partner does not answer. */
export async function compareOn(ctx: Context, name: string): Promise<Result<boolean>> {
  const text = await ctx.store.look({ ask: 'record', ...walkOf(name) })
  const walk = text === undefined ? begun(ctx) : (JSON.parse(text) as Walk)
  const slice = await sliceFrom(ctx, name, walk.after)
  if (slice === 'lost') return keepWalk(ctx, name, begun(ctx))
  if (!slice.ok) return slice
  const { items, compared, next } = slice.value
  const found = { ...walk.found }
  for (const { drift } of items) found[drift] = (found[drift] ?? 0) + 1
  const { after: _, ...so } = {
    ...walk,
    ...{ compared: walk.compared + compared, found, items: [...walk.items, ...items].slice(0, mostItems) },
  }
  if (next !== null) return keepWalk(ctx, name, { ...so, after: next })
  const comparison: Comparison = { ...so, finishedAt: nowOf(ctx) }
  ctx.log('reconcile-finished', { connection: name, count: Object.values(found).reduce((all, some) => all + some, 0) })
  return ctx.store.commit(function* () {
    yield* write({ change: 'forget', ...walkOf(name) })
    yield* write({ change: 'remember', ...comparisonOf(name), text: JSON.stringify(comparison) })
    return ok(true)
  })
}

const begun = (ctx: Context): Walk => ({ startedAt: nowOf(ctx), compared: 0, found: {}, items: [] })

/** `lost`: the store was restored since, and knows of no such place in a walk. */
async function sliceFrom(ctx: Context, name: string, after: string | undefined): Promise<Result<Reconciled> | 'lost'> {
  try {
    return await reconcile(ctx, name, { repair: false, count: atOnce, ...(after !== undefined && { after }) })
  } catch (caught) {
    if (caught instanceof BadCursor) return 'lost'
    throw caught
  }
}

function keepWalk(ctx: Context, name: string, walk: Walk): Promise<Result<boolean>> {
  return ctx.store.commit(function* () {
    yield* write({ change: 'remember', ...walkOf(name), text: JSON.stringify(walk) })
    return ok(false)
  })
}

export async function showComparison(ctx: Context, name: string): Promise<Result<Comparison>> {
  const connection = await findConnection(ctx, name)
  if (!connection.ok) return connection
  const text = await ctx.store.look({ ask: 'record', ...comparisonOf(name) })
  return text === undefined
    ? fail('not-found', 'Both sides have not been compared by themselves yet (reconcileHours).')
    : ok(JSON.parse(text) as Comparison)
}
