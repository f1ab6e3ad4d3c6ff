/** May this caller see this resource? */
import { isUnguarded, isVisibleTo } from '../../access/visible.ts'
import { ask, type Steps, type Stored, type Visibility } from '../../store/store.ts'
import { noteSeen } from '../audit/looks.ts'
import type { Context } from '../context.ts'
import { storedValue } from '../next-version.ts'

/** The same, of what is about to be shown: the audit tells of it. */
export function shown(ctx: Context, stored: Stored): boolean {
  const may = visible(ctx, stored)
  if (may) noteSeen(ctx, stored)
  return may
}

/** As a question to be handed on. */
export const seenBy =
  (ctx: Context) =>
  (stored: Stored): boolean =>
    shown(ctx, stored)

/** The same where nothing is told of it: a rule asks. */
export const inSightOf =
  (ctx: Context) =>
  (stored: Stored): boolean =>
    visible(ctx, stored)

/** What a caller names by its id; what is hidden from them is as what is not there. */
export function* inSight<T extends object>(ctx: Context, type: string, id: string): Steps<T | undefined> {
  const stored = yield* ask({ ask: 'resource', type, id })
  return stored && visible(ctx, stored) ? storedValue<T>(stored) : undefined
}

export function visible({ principal }: Context, { text, guard }: Stored): boolean {
  const { visible } = principal
  if (visible === 'everything') return true
  if (!isUnguarded(visible, guard)) return false
  if (text === undefined) return visible.patients === 'all'
  // From whoever may see everybody nothing but labels can hide it: `meta.security`, or a document's `securityLabel`.
  if (visible.patients === 'all' && !text.includes('"security')) return true
  return isVisibleTo(visible, JSON.parse(text), guard)
}

/** What a rule may tell of other records to whoever breaks it. What a partner breaks is told in a conflict, to whoever looks at that. */
export const tellable = ({ principal }: Context): Visibility =>
  principal.kind === 'connection' ? { patients: 'all' } : principal.visible
