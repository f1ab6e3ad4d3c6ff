/** May this caller see this resource? */
import { isUnguarded, isVisibleTo } from '../../access/visible.ts'
import type { Stored, Visibility } from '../../store/store.ts'
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

export function visible({ principal }: Context, stored: Stored): boolean {
  const { visible } = principal
  if (visible === 'everything') return true
  if (!isUnguarded(visible, stored.guard)) return false
  const value = storedValue<object>(stored)
  return value === undefined ? visible.patients === 'all' : isVisibleTo(visible, value)
}

/** What a rule may tell of other records to whoever breaks it. What a partner breaks is told in a conflict, to whoever looks at that. */
export const tellable = ({ principal }: Context): Visibility =>
  principal.kind === 'connection' ? { patients: 'all' } : principal.visible
