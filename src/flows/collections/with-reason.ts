/** Events that are told why: the reason of the last one stays with the record. */
import { ok, type Result } from '../../domain/problem.ts'
import type { Steps } from '../../store/store.ts'
import type { Context } from '../context.ts'
import type { AnyCollection, EventInput } from './collection.ts'

interface Reasoned {
  readonly stateReason?: string | undefined
}

export const reasoned = <D extends Reasoned>({ stateReason: _, ...value }: D, { reason }: EventInput): D =>
  ({ ...value, ...(reason !== undefined && { stateReason: reason }) }) as D

export function* withReason<D extends Reasoned>(_ctx: Context, value: D, event: EventInput): Steps<Result<D>> {
  return ok(reasoned(value, event))
}

/** The field in which a collection keeps why its members are as they are, if it has one. */
export const reasonField = ({ mapping }: AnyCollection): string | undefined =>
  ['statusReason', 'stateReason'].find((name) => name in mapping.fields)

/** What an event without a rule of its own changes besides the state. */
export function withoutRule(collection: AnyCollection, value: object, { reason }: EventInput): Record<string, unknown> {
  const field = reasonField(collection)
  const rest = Object.entries(value).filter(([name]) => name !== field)
  return { ...Object.fromEntries(rest), ...(field !== undefined && reason !== undefined && { [field]: reason }) }
}
