/**
 * For partners that take a change of a list by JSON Patch alone, one item at a time: what is no longer there is tested by its id and
 * removed, what is new is added at the end. https://www.rfc-editor.org/rfc/rfc6902
 */
import type { JsonObject } from '../fhir/exact.ts'

export type Operation =
  | { readonly op: 'test'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'add'; readonly path: string; readonly value: unknown }

interface Item {
  readonly id?: unknown
}

const itemsOf = (resource: JsonObject, list: string): readonly Item[] => {
  const items = resource[list]
  return Array.isArray(items) ? (items as Item[]) : []
}
/** What an item says, whatever it is called there. */
const content = ({ id: _, ...item }: Item): string => JSON.stringify(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))

/** From what stands there to what shall; `undefined` where an item would have to go that has no id to be told by. */
export function listPatch(standing: JsonObject, next: JsonObject, lists: readonly string[]): readonly Operation[] | undefined {
  const operations: Operation[] = []
  for (const list of lists) {
    const wanted = new Set(itemsOf(next, list).map(content))
    const held = itemsOf(standing, list)
    // From the end, so that the places of those before stay what they are.
    for (const [place, item] of [...held.entries()].reverse()) {
      if (wanted.has(content(item))) continue
      if (typeof item.id !== 'string') return undefined
      operations.push({ op: 'test', path: `/${list}/${place}/id`, value: item.id }, { op: 'remove', path: `/${list}/${place}` })
    }
    const known = new Set(held.map(content))
    for (const item of itemsOf(next, list))
      if (!known.has(content(item))) operations.push({ op: 'add', path: `/${list}/-`, value: item })
  }
  return operations
}
