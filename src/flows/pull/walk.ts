/**
 * Both sides of a connection compared by itself, slice after slice; the newest whole comparison is kept, for people to look at. No record is
 * changed by it.
 */
import { fail, ok, type Result } from '../../domain/problem.ts'
import { BadCursor, lookThrough, write } from '../../store/store.ts'
import { findConnection } from '../connections.ts'
import { type Context, nowOf } from '../context.ts'
import { Kept } from '../kept.ts'
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

/** By connection. */
const underWay = new Kept<Walk>('comparison-under-way')
const comparisons = new Kept<Comparison>('comparison')

/** The next slice; answers whether it was the last. Fails `unavailable` where the partner does not answer. */
export async function compareOn(ctx: Context, name: string): Promise<Result<boolean>> {
  const walk = (await lookThrough(ctx.store, underWay.of(name))) ?? begun(ctx)
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
    yield* write(underWay.forget(name), comparisons.remember(name, comparison))
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
    yield* write(underWay.remember(name, walk))
    return ok(false)
  })
}

/** The newest whole one. Problem: `not-found`. */
export async function showComparison(ctx: Context, name: string): Promise<Result<Comparison>> {
  const connection = await findConnection(ctx, name)
  if (!connection.ok) return connection
  const newest = await lookThrough(ctx.store, comparisons.of(name))
  return newest ? ok(newest) : fail('not-found', 'Both sides have not been compared by themselves yet (reconcileHours).')
}
