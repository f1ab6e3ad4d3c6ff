/**
 * Lists: items are matched by key, never by position, so that reordering, inserting and removing on either side keeps what the
 * mapping does not know in each item.
 *
 * Only items that the codec can read (and `only` admits) are claimed; the others stay where they are. Two items of one key are told
 * apart by their order.
 */
import { type Codec, type Report, tolerate, unread, within } from './codec.ts'
import { type Field, field } from './field.ts'

export type Each<E, B> = Codec<E, B>

export interface EachOptions<E, B> {
  /** What tells one item from another: names of its domain fields, or a function. */
  readonly by: readonly (keyof B & string)[] | ((value: B) => string)
  /** Claims only these items; `label` names them in the path, and rows with different labels never meet. */
  readonly only?: { readonly label: string; readonly test: (item: E) => boolean }
}

export function each<R, E, B>(
  list: Field<R, readonly E[] | undefined>,
  codec: Each<E, B>,
  { by, only }: EachOptions<E, B>,
): Field<R, readonly B[]> {
  const path = only ? `${list.path}.where(${only.label})` : list.path
  const keyOf = typeof by === 'function' ? by : (value: B) => JSON.stringify(by.map((name) => value[name]))
  const itemsOf = (resource: R): readonly E[] => {
    const items = list.get(resource, [])
    return items === unread ? [] : (items ?? [])
  }

  const read = (items: readonly E[], report: Report): (B | typeof unread)[] =>
    items.map((item, index) => {
      if (only && !only.test(item)) return unread
      const from = report.length
      const value = codec.read(item, report)
      if (value === unread) {
        within(`${list.path}[${index}]`, report, from)
        tolerate(report, from)
      }
      return value
    })

  return field<R, readonly B[]>({
    path,
    places: [path],
    codec: `each ${codec.name}`,
    get: (resource, report) => read(itemsOf(resource), report).filter((value) => value !== unread) as B[],
    put(resource, values) {
      const now = itemsOf(resource)
      const claimed = read(now, [])
      const byKey = new Map<string, E[]>()
      claimed.forEach((value, index) => {
        if (value === unread) return
        const key = keyOf(value)
        const same = byKey.get(key)
        if (same) same.push(now[index]!)
        else byKey.set(key, [now[index]!])
      })
      const written = values.map((value) => codec.write(value, byKey.get(keyOf(value))?.shift()))
      // Claimed slots are filled in the order of the values; unclaimed items keep their place.
      const next: E[] = []
      let filled = 0
      now.forEach((item, index) => {
        if (claimed[index] === unread) next.push(item)
        else if (filled < written.length) next.push(written[filled++]!)
      })
      next.push(...written.slice(filled))
      return list.put(resource, next.length > 0 ? next : undefined)
    },
  })
}
