/** A list that may repeat in FHIR and is one thing in the domain: the first item that can be read; all others stay. */
import { onward } from './bound.ts'
import { isUnread, unread } from './codec.ts'
import { type Field, field } from './field.ts'

/** Without a value, every item that can be read goes: none may come up in the place of the first. */
export function first<R, B>(list: Field<R, readonly B[]>): Field<R, B | undefined> {
  return field<R, B | undefined>({
    path: list.path,
    places: list.places,
    owner: list.owner,
    codec: `first of ${list.codec}`,
    bind: (plan) =>
      onward(
        list.bind(plan),
        (values) => (isUnread(values) ? unread : values[0]),
        (value) => (value === undefined ? [] : [value]),
        'optional',
      ),
    put(resource, value) {
      const now = list.get(resource, [])
      const rest = isUnread(now) ? [] : now.slice(1)
      return list.put(resource, value === undefined ? [] : [value, ...rest])
    },
  })
}
