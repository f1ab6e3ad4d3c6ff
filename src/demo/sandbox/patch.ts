/** JSON Patch as narrow as EHRs take it: items of a few lists, added at the end, or removed after a test of their id. */
import { randomUUID } from 'node:crypto'
import type { Personality } from './personality.ts'

export type Operations = readonly { readonly op: string; readonly path: string; readonly value?: unknown }[]
type Items = readonly { readonly id?: string }[]

/** Items of lists that are changed by patch have ids there. */
export function named({ patches = {} }: Personality, type: string, resource: Record<string, unknown>): Record<string, unknown> {
  const lists = (patches[type] ?? []).filter((name) => Array.isArray(resource[name]))
  const withIds = (items: Items) => items.map((item) => ({ ...item, id: item.id ?? randomUUID().slice(0, 8) }))
  return { ...resource, ...Object.fromEntries(lists.map((name) => [name, withIds(resource[name] as Items)])) }
}

/** The resource afterwards; a text: why not. */
export function patched(
  resource: Record<string, unknown>,
  operations: Operations,
  lists: readonly string[],
): Record<string, unknown> | string {
  let next = resource
  const tested = new Set<string>()
  if (operations.length === 0) return 'body must be a list of patch operation requests'
  for (const { op, path, value } of operations) {
    const [, list = '', place = '', member] = path.split('/')
    const items = (next[list] ?? []) as Items
    if (!lists.includes(list)) return `${path} cannot be patched`
    if (op === 'test' && member === 'id') {
      if (items[Number(place)]?.id !== value) return `${path} is another`
      tested.add(`${list}/${place}`)
    } else if (op === 'remove' && member === undefined) {
      if (!tested.delete(`${list}/${place}`)) return `${path} needs a test of its id`
      next = { ...next, [list]: items.filter((_, i) => i !== Number(place)) }
    } else if (op === 'add' && place === '-') next = { ...next, [list]: [...items, value as { id?: string }] }
    else return `${op} of ${path} is not supported`
  }
  return next
}
