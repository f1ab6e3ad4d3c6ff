/** Events that are told why: the reason stays with the record. */
import { ok, type Result } from '../../domain/problem.ts'
import type { Steps } from '../../store/store.ts'
import type { Context } from '../context.ts'
import type { EventInput } from './collection.ts'

export function* withReason<D extends { readonly stateReason?: string | undefined }>(
  _ctx: Context,
  value: D,
  { reason }: EventInput,
): Steps<Result<D>> {
  return ok({ ...value, ...(reason !== undefined && { stateReason: reason }) })
}
