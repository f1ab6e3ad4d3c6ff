/**
 * Lines of the audit: who did what to which records, when, from where, what for, and what came of it. Ids and codes alone: of a search the
 * names of its parameters, never a value.
 */
import type { Audit } from '../../store/change.ts'
import { ask, type Steps, type Stored, write } from '../../store/store.ts'
import type { Context } from '../context.ts'

type Told = Pick<Audit, 'action'> & Partial<Omit<Audit, 'change' | 'at'>>

/** The line, as this caller causes it; none where nothing is audited. */
export function auditOf({ settings, principal, origin }: Context, told: Told, at: string): readonly Audit[] {
  if (settings.audit === 'off') return []
  const { id, purpose } = principal
  return [{ change: 'audit', at, principal: id, entities: [], outcome: 'success', purpose, ...origin, ...told }]
}

/** Inside a plan, of what it does. */
export function* tell(ctx: Context, told: Told): Steps<void> {
  const { at } = yield* ask({ ask: 'now' })
  if (ctx.looks) ctx.looks.isKept = true
  yield* write(...auditOf(ctx, told, at))
}

/** So many versions of one commit are named; of more their number is told, and which they are by the number of the commit. */
const mostNamed = 50

export const versionsNamed = (versions: ReadonlySet<string>): Pick<Audit, 'entities'> & Partial<Pick<Audit, 'versions'>> =>
  versions.size <= mostNamed ? { entities: [...versions] } : { entities: [], versions: versions.size }

export const versionName = ({ type, id, version }: Pick<Stored, 'type' | 'id' | 'version'>): string =>
  `${type}/${id}/_history/${version}`
