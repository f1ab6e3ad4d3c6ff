/** Events that are told why: the reason of the last one stays with the record. */
import { ok, type Result } from '../../domain/problem.ts'
import type { Steps } from '../../store/store.ts'
import type { Context } from '../context.ts'
import type { EventInput } from './collection.ts'

interface Reasoned {
  readonly stateReason?: string | undefined
}

export const reasoned = <D extends Reasoned>({ stateReason: _, ...value }: D, { reason }: EventInput): D =>
  ({ ...value, ...(reason !== undefined && { stateReason: reason }) }) as D

export function* withReason<D extends Reasoned>(_ctx: Context, value: D, event: EventInput): Steps<Result<D>> {
  return ok(reasoned(value, event))
}
