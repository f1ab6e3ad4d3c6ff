/** Conflicts, with what both sides say now: each may have changed its mind since the conflict was found. */
import { fail, ok, type Result } from '../../domain/problem.ts'
import { lookThrough, type Page } from '../../store/store.ts'
import { listConnections } from '../connections.ts'
import type { Context } from '../context.ts'
import { shown } from '../fhir/visible.ts'
import type { Kept } from '../kept.ts'
import { type Conflict, type Contested, openConflicts, type Settled, settledConflicts } from './conflict.ts'
import { standingOf } from './standing.ts'

interface Wanted {
  readonly state?: 'open' | 'settled'
  readonly count: number
  readonly after?: string
  /** Characters; a page ends with the conflict that fills it. */
  readonly room?: number
}

/** `settled`: those that people have settled, and those that ended by themselves. */
export async function listConflicts(
  ctx: Context,
  { state = 'open', count, after, room = Number.POSITIVE_INFINITY }: Wanted = { count: 1000 },
): Promise<Page<Conflict | Settled>> {
  const kept: Kept<Conflict | Settled> = state === 'open' ? openConflicts : settledConflicts
  const all: (Conflict | Settled)[] = []
  let next = after
  for (let left = room; all.length < count && left > 0; ) {
    // One by one: each may be as long as what it contests.
    const page = await lookThrough(ctx.store, kept.page({ count: 1, ...(next !== undefined && { after: next }) }))
    for (const { value } of page.items) {
      const shown = 'elements' in value ? await asItStands(ctx, value) : value
      all.push(shown)
      left -= JSON.stringify(shown).length
    }
    next = page.next
    if (next === undefined) break
    await ctx.pause()
  }
  return { items: all, ...(next !== undefined && { next }) }
}

/** One that is open. */
export async function showConflict(ctx: Context, id: string): Promise<Result<Conflict>> {
  const conflict = await lookThrough(ctx.store, openConflicts.of(id))
  return conflict ? ok(await asItStands(ctx, conflict)) : fail('not-found', 'There is no such conflict, or it has been settled.')
}

async function asItStands(ctx: Context, conflict: Conflict): Promise<Conflict> {
  if (conflict.deletedThere) return conflict
  const connection = (await listConnections(ctx)).find(({ name }) => name === conflict.connection)
  const standing = await lookThrough(ctx.store, standingOf(ctx, connection, conflict))
  if (!standing.ok) return ctx.principal.visible === 'everything' ? conflict : withoutValues(conflict)
  const { parts, says } = standing.value
  if (!parts.every(({ stored }) => shown(ctx, stored))) return withoutValues(conflict)
  return { ...conflict, fields: ofEach(conflict, says) }
}

const withoutValues = (conflict: Conflict): Conflict => ({ ...conflict, fields: ofEach(conflict, () => ({})), withheld: true })

const ofEach = ({ fields }: Conflict, says: (name: string) => Contested): Conflict['fields'] =>
  Object.fromEntries(Object.keys(fields).map((name) => [name, says(name)]))
