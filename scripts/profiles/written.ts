/** The resources that come of a value, with ids, and pointing at their anchor as the gateway lets them. */
import type { AnyCollection } from '../../src/flows/collections/collection.ts'

export type Value = Readonly<Record<string, unknown>>
export type Written = Readonly<Record<string, unknown>> & { readonly resourceType: string; readonly id: string }

export function written(collection: AnyCollection, value: Value, id: string): readonly Written[] {
  const parts: Readonly<Record<string, unknown>> = collection.mapping.write(value)
  return Object.entries(parts).flatMap(([type, part]) => {
    const ones = [part].flat().filter((one): one is Written => one !== undefined)
    return ones.map((one, i) => {
      const { resourceType, id: own, ...content } = one
      if (type === collection.anchor) return { resourceType, id, ...content }
      const of = collection.parts.find((each) => each.type === type)
      const named = { resourceType, id: own ?? `${id}-${type.toLowerCase()}${i > 0 ? i : ''}`, ...content }
      return of && 'link' in of ? (of.link(named as never, `${collection.anchor}/${id}`, value) as never) : named
    })
  })
}
