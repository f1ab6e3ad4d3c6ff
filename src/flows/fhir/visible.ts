/** May this caller see this resource? */
import { isVisibleTo } from '../../access/visible.ts'
import type { Stored } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { storedValue } from '../keep.ts'

export function visible({ principal }: Context, stored: Stored): boolean {
  if (principal.visible === 'everything') return true
  const value = storedValue<object>(stored)
  return value !== undefined && isVisibleTo(principal.visible, value)
}
