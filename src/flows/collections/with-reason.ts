/** Events that are told why: the reason stays with the record. */
import { ok, type Result } from '../../domain/problem.ts'
import type { Steps } from '../../store/store.ts'
import type { Context } from '../context.ts'
import type { AnyCollection, EventInput } from './collection.ts'

export function* withReason<D extends { readonly stateReason?: string | undefined }>(
  _ctx: Context,
  value: D,
  { reason }: EventInput,
): Steps<Result<D>> {
  return ok({ ...value, ...(reason !== undefined && { stateReason: reason }) })
}

/** The field in which a collection keeps why its members are as they are, if it has one. */
export const reasonField = ({ mapping }: AnyCollection): string | undefined =>
  ['statusReason', 'stateReason'].find((name) => name in mapping.fields)

/** What an event without a rule of its own changes besides the state. */
export function reasoned(collection: AnyCollection, value: object, { reason }: EventInput): object {
  const field = reasonField(collection)
  return field === undefined || reason === undefined ? value : { ...value, [field]: reason }
}
