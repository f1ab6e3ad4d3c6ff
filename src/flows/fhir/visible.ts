/** May this caller see this resource? */
import { isUnguarded, isVisibleTo } from '../../access/visible.ts'
import type { Stored } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { storedValue } from '../keep.ts'

/** The same as a question to be handed on. */
export const seenBy =
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
