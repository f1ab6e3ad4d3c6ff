/** Events that are told why: the reason of the last one stays with the record. */
import type { AnyCollection, EventInput } from './collection.ts'

/** The names under which records keep why they are as they are: a work item's reason, why a message failed, and all others'. */
const names = ['statusReason', 'reason', 'failure'] as const

/** The reason of this event in place of the last one's, in the field of that name. */
export function reasoned<N extends string, D extends { readonly [K in N]?: string | undefined }>(
  value: D,
  field: N,
  { reason }: Pick<EventInput, 'reason'>,
): D {
  const rest = Object.fromEntries(Object.entries(value).filter(([name]) => name !== field))
  return { ...rest, ...(reason !== undefined && { [field]: reason }) } as D
}

/** The field in which a collection keeps why its members are as they are, if it has one. */
export const reasonField = ({ mapping }: AnyCollection): string | undefined => names.find((name) => name in mapping.fields)

/** What an event without a rule of its own changes besides the state. */
export function withoutRule<D extends object>(collection: AnyCollection, value: D, event: EventInput): D {
  const field = reasonField(collection)
  return field === undefined ? value : reasoned(value as D & Record<string, string>, field, event)
}
